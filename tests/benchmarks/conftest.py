"""What the measurements share: the folders they read, and a place for their figures."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest

PRESSWASH = Path(sys.executable).with_name("presswash")

Report = Callable[[str, dict[str, object]], None]
RecordRatio = Callable[[str, float], None]

# A ratio that grew by more is a regression.
_TOLERANCE = 1.10


@dataclass(slots=True)
class Results:
    """The measurements of a run, and of these the ratios that another run can be compared with."""

    measurements: list[dict[str, object]] = field(default_factory=list)
    ratios: dict[str, float] = field(default_factory=dict)


_RESULTS = pytest.StashKey[Results]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_RESULTS] = Results()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Writes the measurements to --results, and compares their ratios with those of --compare."""
    found = session.config.stash[_RESULTS]
    if path := session.config.getoption("--results"):
        path.write_text(json.dumps(asdict(found), indent=1, ensure_ascii=False) + "\n")
    if path := session.config.getoption("--compare"):
        before: dict[str, float] = json.loads(path.read_text())["ratios"]
        lines, regressions = compare(before, found.ratios)
        print("", *lines, sep="\n")
        if regressions:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def compare(before: dict[str, float], now: dict[str, float]) -> tuple[list[str], list[str]]:
    """A line for each ratio in both runs, and the names of those that grew by more than 10 %."""
    both = [name for name in now if name in before]
    worse = [name for name in both if now[name] > before[name] * _TOLERANCE]
    lines = [
        f"{before[name]:10.3f} → {now[name]:10.3f}  {name}{'  REGRESSION' * (name in worse)}"
        for name in both
    ]
    return lines, worse


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.bench)


@pytest.fixture
def samples(request: pytest.FixtureRequest) -> Path:
    """The folder given with --samples; what needs it is skipped without."""
    folder: Path | None = request.config.getoption("--samples")
    if folder is None:
        pytest.skip("needs --samples FOLDER")
    return folder


@dataclass(frozen=True, slots=True)
class Timing:
    """The least wall-clock and CPU seconds of several runs of a command."""

    wall: float
    cpu: float


@pytest.fixture
def timed() -> Callable[..., Timing]:
    """A function that runs a command several times, after one run to warm up."""

    def run(command: list[str], runs: int = 5, cwd: Path | None = None) -> Timing:
        found = []
        for _ in range(runs + 1):
            before, start = os.times(), time.perf_counter()
            subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL)
            wall, after = time.perf_counter() - start, os.times()
            cpu = after.children_user + after.children_system
            found.append((wall, cpu - before.children_user - before.children_system))
        warm = found[1:]
        return Timing(min(wall for wall, _ in warm), min(cpu for _, cpu in warm))

    return run


@pytest.fixture(scope="session")
def report(request: pytest.FixtureRequest) -> Report:
    """A function that prints a measurement as one line of JSON, headed by the machine."""
    print(f"\n{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    measurements = request.config.stash[_RESULTS].measurements

    def line(name: str, figures: dict[str, object]) -> None:
        measurements.append({"measurement": name, **figures})
        print(json.dumps(measurements[-1], ensure_ascii=False))

    return line


@pytest.fixture(scope="session")
def record_ratio(request: pytest.FixtureRequest) -> RecordRatio:
    """A function that keeps a figure to compare with another run's; less of it is better."""
    ratios = request.config.stash[_RESULTS].ratios

    def keep(name: str, ratio: float) -> None:
        ratios[name] = round(ratio, 4)
        print(f"{ratio:10.3f}  {name}")

    return keep
