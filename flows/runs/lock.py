"""One flow run at a time on a warehouse, whichever process it runs in."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.errors import LockTimeout

LOCK_TIMEOUT_S = 6 * 3600.0
_EVERY_S = 0.5


@contextmanager
def run_lock(
    db: str,
    on_wait: Callable[[str], None] = lambda _what: None,
    timeout: float = LOCK_TIMEOUT_S,
) -> Iterator[None]:
    """Holds a lock beside the warehouse; `waiting` is told once, in a sentence, who else has it.

    The system frees the lock of a process that died; the file stays, and says nothing by itself.
    Raises LockTimeout after so many seconds. Where there are no such locks, SQLite's own keep the
    data right, and runs may overlap.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    # As SQLite names what it keeps beside a warehouse: after the file, not after a link to it.
    path = Path(f"{os.path.realpath(db)}.lock")
    if not path.parent.is_dir():
        # Opening the warehouse says so better.
        yield
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        began, told = time.monotonic(), False
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() - began > timeout:
                    raise LockTimeout(
                        f"{_holder(descriptor)} has been at work on {db} for too long, or hangs:"
                        " end it, then try again."
                    ) from None
                if not told:
                    on_wait(f"waiting for {_holder(descriptor)}, which is at work on {db}")
                told = True
                time.sleep(_EVERY_S)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    """The process that wrote its number into the lock."""
    from warehouse.sqlite.process import describe_process

    number = os.pread(descriptor, 20, 0).decode("ascii", "replace")
    return describe_process(int(number)) if number.isdecimal() else "another run"
