"""After any kill of an ingest, the next run gives the same warehouse as an undisturbed one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.reliability.cli_process import Program
from tests.reliability.kill_trials import count_phases, kill_repeatedly, reference_run
from tests.reliability.sample_sources import write_sources


@pytest.mark.timeout(600)
def test_kills_at_any_moment_lose_nothing_and_leave_a_sound_warehouse(tmp_path: Path) -> None:
    """The long form, a hundred kills, is in tests/benchmarks/test_crashes.py."""
    sources = write_sources(tmp_path, 10)
    program = Program(tmp_path, pages=4)
    reference = reference_run(program, sources)
    command = ("ingest", *sources, "--jobs", "2")
    kills = list(kill_repeatedly(program, command, reference, random.Random(3), "killed.db"))
    assert sum(one.hit for one in kills) >= 5, count_phases(kills)
