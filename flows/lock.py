"""One flow run at a time on a warehouse, whichever process it runs in."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_EVERY_S = 0.5


@contextmanager
def alone(db: str, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Holds a lock beside the warehouse; `waiting` is told once if somebody else has it.

    The system frees the lock of a process that died. Where there are no such locks, SQLite's own
    keep the data right, and runs may overlap.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    path = Path(f"{db}.lock")
    if not path.parent.is_dir():
        # Opening the warehouse says so better.
        yield
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        told = False
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not told:
                    waiting()
                told = True
                time.sleep(_EVERY_S)
        yield
    finally:
        os.close(descriptor)
