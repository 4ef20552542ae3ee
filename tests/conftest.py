"""What every test shares: hypothesis without deadlines, and the options of the measurements."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("presswash", deadline=None, derandomize=True)
settings.load_profile("presswash")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("presswash measurements")
    group.addoption("--samples", type=Path, help="folder of sample pages with a gold.jsonl")
    group.addoption("--corpus", type=Path, help="folder of annotated pages: articles.jsonl, …")
    group.addoption("--pages", type=int, default=20_000, help="pages that fill a warehouse")
