"""What processes hold of a warehouse beside one another: nobody takes it from them unseen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.errors import StillHeld
from flows.lock import alone
from tests.flows.conftest import path_for_others, write_stories
from tests.trust.runs import Program
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


HOLD = """
import sys
from warehouse import open_warehouse
with open_warehouse(sys.argv[1]) as warehouse:
    warehouse._db.execute("BEGIN IMMEDIATE")
    print("held", flush=True)
    sys.stdin.read()
    warehouse._db.execute("COMMIT")
"""
BE_ALONE = """
import sys
from flows.lock import alone
with alone(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holding(code: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds a lock until its standard input ends, or until it is killed."""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path_for_others()},
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def stop(process: subprocess.Popen[str]) -> None:
    """Stops a process, as Ctrl-Z does, and comes back when it stands still."""
    process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED)


def test_who_waits_for_a_stopped_writer_is_told_its_number_and_readers_go_on(
    path: Path, tmp_path: Path
) -> None:
    pages = write_stories(tmp_path / "pages", 3)
    impatient = Program(
        tmp_path,
        prelude="from warehouse import transaction as t; t._SILENT_S, t.PATIENCE_S = 0.2, 2.0",
    )
    assert impatient.run("ingest", str(pages / "story000.txt"), "--db", "news.db").code == 0
    with holding(HOLD, path) as writer:
        stop(writer)
        assert "Council number 0" in impatient.run("search", "council", "--db", "news.db").out
        ended = impatient.run("ingest", "pages", "--db", "news.db")
        assert ended.code == 1
        told, error = ended.err.splitlines()
        assert told.startswith(f"presswash: {path} is being written by process {writer.pid}")
        assert f"kill -CONT {writer.pid}" in told
        assert "in use by another process that writes to it" in error
        writer.send_signal(signal.SIGCONT)
        writer.communicate()
        assert impatient.run("ingest", "pages", "--db", "news.db").code == 0
    assert len(python(RUNS, path).split("completed")) == 3


def test_waiting_for_a_writer_can_be_interrupted(path: Path, tmp_path: Path) -> None:
    write_stories(tmp_path / "pages", 3)
    open_warehouse(path).close()
    program = Program(tmp_path, prelude="from warehouse import transaction as t; t._SILENT_S = 0.2")
    with (
        holding(HOLD, path),
        program.running("ingest", "pages", "--db", "news.db") as waiting,
    ):
        assert waiting.stderr is not None
        assert "is being written by" in waiting.stderr.readline()
        waiting.send_signal(signal.SIGINT)
        assert (waiting.wait(60), waiting.stderr.read().count("\n")) == (130, 1)


def test_a_lock_left_behind_by_a_killed_run_holds_nobody_up(path: Path) -> None:
    told: list[str] = []
    with holding(BE_ALONE, path) as run:
        run.kill()
        run.wait()
        assert path.with_name("news.db.lock").exists()
        with alone(str(path), told.append, patience=0.0):
            assert told == []


def test_who_waits_for_a_stopped_run_is_told_its_number_and_at_last_that_it_hangs(
    path: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(path)
    told: list[str] = []
    with holding(BE_ALONE, path) as run:
        stop(run)
        # A link leads to the same warehouse, and so to the same lock.
        expected = pytest.raises(StillHeld, match=f"process {run.pid}.* or hangs: end it")
        with expected, alone(str(link), told.append, patience=0.6):
            raise AssertionError("two runs are alone")
    (sentence,) = told
    assert f"waiting for process {run.pid}, which is stopped" in sentence


def test_what_a_killed_run_left_in_the_log_is_there_also_without_the_index_of_the_log(
    path: Path,
) -> None:
    with holding(HOLD, path) as writer:
        writer.kill()
        writer.wait()
    assert path.with_name("news.db-wal").stat().st_size > 0
    path.with_name("news.db-shm").write_bytes(b"left behind, and nonsense" * 2000)
    with open_warehouse(path) as warehouse:
        assert warehouse.check() == []
        assert warehouse.begin_run("ingest") == 1


def test_a_backup_is_made_of_one_moment_however_often_others_write(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's backup begins anew at every write that it sees: once it never came to an end."""
    monkeypatch.setattr("warehouse.upkeep._PAGES_AT_ONCE", 8)
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
    assert python(RUNS, copy).startswith("[")


def test_a_log_that_grew_while_somebody_read_is_cut_when_they_are_done(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.connection._LOG_PAGES", 100)
    monkeypatch.setattr("warehouse.connection._LOG_BYTES", 1_000_000)
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


def test_folding_the_log_does_not_keep_writers_out_for_as_long_as_somebody_reads(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.transaction.PATIENCE_S", 5.0)
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


def test_a_warehouse_is_no_source_of_itself(path: Path, tmp_path: Path) -> None:
    """`presswash ingest *` names it too, and to read it is to lose the locks on it."""
    open_warehouse(path).close()
    write_stories(tmp_path, 2)
    program = Program(tmp_path)
    everything = sorted(file.name for file in tmp_path.iterdir())
    ended = program.run("ingest", *everything, "--db", "news.db", "--json")
    assert '"added": 2, "unchanged": 0, "duplicates": 0, "rejected": 1' in ended.out
    assert "it is the warehouse that pages go to" in ended.out


AT_WORK = """
import os, sys
from warehouse import open_warehouse
from warehouse.process import Process
with open_warehouse(sys.argv[1]) as warehouse:
    run = warehouse.begin_run("ingest")
    {lie}
    print("held", flush=True)
    sys.stdin.read()
"""
ELSEWHERE = "warehouse._db.execute(\"UPDATE run SET host = 'other', pid = 7\")"
UNSEEN = "warehouse._db.execute(\"UPDATE run SET pid = 1, process_started = 'hidden'\")"


@pytest.mark.parametrize("lie", ["pass", ELSEWHERE, UNSEEN], ids=["here", "elsewhere", "unseen"])
def test_a_run_at_work_is_never_called_interrupted_and_a_dead_one_always(
    path: Path, lie: str
) -> None:
    """Also where its process is another container's, with another host's name and numbers."""
    statuses = "SELECT status FROM run ORDER BY id"
    with open_warehouse(path) as warehouse, holding(AT_WORK.format(lie=lie), path) as run:
        warehouse.begin_run("ingest")
        assert warehouse.sql(statuses).rows == (("running",), ("running",))
        run.kill()
        run.wait()
        warehouse.begin_run("ingest")
        assert warehouse.sql(statuses).rows == (("interrupted",), ("running",), ("running",))


def test_where_a_run_cannot_show_that_it_is_at_work_its_process_number_tells(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.presence._lock", lambda *_, **__: None)
    with holding(AT_WORK.format(lie="pass"), path), open_warehouse(path) as warehouse:
        warehouse.begin_run("ingest")
        warehouse._db.execute("UPDATE run SET process_started = 'earlier' WHERE id = 2")
        warehouse.begin_run("ingest")
        found = warehouse.sql("SELECT status FROM run ORDER BY id").rows
        assert found == (("running",), ("interrupted",), ("running",))
