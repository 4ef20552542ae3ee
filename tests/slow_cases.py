"""Chooses the cases of a test that `make test` runs; `make test-all` runs the others too."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pytest
from _pytest.mark.structures import ParameterSet


def all_slow_but(fast: Collection[object], cases: Iterable[object]) -> list[ParameterSet]:
    """The cases, all but those in `fast` with the marker `slow`."""
    return [pytest.param(case, marks=() if case in fast else pytest.mark.slow) for case in cases]
