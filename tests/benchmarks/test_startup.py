"""What a one-off run costs before it does anything."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from cleaners.classifier import WEIGHTS_FILE, scoring
from tests.benchmarks.conftest import PRESSWASH, RecordRatio, Report, Timing

SEEDS = Path(__file__).parents[2] / "seeds"
FIVE = ["body-twice", "caption-twice", "cyrillic-menu", "read-also", "standfirst"]
IMPORTS = "import trafilatura, datasketch, ftfy"

Timed = Callable[..., Timing]


def test_help_is_printed_in_under_three_tenths_of_a_second(timed: Timed, report: Report) -> None:
    help_ = timed([str(PRESSWASH), "--help"])
    bare = timed([sys.executable, "-c", "pass"])
    report("presswash --help", {"seconds": help_.wall, "CPU": help_.cpu, "python": bare.cpu})
    assert help_.wall < 0.3


def test_one_off_commands_start_quickly(
    tmp_path: Path, timed: Timed, report: Report, record_ratio: RecordRatio
) -> None:
    """Beside Python importing trafilatura, which depends on the machine as they do."""
    page = str(SEEDS / "read-also.txt")
    subprocess.run(
        [PRESSWASH, "ingest", "--no-flow", page, "--db", "w.db"], cwd=tmp_path, check=True
    )
    search = timed([str(PRESSWASH), "search", "harbour", "--db", "w.db"], cwd=tmp_path)
    clean = timed([str(PRESSWASH), "clean", page], cwd=tmp_path)
    peer = timed([sys.executable, "-c", "import trafilatura"])
    report("presswash search", {"seconds": search.wall, "CPU": search.cpu})
    report("presswash clean of a page", {"seconds": clean.wall, "CPU": clean.cpu})
    record_ratio("search: CPU beside importing trafilatura", search.cpu / peer.cpu)
    record_ratio("clean of a page: CPU beside importing trafilatura", clean.cpu / peer.cpu)
    assert search.cpu < 0.25
    assert clean.cpu < 0.7


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


def test_the_weights_load_in_under_50_ms(report: Report) -> None:
    scoring.shipped_lexicon()  # word lists, which are no weights
    found = []
    for _ in range(4):
        scoring.shipped_classifier.cache_clear()
        start = time.perf_counter()
        scoring.shipped_classifier()
        found.append(time.perf_counter() - start)
    report("loading the weights", {"ms": round(min(found) * 1000, 1)})
    assert min(found) < 0.05


def test_the_weights_take_at_most_four_megabytes(report: Report) -> None:
    with (files("cleaners") / "data" / WEIGHTS_FILE).open("rb") as file:
        size = len(file.read())
    report("size of the weights", {"bytes": size})
    assert size <= 4_000_000
