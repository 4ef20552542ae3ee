"""Hands batches of pages to guarded processes, to one or to several at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Generic, Protocol, Self, TypeVar

from cleaners.model import Capture
from flows.workers.limits import Limits
from flows.workers.supervisor import Crew, Guards

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")
Pending = Callable[[], list[T]]

# Pages that a process gets at once: few, so that all have something to do until the end.
_PAGES = 8


class Workers(Protocol[T]):
    """Whoever cleans batches, between entering it and leaving it."""

    @property
    def window(self) -> int:
        """How many batches to hand over before the results of the first are taken."""

    def submit(self, captures: Sequence[Capture]) -> Pending[T]:
        """Hands a batch over; the call that comes back waits for the results, in order."""

    def __enter__(self) -> Self: ...
    def __exit__(self, kind: object, error: object, trace: object) -> None: ...


class Processes(Generic[T]):
    """Guarded processes of this machine: one for each job, started when there is work for it.

    The first starts at once, to be ready sooner.
    """

    def __init__(self, crew: Crew[T], jobs: int, limits: Limits) -> None:
        self._guards = Guards(crew, limits)
        self._jobs = jobs
        self._threads: ThreadPoolExecutor | None = None

    @property
    def window(self) -> int:
        return window(self._jobs)

    def __enter__(self) -> Self:
        self._guards.start()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._guards.end()
        if self._threads:
            self._threads.shutdown(cancel_futures=True)

    def submit(self, captures: Sequence[Capture]) -> Pending[T]:
        if self._jobs == 1:
            return partial(self._guards.clean, captures)
        if self._threads is None:
            from concurrent.futures import ThreadPoolExecutor

            self._threads = ThreadPoolExecutor(self._jobs)
        pieces = [captures[start : start + _PAGES] for start in range(0, len(captures), _PAGES)]
        return partial(_joined, [self._threads.submit(self._guards.clean, one) for one in pieces])


def window(jobs: int) -> int:
    """How many batches to have in hand: with one job, cleaning and loading take turns."""
    return 1 if jobs == 1 else 2 * jobs


def _joined(futures: Sequence[Future[list[T]]]) -> list[T]:
    return [result for future in futures for result in future.result()]
