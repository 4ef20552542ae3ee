"""One flow run at a time on a warehouse, whichever process it runs in."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.errors import LockTimeout

LOCK_TIMEOUT_S = 6 * 3600.0
_POLL_S = 0.5


@contextmanager
def run_lock(
    db: str,
    on_wait: Callable[[str], None] = lambda _what: None,
    timeout: float = LOCK_TIMEOUT_S,
) -> Iterator[None]:
    """Holds a lock beside the warehouse; waits up to `timeout` seconds for another holder.

    `on_wait` is called once, with a sentence that names the process that holds the lock. Raises
    LockTimeout. The operating system frees the lock of a process that died; the file stays. On a
    platform without such locks, runs may overlap: SQLite's own locks keep the data consistent.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    # Named after the file itself, not after a link to it, like SQLite's files beside it.
    path = Path(f"{os.path.realpath(db)}.lock")
    if not path.parent.is_dir():
        # Opening the warehouse gives the better error.
        yield
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        began, reported = time.monotonic(), False
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() - began > timeout:
                    raise LockTimeout(
                        f"{_holder(descriptor)} has used {db} for too long, or hangs:"
                        " end it, then try again."
                    ) from None
                if not reported:
                    on_wait(f"waiting for {_holder(descriptor)}, which is using {db}")
                reported = True
                time.sleep(_POLL_S)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    """The process whose id is in the lock file."""
    from warehouse.sqlite.process import describe_process

    number = os.pread(descriptor, 20, 0).decode("ascii", "replace")
    return describe_process(int(number)) if number.isdecimal() else "another run"
