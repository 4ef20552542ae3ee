"""What a batch costs in a full warehouse beside an empty one, and what a page takes on disk.

`--pages N` says how many pages fill it; the aims are for 200,000.
"""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cleaners.model import Capture, Media
from flows.runs.cleaning import clean_and_sketch
from tests.benchmarks.conftest import RecordRatio, Report
from tests.benchmarks.made_up import made_up
from warehouse.opening import open_warehouse
from warehouse.warehouse import Warehouse

BATCH = 64
ROUND = 10  # batches, the first of a new warehouse and by turns into the full one
ROUNDS = 4


@pytest.mark.timeout(4 * 3600)
def test_a_batch_costs_no_more_in_a_full_warehouse(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    report: Report,
    record_ratio: RecordRatio,
) -> None:
    pages: int = request.config.getoption("--pages")
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(tmp_path), str(pages)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    figures = dict(line.split("=") for line in done.stdout.splitlines())
    report("growth", figures)
    for name in ("loading, full / new", "warehouse / text", "peak MB"):
        record_ratio(f"growth: {name}", float(figures[name]))
    assert float(figures["loading, full / new"]) <= 2.1
    assert float(figures["a batch with cleaning, full / new"]) <= 1.2
    assert float(figures["warehouse / text"]) <= 2.1
    assert float(figures["peak MB"]) < 500
    assert float(figures["index B/page"]) < 700


def grow(folder: Path, pages: int) -> None:
    """Fill a warehouse, compare, and print the figures; in a process of its own, to measure it."""
    with open_warehouse(folder / "full.db") as full:
        run = full.begin_run("growth")
        text = 0
        for start in range(0, pages, BATCH):
            batch = [made_up(number) for number in range(start, start + BATCH)]
            text += sum(len(one.payload) for one in batch)
            full.load(run, batch)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        costs = [
            cost
            for number in range(ROUNDS)
            for cost in _compared(
                full, run, folder / f"new{number}.db", pages + number * ROUND * BATCH
            )
        ]
    ours, theirs, cleaning = (
        sum(some) / len(costs) / BATCH * 1000 for some in zip(*costs, strict=True)
    )
    _say("pages", pages)
    _say("loading into the full one, ms/page", round(ours, 3))
    _say("loading into a new one, ms/page", round(theirs, 3))
    _say("cleaning, ms/page", round(cleaning, 3))
    _say("loading, full / new", round(ours / theirs, 3))
    _say("a batch with cleaning, full / new", round((ours + cleaning) / (theirs + cleaning), 3))
    _say("peak MB", round(peak))
    _sizes(folder / "full.db", pages + ROUNDS * ROUND * BATCH, text / pages)


def _compared(
    full: Warehouse, run: int, path: Path, first: int
) -> Iterator[tuple[float, float, float]]:
    """CPU seconds of each batch: into the full warehouse, into a new one, and for cleaning it."""
    with open_warehouse(path) as new:
        other = new.begin_run("growth")
        for number in range(ROUND):
            start = first + number * BATCH
            batch = [made_up(page) for page in range(start, start + BATCH)]
            loads = [(full, run), (new, other)]
            # Whoever comes second finds the batch in the processor's cache.
            turn = number % 2
            cost = {
                warehouse.path: _cost(warehouse.load, its_run, batch)
                for warehouse, its_run in loads[turn:] + loads[:turn]
            }
            captures = [Capture("", one.payload, Media.TEXT) for one in batch]
            yield cost[full.path], cost[path], _cost(clean_batch, captures)


def _cost(work: Callable[..., object], *arguments: object) -> float:
    """CPU seconds of a call, and of the processes that it started and ended."""
    start = sum(os.times()[:4])
    work(*arguments)
    return sum(os.times()[:4]) - start


def clean_batch(captures: list[Capture]) -> None:
    for capture in captures:
        clean_and_sketch(capture)


def _sizes(path: Path, pages: int, text: float) -> None:
    db = sqlite3.connect(path)
    sizes = dict(db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
    links = ("distinct_text", "band", "duplicate_pair", "document_text")
    index = sum(size for name, size in sizes.items() if any(one in name for one in links))
    _say("text B/page", round(text))
    _say("index B/page", round(index / pages))
    _say("warehouse B/page", round(path.stat().st_size / pages))
    _say("warehouse / text", round(path.stat().st_size / pages / text, 2))
    for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:8]:
        _say(f"{name} B/page", round(size / pages))
    db.close()


def _say(name: str, figure: object) -> None:
    print(f"{name}={figure}", flush=True)


if __name__ == "__main__":
    grow(Path(sys.argv[1]), int(sys.argv[2]))
