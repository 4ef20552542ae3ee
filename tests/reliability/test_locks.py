"""Locks of a warehouse: they hold between processes, and waiting names the holder."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.errors import LockTimeout
from flows.runs.lock import run_lock
from tests.flows.conftest import write_stories
from tests.reliability.cli_process import Program
from tests.reliability.lock_holders import (
    HOLD_RUN_LOCK,
    HOLD_WRITE_LOCK,
    PRINT_RUNS,
    lock_holder,
    run_python,
    stop,
)
from warehouse.model import RunStatus
from warehouse.opening import open_readonly, open_warehouse

FAST = "from warehouse.sqlite import transaction as t; t._WARN_AFTER_S = 0.2"

BEGIN_AND_CLOSE = """
import sys
from warehouse.opening import open_warehouse
with open_warehouse(sys.argv[1]) as warehouse:
    warehouse.begin_run("ingest")
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
def test_opening_a_warehouse_twice_in_a_process_keeps_its_locks(
    path: Path, again: Callable[[Path], object]
) -> None:
    """Closing any file drops POSIX locks: others then took the log away with what was in it."""
    with open_warehouse(path) as warehouse:
        run = warehouse.begin_run("maintain")
        again(path)
        run_python(BEGIN_AND_CLOSE, path)
        assert path.with_name("news.db-wal").exists()
        warehouse.finish_run(run, RunStatus.COMPLETED)
        expected = str([("maintain", "completed"), ("ingest", "running")])
        assert run_python(PRINT_RUNS, path).strip() == expected


def test_waiting_for_a_stopped_writer_names_its_process_and_readers_are_not_blocked(
    path: Path, tmp_path: Path
) -> None:
    pages = write_stories(tmp_path / "pages", 3)
    program = Program(
        tmp_path,
        prelude=f"{FAST}; t.WRITE_LOCK_TIMEOUT_S = 2.0",
    )
    assert program.run("ingest", str(pages / "story000.txt"), "--db", "news.db").code == 0
    with lock_holder(HOLD_WRITE_LOCK, path) as writer:
        stop(writer)
        assert "Council number 0" in program.run("search", "council", "--db", "news.db").out
        ended = program.run("ingest", "pages", "--db", "news.db")
        assert ended.code == 1
        told, error = ended.err.splitlines()
        assert told.startswith(f"presswash: {path} is being written by process {writer.pid}")
        assert f"kill -CONT {writer.pid}" in told
        assert "in use by another process that writes to it" in error
        writer.send_signal(signal.SIGCONT)
        writer.communicate()
        assert program.run("ingest", "pages", "--db", "news.db").code == 0
    assert len(run_python(PRINT_RUNS, path).split("completed")) == 3


def test_waiting_for_a_writer_can_be_interrupted(path: Path, tmp_path: Path) -> None:
    write_stories(tmp_path / "pages", 3)
    open_warehouse(path).close()
    program = Program(tmp_path, prelude=FAST)
    with (
        lock_holder(HOLD_WRITE_LOCK, path),
        program.running("ingest", "pages", "--db", "news.db") as waiting,
    ):
        assert waiting.stderr is not None
        assert "is being written by" in waiting.stderr.readline()
        waiting.send_signal(signal.SIGINT)
        assert (waiting.wait(60), waiting.stderr.read().count("\n")) == (130, 1)


def test_the_lock_file_of_a_killed_run_blocks_no_run(path: Path) -> None:
    told: list[str] = []
    with lock_holder(HOLD_RUN_LOCK, path) as run:
        run.kill()
        run.wait()
        assert path.with_name("news.db.lock").exists()
        with run_lock(str(path), told.append, timeout=0.0):
            assert told == []


def test_waiting_for_a_stopped_run_names_its_process_and_times_out(
    path: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(path)
    told: list[str] = []
    with lock_holder(HOLD_RUN_LOCK, path) as run:
        stop(run)
        # A link leads to the same warehouse, and so to the same lock.
        expected = pytest.raises(LockTimeout, match=f"process {run.pid}.* or hangs: end it")
        with expected, run_lock(str(link), told.append, timeout=0.6):
            raise AssertionError("two runs hold the lock")
    (sentence,) = told
    assert f"waiting for process {run.pid}, which is stopped" in sentence


def test_the_wal_of_a_killed_writer_is_recovered_with_a_damaged_wal_index(
    path: Path,
) -> None:
    with lock_holder(HOLD_WRITE_LOCK, path) as writer:
        writer.kill()
        writer.wait()
    assert path.with_name("news.db-wal").stat().st_size > 0
    path.with_name("news.db-shm").write_bytes(b"left behind, and nonsense" * 2000)
    with open_warehouse(path) as warehouse:
        assert warehouse.check() == []
        assert warehouse.begin_run("ingest") == 1


def test_a_warehouse_is_rejected_as_its_own_source(path: Path, tmp_path: Path) -> None:
    """`presswash ingest *` names it too, and to read it is to lose the locks on it."""
    open_warehouse(path).close()
    write_stories(tmp_path, 2)
    program = Program(tmp_path)
    everything = sorted(file.name for file in tmp_path.iterdir())
    ended = program.run("ingest", *everything, "--db", "news.db", "--json")
    assert '"added": 2, "unchanged": 0, "duplicates": 0, "rejected": 1' in ended.out
    assert "it is the warehouse itself" in ended.out


def test_an_interrupt_right_after_taking_the_write_lock_releases_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python raises it behind the call that got the lock."""

    class Interrupted:
        def __init__(self, db: sqlite3.Connection) -> None:
            self.real, self.armed = db, True

        def __getattr__(self, name: str) -> object:
            return getattr(self.real, name)

        def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
            done = self.real.execute(sql, *values)
            if self.armed and sql == "BEGIN IMMEDIATE":
                self.armed = False
                raise KeyboardInterrupt
            return done

    with open_warehouse(path) as warehouse:
        db = warehouse._db
        monkeypatch.setattr(warehouse, "_db", Interrupted(db))
        with pytest.raises(KeyboardInterrupt):
            warehouse.begin_run("ingest")
        assert not db.in_transaction
        assert warehouse.begin_run("ingest") == 1
