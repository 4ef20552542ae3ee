"""A killed ingestion costs nothing but time: the next one ends where an undisturbed one does."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.reliability.cli_process import Program
from tests.reliability.kill_trials import kill_over_and_over, phases, undisturbed
from tests.reliability.sample_sources import write_corpus


@pytest.mark.timeout(600)
def test_kills_at_any_moment_lose_nothing_and_leave_a_sound_warehouse(tmp_path: Path) -> None:
    """The long form, a hundred kills, is in tests/benchmarks/test_crashes.py."""
    sources = write_corpus(tmp_path, 10)
    program = Program(tmp_path, pages=4)
    whole = undisturbed(program, sources)
    command = ("ingest", *sources, "--jobs", "2")
    kills = list(kill_over_and_over(program, command, whole, random.Random(3), "killed.db"))
    assert sum(one.hit for one in kills) >= 5, phases(kills)
