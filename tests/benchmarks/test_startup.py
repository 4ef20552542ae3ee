"""What a one-off run costs before it does anything."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks.conftest import PRESSWASH, Timing

SEEDS = Path(__file__).parents[2] / "seeds"
FIVE = ["body-twice", "caption-twice", "cyrillic-menu", "read-also", "standfirst"]
IMPORTS = "import trafilatura, datasketch, ftfy"

Timed = Callable[..., Timing]
Report = Callable[[str, dict[str, object]], None]


def test_help_is_printed_in_under_three_tenths_of_a_second(timed: Timed, report: Report) -> None:
    help_ = timed([str(PRESSWASH), "--help"])
    bare = timed([sys.executable, "-c", "pass"])
    report("presswash --help", {"seconds": help_.wall, "python itself": bare.wall})
    assert help_.wall < 0.3


@pytest.fixture
def five(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Five flattened pages: those of --samples, or five of the seeds."""
    given: Path | None = request.config.getoption("--samples")
    files = sorted(given.glob("*.txt")) if given else [SEEDS / f"{name}.txt" for name in FIVE]
    folder = tmp_path / "five"
    folder.mkdir()
    for file in files:
        shutil.copy(file, folder)
    return folder


def test_ingesting_five_pages_costs_little_more_than_importing_the_libraries(
    five: Path, timed: Timed, report: Report
) -> None:
    script = f"rm -f w.db*; exec '{PRESSWASH}' ingest --db w.db '{five}'"
    ours = timed(["sh", "-c", script], cwd=five.parent)
    theirs = timed([sys.executable, "-c", IMPORTS], cwd=five.parent)
    ratio = ours.wall / theirs.wall
    report("ingest five pages", {"seconds": ours.wall, IMPORTS: theirs.wall, "ratio": ratio})
    assert ratio <= 1.5
