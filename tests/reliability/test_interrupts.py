"""Ctrl-C and SIGTERM at any moment: a batch is in whole or not at all, and the summary is true."""

from __future__ import annotations

import random

import pytest

from tests.reliability.cli_process import Program, runs
from tests.reliability.interrupt_trials import (
    CTRL_C,
    CTRL_C_TWICE,
    TERM,
    Interrupt,
    assert_summary_is_true,
    interrupted,
)
from tests.reliability.kill_trials import Undisturbed, undisturbed
from tests.reliability.sample_sources import write_corpus
from tests.reliability.warehouse_contents import assert_same, holdings


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    folder = tmp_path_factory.mktemp("interrupts")
    write_corpus(folder, 10)
    return Program(folder, pages=4)


@pytest.fixture(scope="module")
def whole(program: Program) -> Undisturbed:
    return undisturbed(program, ("pages", "crawl.warc.gz", "news.jsonl", "bundle.zip"))


@pytest.mark.parametrize(
    ("interrupt", "jobs"),
    [
        pytest.param(CTRL_C, "2", id="Ctrl-C, two jobs"),
        pytest.param(TERM, "1", id="SIGTERM", marks=pytest.mark.slow),
        pytest.param(CTRL_C_TWICE, "1", id="Ctrl-C twice", marks=pytest.mark.slow),
    ],
)
def test_an_interrupt_at_any_moment_leaves_whole_batches_and_a_true_summary(
    program: Program, whole: Undisturbed, interrupt: Interrupt, jobs: str
) -> None:
    """The long form is in tests/benchmarks/test_crashes.py."""
    dice, db = random.Random(f"{interrupt}{jobs}"), f"{interrupt.number}{interrupt.times}{jobs}.db"
    sources = ("pages", "crawl.warc.gz", "news.jsonl", "bundle.zip")
    command = ("ingest", *sources, "--jobs", jobs)
    heard = 0
    for attempt in range(10):
        left = interrupted(program, command, whole, dice, interrupt, db)
        if left is None:  # the run had ended first: the next one begins anew
            db = f"{attempt}-{db}"
            continue
        if interrupt.times == 1:
            assert_summary_is_true(program, left)
        heard += left.heard
        if heard == 2:
            break
    assert heard, "no run heard an interrupt"
    assert program.run(*command, "--db", db).code == 0
    assert runs(program.folder / db)[-1] == "completed"
    assert set(runs(program.folder / db)) <= {"interrupted", "completed"}
    assert_same(holdings(program.folder / db), whole.held)
