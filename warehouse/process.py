"""Which process is behind a run, and whether it is still there."""

from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

_START_FIELD = 19  # of /proc/PID/stat, counted after the name in brackets: proc(5), field 22


@dataclass(frozen=True, slots=True)
class Process:
    """A process, told apart from a later one with the same number by when it started."""

    host: str
    pid: int
    started: str

    @property
    def gone(self) -> bool:
        """Whether it ended. Of another machine's processes nothing is known, so False."""
        if self.host != socket.gethostname():
            return False
        started = _started(self.pid)
        return started is None or started != self.started


def this_process() -> Process:
    """The running process."""
    pid = os.getpid()
    return Process(socket.gethostname(), pid, _started(pid) or "")


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
