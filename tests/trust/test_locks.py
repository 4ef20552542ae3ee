"""What processes hold of a warehouse beside one another: nobody takes it from them unseen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.conftest import path_for_others
from warehouse import RunStatus, open_readonly, open_warehouse


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


def python(code: str, *arguments: str | Path) -> str:
    """What a script prints that runs in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path_for_others()},
    )
    return done.stdout


BEGIN_AND_CLOSE = """
import sys
from warehouse import open_warehouse
with open_warehouse(sys.argv[1]) as warehouse:
    warehouse.begin_run("ingest")
"""
RUNS = """
import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("SELECT flow, status FROM run").fetchall())
"""


@pytest.mark.parametrize(
    "again",
    [
        lambda path: open_readonly(path).close(),
        lambda path: open_warehouse(path).close(),
        lambda path: open_readonly(path).sql("SELECT 1"),
    ],
    ids=["for reading", "for writing", "for SQL"],
)
def test_opening_a_warehouse_twice_in_a_process_costs_nobody_a_transaction(
    path: Path, again: Callable[[Path], object]
) -> None:
    """Closing any file drops POSIX locks: others then took the log away with what was in it."""
    with open_warehouse(path) as warehouse:
        run = warehouse.begin_run("maintain")
        again(path)
        python(BEGIN_AND_CLOSE, path)
        assert path.with_name("news.db-wal").exists()
        warehouse.finish_run(run, RunStatus.COMPLETED)
        expected = str([("maintain", "completed"), ("ingest", "running")])
        assert python(RUNS, path).strip() == expected
