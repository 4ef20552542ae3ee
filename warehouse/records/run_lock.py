"""Shows with a file lock, which ends with its process, that a run is active.

A process ID means nothing in another container, and may be hidden from other users; a file lock
works in both cases. SQLite's write-ahead log already requires that all users of a warehouse are on
one machine, and there they share locks.
"""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from pathlib import Path

# The layout of struct flock in fcntl(2): type, whence, start, length, process.
_FLOCK = "hhlli"


class RunLock:
    """Locks for the runs of this process: run N locks byte N of a file beside the warehouse.

    The locks belong to the open file, not to the process (F_OFD_SETLK); they end when it is closed
    or the process dies. On platforms without such locks nothing is locked, and `is_held` returns
    None.
    """

    def __init__(self, warehouse: str) -> None:
        self._path = Path(f"{warehouse}.lock")
        self._held: int | None = None

    def acquire(self, run: int) -> None:
        """Mark a run as active until this object is closed or the process ends."""
        with suppress(OSError):
            if self._held is None:
                flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
                self._held = os.open(self._path, flags, 0o666)
            _lock(self._held, run, for_writing=True)

    def is_held(self, run: int) -> bool | None:
        """Whether any process has marked a run as active; None if unknown."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        except OSError:
            return None
        try:
            return None if _lock(descriptor, run, for_writing=False) is None else False
        except BlockingIOError:
            return True
        except OSError:
            return None
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Release the locks of all runs."""
        if self._held is not None:
            os.close(self._held)
            self._held = None


def _lock(descriptor: int, run: int, *, for_writing: bool) -> bool | None:
    """Lock a run's byte, or raise BlockingIOError; None on a platform without such locks."""
    try:
        import fcntl

        command = fcntl.F_OFD_SETLK
    except (ImportError, AttributeError):
        return None
    kind = fcntl.F_WRLCK if for_writing else fcntl.F_RDLCK
    fcntl.fcntl(descriptor, command, struct.pack(_FLOCK, kind, os.SEEK_SET, run, 1, 0))
    return True
