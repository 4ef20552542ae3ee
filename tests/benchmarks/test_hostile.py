"""What hostile inputs cost at worst, and that every one of them is accounted for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.conftest import path_for_others, write_stories
from tests.flows.hostile_inputs import MAKERS

Report = Callable[[str, dict[str, object]], None]

SCALES = (0.01, 0.1, 1.0)
HONEST = 3
# Runs the command line, and says on stderr what it and its processes took: seconds, MB, MB.
COUNTED = (
    "import resource, sys; from flows.cli import run; code = run(sys.argv[1:]);"
    "own, theirs = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN));"
    "times = own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime;"
    "print(times, own.ru_maxrss / 1024, theirs.ru_maxrss / 1024, file=sys.stderr); sys.exit(code)"
)


@pytest.mark.timeout(3600)
def test_hostile_inputs_take_bounded_time_and_memory_and_are_all_accounted_for(
    tmp_path: Path, report: Report
) -> None:
    inputs = accounted = 0
    worst = dict.fromkeys(("CPU s", "elapsed s", "MB of the program", "MB of its process"), 0.0)
    for kind, make in MAKERS.items():
        for scale in SCALES:
            folder = tmp_path / f"{kind} {scale}"
            write_stories(folder / "honest", HONEST)
            made = make(folder, scale) + HONEST
            figures = ingested(folder)
            inputs += made
            accounted += figures.pop("accounted")
            report(f"{kind}, at {scale:g} of its size", dict(figures))
            for name in worst:
                worst[name] = max(worst[name], figures[name])
    report("hostile inputs", {"inputs": inputs, "accounted for": accounted, **worst})
    assert inputs == accounted
    assert worst["CPU s"] < 100
    assert worst["MB of the program"] < 500
    assert worst["MB of its process"] < 2048


def ingested(folder: Path) -> dict[str, float]:
    """What a run over a folder cost, how many inputs it rejected, and how many it speaks of."""
    began = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-c", COUNTED, "ingest", folder.name, "--no-flow", "--json",
         "--db", f"{folder.name}.db"],
        cwd=folder.parent,
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path_for_others()},
    )  # fmt: skip
    elapsed = time.perf_counter() - began
    said = json.loads(ran.stdout)
    cpu, own, theirs = (round(float(figure), 1) for figure in ran.stderr.split())
    return {
        "CPU s": cpu,
        "elapsed s": round(elapsed, 1),
        "MB of the program": own,
        "MB of its process": theirs,
        "rejected": said["rejected"],
        "accounted": said["added"] + said["unchanged"] + said["rejected"],
    }
