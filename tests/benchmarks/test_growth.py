"""What a batch costs in a full warehouse beside an empty one, and what a page takes on disk.

`--pages N` says how many pages fill it; the aims are for 200,000.
"""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks.made_up import made_up
from warehouse import Cleaned, Warehouse, open_warehouse

BATCH = 64
COMPARED = 40  # batches, into the full warehouse and an empty one by turns

Report = Callable[[str, dict[str, object]], None]


@pytest.mark.timeout(4 * 3600)
def test_a_batch_costs_no_more_in_a_full_warehouse(
    request: pytest.FixtureRequest, tmp_path: Path, report: Report
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
    assert float(figures["full / empty, mean"]) <= 1.2
    assert float(figures["peak MB"]) < 500
    assert float(figures["index B/page"]) < 1000


def grow(folder: Path, pages: int) -> None:
    """Fill a warehouse, compare, and print the figures; in a process of its own, to measure it."""
    with open_warehouse(folder / "full.db") as full, open_warehouse(folder / "empty.db") as empty:
        run = full.begin_run("growth")
        text = 0
        for start in range(0, pages, BATCH):
            batch = [made_up(number) for number in range(start, start + BATCH)]
            text += sum(len(one.payload) for one in batch)
            full.load(run, batch)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        other = empty.begin_run("growth")
        costs: list[tuple[float, float]] = []
        for start in range(pages, pages + COMPARED * BATCH, BATCH):
            batch = [made_up(number) for number in range(start, start + BATCH)]
            costs.append((_cost(full, run, batch), _cost(empty, other, batch)))
    ours, theirs = zip(*costs, strict=True)
    _say("pages", pages)
    _say("full, ms/page", round(sum(ours) / COMPARED / BATCH * 1000, 3))
    _say("empty, ms/page", round(sum(theirs) / COMPARED / BATCH * 1000, 3))
    _say("full / empty, mean", round(sum(ours) / sum(theirs), 3))
    _say("full / empty, least", round(min(ours) / min(theirs), 3))
    _say("peak MB", round(peak))
    _sizes(folder / "full.db", pages + COMPARED * BATCH, text / pages)


def _cost(warehouse: Warehouse, run: int, batch: list[Cleaned]) -> float:
    start = time.process_time()
    warehouse.load(run, batch)
    return time.process_time() - start


def _sizes(path: Path, pages: int, text: float) -> None:
    db = sqlite3.connect(path)
    sizes = dict(db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
    links = ("wording", "band", "link", "document_wording")
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
