"""Passes the caller's observer to a flow run in the same process.

Prefect stores the parameters of a flow, but an observer such as a progress bar can't be stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from flows.runs.report import Observer

_observer: ContextVar[Observer | None] = ContextVar("observer", default=None)


def current_observer() -> Observer | None:
    """The caller's observer; None for a run that a server started."""
    return _observer.get()


@contextmanager
def observed_by(observer: Observer | None) -> Iterator[None]:
    """Make `observer` the current observer within the context."""
    token = _observer.set(observer)
    try:
        yield
    finally:
        _observer.reset(token)
