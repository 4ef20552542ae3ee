"""A run counts as running exactly as long as its process lives, also in another container."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.lock_holders import lock_holder
from warehouse.opening import open_warehouse

RUNNING = """
import os, sys
from warehouse.opening import open_warehouse
with open_warehouse(sys.argv[1]) as warehouse:
    run = warehouse.begin_run("ingest")
    {lie}
    print("held", flush=True)
    sys.stdin.read()
"""
ELSEWHERE = "warehouse._db.execute(\"UPDATE run SET host = 'other', pid = 7\")"
UNSEEN = "warehouse._db.execute(\"UPDATE run SET pid = 1, process_started = 'hidden'\")"


@pytest.mark.parametrize("lie", ["pass", ELSEWHERE, UNSEEN], ids=["here", "elsewhere", "unseen"])
def test_only_a_run_whose_process_has_died_is_marked_as_interrupted(path: Path, lie: str) -> None:
    """Also where its process is another container's, with another host's name and numbers."""
    statuses = "SELECT status FROM run ORDER BY id"
    with open_warehouse(path) as warehouse, lock_holder(RUNNING.format(lie=lie), path) as run:
        warehouse.begin_run("ingest")
        assert warehouse.sql(statuses).rows == (("running",), ("running",))
        run.kill()
        run.wait()
        warehouse.begin_run("ingest")
        assert warehouse.sql(statuses).rows == (("interrupted",), ("running",), ("running",))


def test_without_a_run_lock_the_process_id_decides_whether_a_run_is_alive(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.records.run_lock._lock", lambda *_, **__: None)
    with lock_holder(RUNNING.format(lie="pass"), path), open_warehouse(path) as warehouse:
        warehouse.begin_run("ingest")
        warehouse._db.execute("UPDATE run SET process_started = 'earlier' WHERE id = 2")
        warehouse.begin_run("ingest")
        found = warehouse.sql("SELECT status FROM run ORDER BY id").rows
        assert found == (("running",), ("interrupted",), ("running",))
