"""A file lock that ends with its process, and a note in the file for other processes."""

from __future__ import annotations

import os
from pathlib import Path


class FileLock:
    """A lock that one process at a time can hold; the operating system frees it with the process.

    The file isn't deleted. Its first line is the holder's process ID, and the rest is `note`. On a
    platform without such locks, every process acquires it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self, note: str = "") -> bool:
        """Take the lock if it is free; returns whether it was. Raises OSError."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        except ImportError:
            pass
        self._descriptor = descriptor
        self.write_note(note)
        return True

    def write_note(self, note: str) -> None:
        """Replace the note; only the holder may do so."""
        assert self._descriptor is not None
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n{note}".encode(), 0)

    def release(self) -> None:
        """Free the lock; does nothing if it isn't held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def holder(self) -> tuple[int | None, str]:
        """The process ID and the note of the last holder, which may have ended."""
        try:
            pid, _, note = self._path.read_text("utf-8", "replace").partition("\n")
        except OSError:
            return None, ""
        return (int(pid) if pid.isdecimal() else None), note

    def is_holder_alive(self) -> bool:
        """Whether the last holder is running, as far as this process can see."""
        pid, _ = self.holder()
        try:
            os.kill(pid or os.getpid(), 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return True

    def describe_holder(self) -> str:
        """The holder's name for messages."""
        from warehouse.sqlite.process import describe_process

        pid, _ = self.holder()
        return describe_process(pid) if pid else "another process"
