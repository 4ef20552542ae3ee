"""What a command costs by the operating system's account of its process and all below it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

# Of getrusage: bytes on macOS, and kilobytes elsewhere.
_RSS_PER_MB = 1024 * 1024 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class ProcessCost:
    """CPU and wall-clock seconds of a process tree, and the peak memory of its largest process.

    `memory` is in MB. Processes count that ended before their parent did, as workers do.
    """

    cpu: float
    wall: float
    memory: float

    def beyond(self, start: ProcessCost) -> ProcessCost:
        """What this run cost more than one that only starts."""
        return ProcessCost(self.cpu - start.cpu, self.wall - start.wall, self.memory)


def cost_of(command: Sequence[str], cwd: Path, **environment: str) -> ProcessCost:
    """Runs a command to its end, its output discarded; raises CalledProcessError if it fails.

    A small process starts the command: on Linux, a new process's peak includes its parent's.
    """
    ran = subprocess.run(
        [sys.executable, __file__, *command],
        cwd=cwd,
        check=True,
        stdout=subprocess.PIPE,
        env={**os.environ, **environment},
    )
    return ProcessCost(**json.loads(ran.stdout))


def main(command: Sequence[str]) -> int:
    """Runs the command, prints its cost as JSON, and gives its exit code."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # Includes the workers: those that a process has waited for count with it.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    memory = usage.ru_maxrss / _RSS_PER_MB
    cost = ProcessCost(usage.ru_utime + usage.ru_stime, wall, memory)
    print(json.dumps(asdict(cost)))
    return process.returncode


def least(costs: Sequence[ProcessCost]) -> ProcessCost:
    """The least of each figure: what other programs on the machine disturbed least."""
    return ProcessCost(
        min(cost.cpu for cost in costs),
        min(cost.wall for cost in costs),
        min(cost.memory for cost in costs),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
