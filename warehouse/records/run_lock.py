"""Whether a run is still at work, told by a lock that ends with its process and that all can see.

A number of a process means nothing in another container, and may be another user's secret; a lock
on a file does. SQLite's log wants all who share a warehouse on one machine, where locks are shared.
"""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from pathlib import Path

# struct flock of fcntl(2): type, whence, start, length, process.
_FLOCK = "hhlli"


class RunLock:
    """Locks on bytes of the file beside a warehouse, each the number of a run of this process.

    Locks that belong to an open file, not to a process (F_OFD_SETLK), end when it is closed or its
    process has died. Where there are none, nothing is locked and nothing is known.
    """

    def __init__(self, warehouse: str) -> None:
        self._path = Path(f"{warehouse}.lock")
        self._held: int | None = None

    def acquire(self, run: int) -> None:
        """Show that a run is at work, until this is closed or the process ends."""
        with suppress(OSError):
            if self._held is None:
                flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
                self._held = os.open(self._path, flags, 0o666)
            _lock(self._held, run, for_writing=True)

    def is_held(self, run: int) -> bool | None:
        """Whether any process shows that a run is at work; None where that can't be told."""
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
        """Let go of all runs."""
        if self._held is not None:
            os.close(self._held)
            self._held = None


def _lock(descriptor: int, run: int, *, for_writing: bool) -> bool | None:
    """Lock a run's byte, or raise BlockingIOError; None where there are no such locks."""
    try:
        import fcntl

        command = fcntl.F_OFD_SETLK
    except (ImportError, AttributeError):
        return None
    kind = fcntl.F_WRLCK if for_writing else fcntl.F_RDLCK
    fcntl.fcntl(descriptor, command, struct.pack(_FLOCK, kind, os.SEEK_SET, run, 1, 0))
    return True
