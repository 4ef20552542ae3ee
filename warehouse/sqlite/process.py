"""Identifies the process of a run, and finds out whether it is still alive."""

from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

# The start time in /proc/PID/stat, counted after the name in brackets; field 22 in proc(5).
_START_FIELD = 19
# The byte that a writer locks: https://www.sqlite.org/walformat.html#wal_locks
_WRITE_LOCK_BYTE = 120


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process; its start time distinguishes it from a later one with the same process ID."""

    host: str
    pid: int
    started: str

    @property
    def is_local(self) -> bool:
        """Whether the process is or was on this machine or in this container."""
        return self.host == socket.gethostname()

    @property
    def has_ended(self) -> bool:
        """Whether it is known to have ended; always False for a process of another machine."""
        if not self.is_local:
            return False
        started = _started(self.pid)
        return started is None or started != self.started


def this_process() -> ProcessIdentity:
    """The current process."""
    pid = os.getpid()
    return ProcessIdentity(socket.gethostname(), pid, _started(pid) or "")


def describe_process(pid: int) -> str:
    """A process's name for messages; for a stopped process, with how to resume it."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return f"process {pid}"
    if status.rpartition(")")[2].split()[0] in {"T", "t"}:
        return f"process {pid}, which is stopped (kill -CONT {pid} resumes it)"
    return f"process {pid}"


def describe_writer(warehouse: str) -> str:
    """The process that holds the write lock of a warehouse, from /proc/locks if possible."""
    try:
        shared = str(Path(f"{warehouse}-shm").stat().st_ino)
        locks = Path("/proc/locks").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "another process"
    for lock in locks:
        # A process in another container has the process ID 0.
        match lock.split():
            case [_, "POSIX", _, "WRITE", pid, file, first, last] if file.endswith(f":{shared}"):
                end = _WRITE_LOCK_BYTE if last == "EOF" else int(last)
                if int(first) <= _WRITE_LOCK_BYTE <= end:
                    return describe_process(int(pid)) if int(pid) > 0 else "another process"
    return "another process"


def _started(pid: int) -> str | None:
    """A process's start time as an opaque string to compare; None if the process has ended."""
    proc = Path("/proc")
    if (proc / "self" / "stat").exists():
        try:
            stat = (proc / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        # The name may contain spaces and brackets. Ticks count from boot, so the boot ID is added.
        boot = proc / "sys" / "kernel" / "random" / "boot_id"
        booted = boot.read_text(encoding="utf-8").strip() if boot.exists() else ""
        return f"{booted}/{stat.rpartition(')')[2].split()[_START_FIELD]}"
    try:
        answer = subprocess.run(  # noqa: S603 - a number is all that varies
            ["ps", "-o", "lstart=", "-p", str(pid)],  # noqa: S607 - where it is differs
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return answer.stdout.strip() or None
