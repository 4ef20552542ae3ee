"""Kills and interrupts of ingestions, at moments spread over their lives, and nothing lost."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from itertools import cycle, product
from pathlib import Path

import pytest

from flows.orchestration.server import local_server
from tests.reliability.cli_process import Program, end, kill, runs
from tests.reliability.interrupt_trials import (
    CTRL_C,
    CTRL_C_TWICE,
    TERM,
    Interrupted,
    assert_summary_is_true,
    interrupted,
)
from tests.reliability.kill_trials import (
    Kill,
    assert_sound,
    kill_over_and_over,
    phases,
    undisturbed,
)
from tests.reliability.sample_sources import write_corpus
from tests.reliability.signal_timing import after, writing
from tests.reliability.warehouse_contents import assert_same, holdings

KILLS = int(os.environ.get("PRESSWASH_KILLS", "100"))
INTERRUPTS = 8  # of each kind
CARE = 12  # kills of reclean and maintain
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
        "documents of a whole run": whole.life.documents,
        "seconds of a whole run": round(whole.life.end_s, 1),
        "minutes": round((time.monotonic() - began) / 60, 1),
    }
    report("crashes", figures)
    fell = phases(kills)
    assert sum(" %" in phase for phase in fell) >= 5, fell
    assert {"starting", "all documents in"} <= fell.keys()
    assert sum(one.writing for one in kills) >= KILLS // 10


@pytest.mark.timeout(3600)
def test_a_flow_that_is_killed_loses_nothing_either(tmp_path: Path, report: Report) -> None:
    sources = write_corpus(tmp_path, 24)
    with local_server() as url:
        program = Program(tmp_path, variables=(("PREFECT_API_URL", url),))
        whole = undisturbed(program, sources, "--flow")
        command = ("ingest", *sources, "--flow", "--jobs", "2")
        kills = list(kill_over_and_over(program, command, whole, random.Random(7), "killed.db"))
    report("crashes of flows", {"kills": len(kills), "where they fell": phases(kills)})


@pytest.mark.timeout(3600)
def test_killed_reclean_and_maintain_change_nothing(tmp_path: Path, report: Report) -> None:
    dice = random.Random(9)
    program = Program(tmp_path)
    whole = undisturbed(program, write_corpus(tmp_path, 24))
    db, hit = "undisturbed.db", 0
    for number in range(CARE):
        command = ("reclean", "--all", "--jobs", "2") if number % 2 else ("maintain",)
        late = writing(dice.randint(1, 3), dice.uniform(0, 0.01))
        moment = late if number % 4 else after(dice.uniform(0, 2 * whole.life.start_s))
        with program.running(*command, "--db", db) as process:
            moment(process, tmp_path / db)
            hit += kill(process)
            end(process)
        assert_sound(program, db)
    assert program.run("maintain", "--db", db).code == 0
    assert_same(holdings(tmp_path / db), whole.held)
    assert "running" not in runs(tmp_path / db)
    backups = sorted((tmp_path / "backups").iterdir())
    for backup in backups:
        assert program.run("check", "--db", str(backup)).code == 0
    report("crashes of reclean, maintain", {"kills": hit, "of": CARE, "backups": len(backups)})
    assert hit >= CARE // 2


@pytest.mark.timeout(3600)
def test_interrupts_at_any_moment_leave_whole_batches(tmp_path: Path, report: Report) -> None:
    dice = random.Random(130)
    sources = write_corpus(tmp_path, 24)
    program = Program(tmp_path)
    whole = undisturbed(program, sources)
    found: list[Interrupted] = []
    for interrupt, manner in product((CTRL_C, CTRL_C_TWICE, TERM), MANNERS):
        db = f"{interrupt.number}-{interrupt.times}-{manner[1]}.db"
        command = ("ingest", *sources, *manner)
        for _ in range(INTERRUPTS):
            left = interrupted(program, command, whole, dice, interrupt, db)
            if left is None:
                continue
            found.append(left)
            if interrupt.times == 1:
                assert_summary_is_true(program, left)
        assert program.run(*command, "--db", db).code == 0
        assert set(runs(program.folder / db)) <= {"interrupted", "completed"}
        assert_same(holdings(program.folder / db), whole.held)
    figures = {
        "interrupts": len(found),
        "before the run was in the book": sum(not one.entries for one in found),
        "before the first batch": sum(one.entries[-1:] == [("interrupted", 0)] for one in found),
        "exit codes": dict(Counter(one.ended.code for one in found)),
        "longest until it ended, s": max(one.seconds for one in found),
    }
    report("interrupts", figures)
