"""A hundred kills of whole ingestions, at moments spread over their lives, and nothing lost."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest

from tests.trust.corpus import write_corpus
from tests.trust.killing import Kill, kill_over_and_over, phases, undisturbed
from tests.trust.runs import Program

KILLS = int(os.environ.get("PRESSWASH_KILLS", "100"))
MANNERS = (("--jobs", "1"), ("--jobs", "2"))

Report = Callable[[str, dict[str, object]], None]


@pytest.mark.timeout(2 * 3600)
def test_a_hundred_kills_cost_no_record_and_double_none(tmp_path: Path, report: Report) -> None:
    dice = random.Random(100)
    sources = write_corpus(tmp_path, 24, seeds=True)
    program = Program(tmp_path)
    whole = undisturbed(program, sources)
    kills: list[Kill] = []
    began, warehouses = time.monotonic(), 0
    for manner in cycle(MANNERS):
        command = ("ingest", *sources, *manner)
        kills += kill_over_and_over(program, command, whole, dice, f"killed{warehouses}.db")
        warehouses += 1
        if sum(one.hit for one in kills) >= KILLS:
            break
    figures = {
        "kills": len(kills),
        "that hit a running process": sum(one.hit for one in kills),
        "warehouses, each brought to its end and compared": warehouses,
        "where they fell": phases(kills),
        "in a transaction": sum(one.writing for one in kills),
        "documents of a whole run": whole.total,
        "seconds of a whole run": round(whole.seconds, 1),
        "minutes": round((time.monotonic() - began) / 60, 1),
    }
    report("crashes", figures)
    fell = phases(kills)
    assert sum(" %" in phase for phase in fell) >= 5, fell
    assert {"starting", "all documents in"} <= fell.keys()
    assert sum(one.writing for one in kills) >= KILLS // 10
