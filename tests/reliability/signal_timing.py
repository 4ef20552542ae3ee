"""Moments of a run at which to send a signal: at a time, in a transaction, just before the exit."""

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

from tests.reliability.cli_process import document_count, query_rows

# The byte of SQLite's shared memory that a writer has locked while it is in a transaction:
# https://www.sqlite.org/walformat.html#wal_locks
_WRITE_LOCK_BYTE = 120
_FLOCK = "hhlli"
_POLL_S = 0.002

Process = subprocess.Popen[str]
# Waits for the moment; comes back early if the process ends first.
Moment = Callable[[Process, Path], None]


def after_seconds(seconds: float) -> Moment:
    """That many seconds after the start."""
    return lambda process, _db: _wait(process, seconds)


def with_documents(wanted: int) -> Moment:
    """As soon as that many documents are committed: between two transactions."""
    return lambda process, db: _until(process, lambda: document_count(db) >= wanted)


def in_transaction(transactions: int, seconds: float) -> Moment:
    """That many seconds into a transaction, after that many others."""

    def wait(process: Process, db: Path) -> None:
        for _ in range(transactions):
            _until(process, lambda: is_write_locked(db))
            _until(process, lambda: not is_write_locked(db))
        _until(process, lambda: is_write_locked(db))
        _wait(process, seconds)

    return wait


def after_completion(process: Process, db: Path) -> None:
    """When the newest run is marked as completed, and only has to close the warehouse."""
    query = "SELECT status FROM run ORDER BY id DESC LIMIT 1"
    before = len(query_rows(db, "SELECT id FROM run"))
    newer = "SELECT count(*) FROM run"
    _until(
        process,
        lambda: query_rows(db, newer) > [(before,)] and query_rows(db, query) == [("completed",)],
    )


def is_write_locked(db: Path) -> bool:
    """Whether a process is in a write transaction; taking no lock."""
    try:
        shared = os.open(f"{db}-shm", os.O_RDWR)
    except OSError:
        return False
    try:
        question = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, _WRITE_LOCK_BYTE, 1, 0)
        answer = fcntl.fcntl(shared, fcntl.F_GETLK, question)
        return bool(struct.unpack(_FLOCK, answer)[0] != fcntl.F_UNLCK)
    finally:
        os.close(shared)


def started(process: Process, db: Path) -> None:
    """When the first run is in the table of runs."""
    _until(process, lambda: bool(query_rows(db, "SELECT id FROM run")))


@dataclass(frozen=True, slots=True)
class RunTimings:
    """Seconds until an undisturbed run has started and until it ends, and its documents."""

    start_s: float
    end_s: float
    documents: int


def random_moment(rng: random.Random, timings: RunTimings, held: int) -> tuple[str, Moment]:
    """A random moment of a run on a warehouse of `held` documents, and the name of its kind."""
    held = max(held, 0)
    left = timings.start_s + (timings.end_s - timings.start_s) * (1 - held / timings.documents)
    kind = rng.choices(("start", "clock", "between", "writing", "end"), (2, 5, 5, 6, 1))[0]
    if kind == "start":
        return kind, after_seconds(rng.uniform(0, timings.start_s))
    if kind == "clock":
        return kind, after_seconds(rng.uniform(0.8 * timings.start_s, left))
    if kind == "between":
        return kind, with_documents(rng.randint(held, (held + timings.documents) // 2))
    if kind == "writing":
        return kind, in_transaction(rng.randint(0, 4), rng.uniform(0, 0.004))
    return kind, after_completion


def _wait(process: Process, seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _until(process: Process, reached: Callable[[], bool]) -> None:
    while process.poll() is None and not reached():
        time.sleep(_POLL_S)
