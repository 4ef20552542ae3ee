"""Processes that hold a lock of a warehouse until their input ends or they are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.flows.conftest import path_for_others

PRINT_RUNS = """
import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("SELECT flow, status FROM run").fetchall())
"""


HOLD_WRITE_LOCK = """
import sys
from warehouse.opening import open_warehouse
with open_warehouse(sys.argv[1]) as warehouse:
    warehouse._db.execute("BEGIN IMMEDIATE")
    print("held", flush=True)
    sys.stdin.read()
    warehouse._db.execute("COMMIT")
"""
HOLD_RUN_LOCK = """
import sys
from flows.runs.lock import run_lock
with run_lock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def run_python(code: str, *arguments: str | Path) -> str:
    """Run a script in a separate process, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path_for_others()},
    )
    return done.stdout


@contextmanager
def lock_holder(code: str, path: Path) -> Iterator[subprocess.Popen[str]]:
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
    """Stop a process as Ctrl-Z does, and wait until it is stopped."""
    process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED)
