"""Other processes that hold something of a warehouse until they are told to go, or killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.flows.conftest import path_for_others

RUNS = """
import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("SELECT flow, status FROM run").fetchall())
"""


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
from flows.runs.lock import run_lock
with run_lock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


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
