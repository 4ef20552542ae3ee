"""What the measurements share: the folders they read, and a place for their figures."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PRESSWASH = Path(sys.executable).with_name("presswash")


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
def report() -> Iterator[Callable[[str, dict[str, object]], None]]:
    """A function that prints a measurement as one line of JSON, headed by the machine."""
    print(f"\n{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")

    def line(name: str, figures: dict[str, object]) -> None:
        print(json.dumps({"measurement": name, **figures}, ensure_ascii=False))

    yield line
