"""Ctrl-C and SIGTERM at any moment: no batch is split, and the summary is true."""

from __future__ import annotations

import random

import pytest

from tests.reliability.cli_process import Program, run_statuses
from tests.reliability.interrupt_trials import (
    CTRL_C,
    CTRL_C_TWICE,
    TERM,
    Interrupt,
    assert_summary_is_true,
    interrupt_run,
)
from tests.reliability.kill_trials import ReferenceRun, reference_run
from tests.reliability.sample_sources import write_sources
from tests.reliability.warehouse_contents import assert_same_contents, read_contents


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    folder = tmp_path_factory.mktemp("interrupts")
    write_sources(folder, 10)
    return Program(folder, pages=4)


@pytest.fixture(scope="module")
def reference(program: Program) -> ReferenceRun:
    return reference_run(program, ("pages", "crawl.warc.gz", "news.jsonl", "bundle.zip"))


@pytest.mark.parametrize(
    ("interrupt", "jobs"),
    [
        pytest.param(CTRL_C, "2", id="Ctrl-C, two jobs"),
        pytest.param(TERM, "1", id="SIGTERM", marks=pytest.mark.slow),
        pytest.param(CTRL_C_TWICE, "1", id="Ctrl-C twice", marks=pytest.mark.slow),
    ],
)
def test_an_interrupt_at_any_moment_splits_no_batch_and_gives_a_true_summary(
    program: Program, reference: ReferenceRun, interrupt: Interrupt, jobs: str
) -> None:
    """The long form is in tests/benchmarks/test_crashes.py."""
    rng, db = random.Random(f"{interrupt}{jobs}"), f"{interrupt.number}{interrupt.times}{jobs}.db"
    sources = ("pages", "crawl.warc.gz", "news.jsonl", "bundle.zip")
    command = ("ingest", *sources, "--jobs", jobs)
    handled = 0
    for attempt in range(10):
        left = interrupt_run(program, command, reference, rng, interrupt, db)
        if left is None:  # the run had ended first: the next one begins anew
            db = f"{attempt}-{db}"
            continue
        if interrupt.times == 1:
            assert_summary_is_true(program, left)
        handled += left.handled
        if handled == 2:
            break
    assert handled, "no run handled an interrupt"
    assert program.run(*command, "--db", db).code == 0
    assert run_statuses(program.folder / db)[-1] == "completed"
    assert set(run_statuses(program.folder / db)) <= {"interrupted", "completed"}
    assert_same_contents(read_contents(program.folder / db), reference.contents)
