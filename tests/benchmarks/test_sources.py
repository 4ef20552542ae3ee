"""What sources and flows cost: archives beside cleaning, and flows beside runs in process."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cleaners.model import Capture
from flows.runs.batches import BatchReader
from flows.runs.cleaning import clean_and_sketch
from flows.sources.discover import DiscoveredInputs
from tests.benchmarks.conftest import Timing
from tests.benchmarks.html_pages import varied
from tests.flows.archive_writers import response
from tests.flows.conftest import ENTRY, path_for_others

HTML = "Content-Type: text/html; charset=utf-8"

Report = Callable[[str, dict[str, object]], None]


def write_warc(path: Path, count: int) -> Path:
    with path.open("wb") as file:
        for number in range(count):
            file.write(gzip.compress(response(number, varied(number), HTML), 6))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two thousand pages of HTML."""
    made = tmp_path / "pages"
    made.mkdir()
    for number in range(2000):
        (made / f"{number:04}.html").write_bytes(varied(number))
    return made


def seconds(*arguments: str, cwd: Path, **environment: str) -> Timing:
    """How long a command takes, and what it and its workers compute."""
    began, before = time.perf_counter(), os.times()
    subprocess.run(
        [sys.executable, "-c", ENTRY, *arguments],
        cwd=cwd,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path_for_others(), **environment},
    )
    wall, after = time.perf_counter() - began, os.times()
    cpu = after.children_user + after.children_system
    return Timing(wall, cpu - before.children_user - before.children_system)


def captures(path: Path) -> Iterator[Capture]:
    batches = BatchReader(DiscoveredInputs([str(path)]))
    while batch := batches.take():
        yield from (item for item in batch.items if isinstance(item, Capture))


def test_reading_a_warc_takes_a_tenth_of_cleaning_it(tmp_path: Path, report: Report) -> None:
    path = write_warc(tmp_path / "a.warc.gz", 1000)
    began = time.process_time()
    found = list(captures(path))
    reading = time.process_time() - began
    began = time.process_time()
    for one in found[:100]:
        clean_and_sketch(one)
    cleaning = (time.process_time() - began) * len(found) / 100
    size = sum(len(one.payload) for one in found)
    figures = {"reading, CPU s": reading, "cleaning, CPU s": cleaning, "MB": size / 1e6}
    report("WARC of 1,000 pages", {**figures, "ratio": cleaning / reading})
    assert cleaning / reading >= 10


@pytest.mark.timeout(1800)
def test_a_flow_costs_little_more_than_a_run_in_process(
    folder: Path, tmp_path: Path, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CPU seconds are compared: neighbours on the machine change them less."""
    from flows.orchestration.server import prefect_api

    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "home"))
    with prefect_api(print) as url:
        flow = seconds("ingest", "pages", "--db", "flow.db", cwd=tmp_path, PREFECT_API_URL=url)
    direct = seconds("ingest", "pages", "--no-flow", "--db", "direct.db", cwd=tmp_path)
    ratio = flow.cpu / direct.cpu
    figures = {"in process": direct.cpu, "flow": flow.cpu, "ratio": ratio}
    elapsed = {"in process, elapsed": direct.wall, "flow, elapsed": flow.wall}
    report("flow of 2,000 HTML pages, CPU seconds", {**figures, **elapsed})
    assert ratio <= 1.1


def test_memory_does_not_grow_with_an_archive(tmp_path: Path, report: Report) -> None:
    script = (
        "import resource, sys; from tests.benchmarks.test_sources import captures;"
        "from pathlib import Path; n = sum(1 for _ in captures(Path(sys.argv[1])));"
        "print(n, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = {}
    for count in (500, 5000):
        path = write_warc(tmp_path / f"{count}.warc.gz", count)
        ran = subprocess.run(
            [sys.executable, "-c", script, path], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONPATH": path_for_others()},
        )  # fmt: skip
        read, peak = map(int, ran.stdout.split())
        assert read == count
        peaks[count] = peak / 1024
    report(
        "peak memory in MB by pages of a WARC", {str(count): peak for count, peak in peaks.items()}
    )
    assert peaks[5000] <= peaks[500] * 1.1
