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

from flows.orchestration.server import prefect_api
from tests.reliability.cli_process import Program, kill_group, run_statuses, wait_for_exit
from tests.reliability.interrupt_trials import (
    CTRL_C,
    CTRL_C_TWICE,
    TERM,
    InterruptedRun,
    assert_summary_is_true,
    interrupt_run,
)
from tests.reliability.kill_trials import (
    KillTrial,
    assert_sound,
    count_phases,
    kill_repeatedly,
    reference_run,
)
from tests.reliability.sample_sources import write_sources
from tests.reliability.signal_timing import after_seconds, in_transaction
from tests.reliability.warehouse_contents import assert_same_contents, read_contents

KILLS = int(os.environ.get("PRESSWASH_KILLS", "100"))
INTERRUPTS = 8  # of each kind
CARE = 12  # kills of reclean and maintain
MANNERS = (("--jobs", "1"), ("--jobs", "2"))

Report = Callable[[str, dict[str, object]], None]


@pytest.mark.timeout(2 * 3600)
def test_a_hundred_kills_cost_no_record_and_double_none(tmp_path: Path, report: Report) -> None:
    rng = random.Random(100)
    sources = write_sources(tmp_path, 24, seeds=True)
    program = Program(tmp_path)
    reference = reference_run(program, sources)
    kills: list[KillTrial] = []
    began, warehouses = time.monotonic(), 0
    for manner in cycle(MANNERS):
        command = ("ingest", *sources, *manner)
        kills += kill_repeatedly(program, command, reference, rng, f"killed{warehouses}.db")
        warehouses += 1
        if sum(one.hit for one in kills) >= KILLS:
            break
    figures = {
        "kills": len(kills),
        "that hit a running process": sum(one.hit for one in kills),
        "warehouses, each brought to its end and compared": warehouses,
        "where they fell": count_phases(kills),
        "in a transaction": sum(one.writing for one in kills),
        "documents of a whole run": reference.timings.documents,
        "seconds of a whole run": round(reference.timings.end_s, 1),
        "minutes": round((time.monotonic() - began) / 60, 1),
    }
    report("crashes", figures)
    fell = count_phases(kills)
    assert sum(" %" in phase for phase in fell) >= 5, fell
    assert {"starting", "all documents in"} <= fell.keys()
    assert sum(one.writing for one in kills) >= KILLS // 10


@pytest.mark.timeout(3600)
def test_a_flow_that_is_killed_loses_nothing_either(tmp_path: Path, report: Report) -> None:
    sources = write_sources(tmp_path, 24)
    with prefect_api(print) as url:
        program = Program(tmp_path, variables=(("PREFECT_API_URL", url),))
        reference = reference_run(program, sources, "--flow")
        command = ("ingest", *sources, "--flow", "--jobs", "2")
        kills = list(kill_repeatedly(program, command, reference, random.Random(7), "killed.db"))
    report("crashes of flows", {"kills": len(kills), "where they fell": count_phases(kills)})


@pytest.mark.timeout(3600)
def test_killed_reclean_and_maintain_change_nothing(tmp_path: Path, report: Report) -> None:
    rng = random.Random(9)
    program = Program(tmp_path)
    reference = reference_run(program, write_sources(tmp_path, 24))
    db, hit = "undisturbed.db", 0
    for number in range(CARE):
        command = ("reclean", "--all", "--jobs", "2") if number % 2 else ("maintain",)
        late = in_transaction(rng.randint(1, 3), rng.uniform(0, 0.01))
        moment = (
            late if number % 4 else after_seconds(rng.uniform(0, 2 * reference.timings.start_s))
        )
        with program.running(*command, "--db", db) as process:
            moment(process, tmp_path / db)
            hit += kill_group(process)
            wait_for_exit(process)
        assert_sound(program, db)
    assert program.run("maintain", "--db", db).code == 0
    assert_same_contents(read_contents(tmp_path / db), reference.contents)
    assert "running" not in run_statuses(tmp_path / db)
    backups = sorted((tmp_path / "backups").iterdir())
    for backup in backups:
        assert program.run("check", "--db", str(backup)).code == 0
    report("crashes of reclean, maintain", {"kills": hit, "of": CARE, "backups": len(backups)})
    assert hit >= CARE // 2


@pytest.mark.timeout(3600)
def test_interrupts_at_any_moment_leave_whole_batches(tmp_path: Path, report: Report) -> None:
    rng = random.Random(130)
    sources = write_sources(tmp_path, 24)
    program = Program(tmp_path)
    reference = reference_run(program, sources)
    found: list[InterruptedRun] = []
    for interrupt, manner in product((CTRL_C, CTRL_C_TWICE, TERM), MANNERS):
        db = f"{interrupt.number}-{interrupt.times}-{manner[1]}.db"
        command = ("ingest", *sources, *manner)
        for _ in range(INTERRUPTS):
            left = interrupt_run(program, command, reference, rng, interrupt, db)
            if left is None:
                continue
            found.append(left)
            if interrupt.times == 1:
                assert_summary_is_true(program, left)
        assert program.run(*command, "--db", db).code == 0
        assert set(run_statuses(program.folder / db)) <= {"interrupted", "completed"}
        assert_same_contents(read_contents(program.folder / db), reference.contents)
    figures = {
        "interrupts": len(found),
        "before the run was in the table of runs": sum(not one.entries for one in found),
        "before the first batch": sum(one.entries[-1:] == [("interrupted", 0)] for one in found),
        "exit codes": dict(Counter(one.result.code for one in found)),
        "longest until it ended, s": max(one.seconds for one in found),
    }
    report("interrupts", figures)
