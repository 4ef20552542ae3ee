"""Where the caller of a flow run and the run itself meet, when both are in one process.

Prefect stores a flow's parameters, and sends the flow with what it refers to to worker processes.
What can be neither stored nor sent, such as the caller's progress bar, lies here meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from flows.runs.ingest import IngestJob, Observer, RunReport


class Desk:
    """What a caller wants done, whom to tell of each batch, and, in the end, what came of it."""

    def __init__(self, order: IngestJob, watch: Observer | None = None) -> None:
        self.order, self.watch = order, watch
        self.report: RunReport | None = None


_current: ContextVar[Desk | None] = ContextVar("desk", default=None)


def current() -> Desk | None:
    """The desk that the caller of this run sits at; None for a run that a server started."""
    return _current.get()


@contextmanager
def sitting_at(desk: Desk) -> Iterator[None]:
    """Makes a desk the current one."""
    token = _current.set(desk)
    try:
        yield
    finally:
        _current.reset(token)
