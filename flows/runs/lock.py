"""Allows one flow run at a time on a warehouse, across all processes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.errors import LockTimeout
from flows.file_lock import FileLock

LOCK_TIMEOUT_S = 6 * 3600.0
_POLL_S = 0.5


def run_lock_path(db: str) -> Path:
    """The lock file of a warehouse, beside the file itself and not beside a link to it."""
    return Path(f"{os.path.realpath(db)}.lock")


@contextmanager
def run_lock(
    db: str,
    on_wait: Callable[[str], None] = lambda _what: None,
    timeout: float = LOCK_TIMEOUT_S,
    note: str = "",
) -> Iterator[None]:
    """Hold a lock beside the warehouse; waits up to `timeout` seconds for another holder.

    `on_wait` is called once, with a sentence that names the process that holds the lock. `note` is
    written to the lock file. Raises LockTimeout. On a platform without such locks runs may overlap;
    SQLite's own locks keep the data consistent.
    """
    path = run_lock_path(db)
    if not path.parent.is_dir():
        # Opening the warehouse reports the error better.
        yield
        return
    lock = FileLock(path)
    began, reported = time.monotonic(), False
    while not lock.acquire(note):
        if time.monotonic() - began > timeout:
            raise LockTimeout(
                f"{lock.describe_holder()} has used {db} for too long, or hangs:"
                " end it, then try again."
            )
        if not reported:
            on_wait(f"waiting for {lock.describe_holder()}, which is using {db}")
        reported = True
        time.sleep(_POLL_S)
    try:
        yield
    finally:
        lock.release()
