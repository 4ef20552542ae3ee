"""Runs the command line in a process group of its own, to be killed or interrupted."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.flows.conftest import path_for_others

# Small batches, so that a run over few pages has many moments between and within them.
ENTRY = """
from flows.runs import batches
batches.PAGES_PER_BATCH = {pages}
{prelude}
from flows.cli import main
main()
"""
TIMEOUT_S = 240.0


@dataclass(frozen=True, slots=True)
class CommandResult:
    """How a command ended: its exit code (below 0: the signal), and what it said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Program:
    """The command line in a folder, with batches of so many pages, and what else is set before."""

    folder: Path
    pages: int = 8
    variables: tuple[tuple[str, str], ...] = ()
    prelude: str = ""

    @property
    def _code(self) -> str:
        return ENTRY.format(pages=self.pages, prelude=self.prelude)

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """A command that runs; its whole process group is killed if it still does at the end."""
        with subprocess.Popen(
            [
                sys.executable,
                "-c",
                ENTRY.format(pages=self.pages, prelude=self.prelude),
                *arguments,
            ],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": path_for_others(), **dict(self.variables)},
        ) as process:
            try:
                yield process
            finally:
                kill_group(process)

    def run(self, *arguments: str) -> CommandResult:
        """A command, run to its end."""
        with self.running(*arguments) as process:
            return wait_for_exit(process)


def wait_for_exit(process: subprocess.Popen[str]) -> CommandResult:
    """What came of a process, once the last that could write to its pipes is gone."""
    out, err = process.communicate(timeout=TIMEOUT_S)
    return CommandResult(process.returncode, out, err)


def kill_group(process: subprocess.Popen[str]) -> bool:
    """Kills the whole process group of a command; whether the command was still running."""
    if process.poll() is not None:
        return False
    os.killpg(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def query_rows(db: Path, query: str) -> list[tuple[object, ...]]:
    """The rows of a query, read as any reader would; none where there is no warehouse yet."""
    try:
        with closing(sqlite3.connect(f"{db.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()
    except sqlite3.OperationalError as error:
        if "unable to open" in str(error) or "no such table" in str(error):
            return []
        raise


def document_count(db: Path) -> int:
    """How many documents there are; -1 where there is no warehouse yet."""
    rows = query_rows(db, "SELECT count(*) FROM document")
    return int(str(rows[0][0])) if rows else -1


def run_statuses(db: Path) -> list[str]:
    """The statuses of the runs, in their order."""
    return [str(row[0]) for row in query_rows(db, "SELECT status FROM run ORDER BY id")]
