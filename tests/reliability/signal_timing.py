"""Moments in the life of a run: when the clock says, in a transaction, at the very end."""

from __future__ import annotations

import fcntl
import os
import random
import struct
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.cli_process import ask, documents

# The byte of SQLite's shared memory that a writer has locked while it is in a transaction:
# https://www.sqlite.org/walformat.html#wal_locks
_WRITING = 120
_FLOCK = "hhlli"
_LOOK_S = 0.002

Process = subprocess.Popen[str]
# Waits for the moment; comes back early if the process ends first.
Moment = Callable[[Process, Path], None]


def after(seconds: float) -> Moment:
    """So long after the start."""
    return lambda process, _db: _wait(process, seconds)


def with_documents(wanted: int) -> Moment:
    """As soon as so many documents can be seen: between two transactions."""
    return lambda process, db: _until(process, lambda: documents(db) >= wanted)


def writing(transactions: int, seconds: float) -> Moment:
    """Within a transaction, after so many others, and so long after it began."""

    def come(process: Process, db: Path) -> None:
        for _ in range(transactions):
            _until(process, lambda: is_written(db))
            _until(process, lambda: not is_written(db))
        _until(process, lambda: is_written(db))
        _wait(process, seconds)

    return come


def completed(process: Process, db: Path) -> None:
    """When the newest run says that it is completed: only closing is left."""
    query = "SELECT status FROM run ORDER BY id DESC LIMIT 1"
    before = len(ask(db, "SELECT id FROM run"))
    newer = "SELECT count(*) FROM run"
    _until(process, lambda: ask(db, newer) > [(before,)] and ask(db, query) == [("completed",)])


def is_written(db: Path) -> bool:
    """Whether some process is in a writing transaction, found out without disturbing it."""
    try:
        shared = os.open(f"{db}-shm", os.O_RDWR)
    except OSError:
        return False
    try:
        question = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, _WRITING, 1, 0)
        answer = fcntl.fcntl(shared, fcntl.F_GETLK, question)
        return bool(struct.unpack(_FLOCK, answer)[0] != fcntl.F_UNLCK)
    finally:
        os.close(shared)


def started(process: Process, db: Path) -> None:
    """When a first run is in the book."""
    _until(process, lambda: bool(ask(db, "SELECT id FROM run")))


@dataclass(frozen=True, slots=True)
class Life:
    """How a whole run goes: seconds until it has started and until its end, and its documents."""

    start_s: float
    end_s: float
    documents: int


def some(dice: random.Random, life: Life, held: int) -> tuple[str, Moment]:
    """A moment of any kind in the life of a run that finds so many documents held already."""
    held = max(held, 0)
    left = life.start_s + (life.end_s - life.start_s) * (1 - held / life.documents)
    kind = dice.choices(("start", "clock", "between", "writing", "end"), (2, 5, 5, 6, 1))[0]
    if kind == "start":
        return kind, after(dice.uniform(0, life.start_s))
    if kind == "clock":
        return kind, after(dice.uniform(0.8 * life.start_s, left))
    if kind == "between":
        return kind, with_documents(dice.randint(held, (held + life.documents) // 2))
    if kind == "writing":
        return kind, writing(dice.randint(0, 4), dice.uniform(0, 0.004))
    return kind, completed


def _wait(process: Process, seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _until(process: Process, come: Callable[[], bool]) -> None:
    while process.poll() is None and not come():
        time.sleep(_LOOK_S)
