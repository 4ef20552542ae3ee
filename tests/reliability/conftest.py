"""What the tests of trust share: the path of a warehouse to be made."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"
