"""What every test shares: a clean environment, hypothesis without deadlines, and options."""

import os
import signal
from collections.abc import Iterator, MutableMapping
from pathlib import Path

import pytest
from hypothesis import settings

# As the Makefile and the command line set it, before numpy is imported: on busy cores, threads of
# BLAS that wait for each other make training more than ten times as slow.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

settings.register_profile("presswash", deadline=None, derandomize=True)
settings.load_profile("presswash")


# Variables that configure presswash or Prefect, or the width of what is printed.
CONFIGURING = ("PRESSWASH_", "PREFECT_", "COLUMNS")


def clear_configuration(environment: MutableMapping[str, str]) -> dict[str, str]:
    """Removes every variable that configures what is tested; gives those that were there."""
    return {name: environment.pop(name) for name in [*environment] if name.startswith(CONFIGURING)}


@pytest.fixture(scope="session", autouse=True)
def clean_environment() -> Iterator[None]:
    """No variable of this machine reaches a test, a fixture, or a process that one starts."""
    before = clear_configuration(os.environ)
    yield
    clear_configuration(os.environ)
    os.environ.update(before)


@pytest.fixture(scope="session", autouse=True)
def heeded_interrupts() -> None:
    """A shell starts what runs in the background with SIGINT ignored, and processes inherit it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def environment_as_before(clean_environment: None) -> Iterator[None]:
    """What a test sets in the environment ends with it; what a wider fixture sets stays."""
    before = {name: os.environ[name] for name in os.environ if name.startswith(CONFIGURING)}
    yield
    clear_configuration(os.environ)
    os.environ.update(before)


# Files of few but long tests: they begin first, so that none runs alone at the end.
LONG = (
    "test_schedule.py",
    "test_crashes.py",
    "test_evaluate.py",
    "test_dask.py",
    "test_flow.py",
    "test_repair.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONG)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("presswash measurements")
    group.addoption("--samples", type=Path, help="folder of sample pages with a gold.jsonl")
    group.addoption("--corpus", type=Path, help="folder of annotated pages: articles.jsonl, …")
    group.addoption("--pages", type=int, default=20_000, help="pages that fill a warehouse")
    group.addoption("--results", type=Path, help="file to write the measurements to, as JSON")
    group.addoption(
        "--compare", type=Path, help="results of another run: ratios that grew by 10 %% fail"
    )
