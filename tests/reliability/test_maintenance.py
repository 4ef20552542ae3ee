"""Maintenance while others read and write: nobody waits for it."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.reliability.lock_holders import PRINT_RUNS, run_python
from warehouse.opening import open_readonly, open_warehouse


def test_a_backup_is_a_consistent_snapshot_while_others_write(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's backup begins anew at every write that it sees: once it never came to an end."""
    monkeypatch.setattr("warehouse.maintenance._PAGES_AT_ONCE", 8)
    copy, done = path.with_name("copy.db"), threading.Event()
    with open_warehouse(path) as warehouse:
        query = "INSERT INTO raw (sha256, size, bytes) VALUES (?, 50000000, zeroblob(50000000))"
        warehouse._db.execute(query, (bytes(32),))

        def write() -> None:
            with open_warehouse(path) as other:
                while not done.is_set():
                    other.begin_run("ingest")

        writer = threading.Thread(target=write)
        writer.start()
        try:
            warehouse.backup(copy)
        finally:
            done.set()
            writer.join()
    assert run_python(PRINT_RUNS, copy).startswith("[")


def test_a_wal_that_grew_during_a_read_is_truncated_after_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.opening._CHECKPOINT_BYTES", 500_000)
    monkeypatch.setattr("warehouse.opening._LOG_BYTES", 1_000_000)
    log = path.with_name("news.db-wal")
    with open_warehouse(path) as warehouse:
        with open_readonly(path) as reader:
            reader._db.execute("BEGIN")
            reader._db.execute("SELECT count(*) FROM run").fetchone()
            for number in range(8):
                query = "INSERT INTO raw (sha256, size, bytes) VALUES (?, 1, zeroblob(1000000))"
                warehouse._db.execute(query, (bytes([number] * 32),))
            assert log.stat().st_size > 8_000_000
        for _ in range(3):
            warehouse.begin_run("ingest")
        assert log.stat().st_size <= 1_000_000


@pytest.mark.parametrize("page_bytes", [1_024, 4_096, 8_192])
def test_the_wal_grows_to_the_same_size_whatever_the_pages_of_the_file(
    path: Path, page_bytes: int
) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA page_size = {page_bytes}")
        db.execute("VACUUM")
    with open_warehouse(path) as warehouse:
        assert warehouse._db.execute("PRAGMA page_size").fetchone() == (page_bytes,)
        (pages,) = warehouse._db.execute("PRAGMA wal_autocheckpoint").fetchone()
    assert pages * page_bytes == 32 * 1024 * 1024


def test_a_checkpoint_during_a_long_read_does_not_block_writers(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.sqlite.transaction.WRITE_LOCK_TIMEOUT_S", 5.0)
    with open_warehouse(path) as warehouse, open_readonly(path) as reader:
        reader._db.execute("BEGIN")
        reader._db.execute("SELECT count(*) FROM run").fetchone()
        warehouse.begin_run("ingest")
        folding = threading.Thread(target=warehouse.optimise)
        folding.start()
        with open_warehouse(path) as other:
            while folding.is_alive():
                other.begin_run("ingest")
        folding.join()
