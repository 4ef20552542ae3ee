"""Which process is behind a run, and whether it is still there."""

from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

_START_FIELD = 19  # of /proc/PID/stat, counted after the name in brackets: proc(5), field 22
_WRITING = 120  # the byte that a writer locks: https://www.sqlite.org/walformat.html#wal_locks


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process, told apart from a later one with the same number by when it started."""

    host: str
    pid: int
    started: str

    @property
    def is_local(self) -> bool:
        """Whether it is, or was, a process of this machine, or of this container."""
        return self.host == socket.gethostname()

    @property
    def has_ended(self) -> bool:
        """Whether it ended. Of another machine's processes nothing is known, so False."""
        if not self.is_local:
            return False
        started = _started(self.pid)
        return started is None or started != self.started


def this_process() -> ProcessIdentity:
    """The running process."""
    pid = os.getpid()
    return ProcessIdentity(socket.gethostname(), pid, _started(pid) or "")


def describe_process(pid: int) -> str:
    """A process as a message calls it, with what to do where it was stopped and forgotten."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return f"process {pid}"
    if status.rpartition(")")[2].split()[0] in {"T", "t"}:
        return f"process {pid}, which is stopped (kill -CONT {pid} lets it go on)"
    return f"process {pid}"


def describe_writer(warehouse: str) -> str:
    """Who holds the write lock of a warehouse, named as far as this machine tells: proc(5)."""
    try:
        shared = str(Path(f"{warehouse}-shm").stat().st_ino)
        locks = Path("/proc/locks").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "another process"
    for lock in locks:
        # A process of another container has no number here, and is 0.
        match lock.split():
            case [_, "POSIX", _, "WRITE", pid, file, first, last] if file.endswith(f":{shared}"):
                if int(first) <= _WRITING and (last == "EOF" or int(last) >= _WRITING):
                    return describe_process(int(pid)) if int(pid) > 0 else "another process"
    return "another process"


def _started(pid: int) -> str | None:
    """When a process of this machine started, in a form only good for comparing; None if gone."""
    proc = Path("/proc")
    if (proc / "self" / "stat").exists():
        try:
            stat = (proc / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        # The name may hold blanks and brackets; ticks count from boot, so the boot counts too.
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
