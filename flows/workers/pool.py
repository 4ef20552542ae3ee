"""Distributes batches of pages among one or more worker processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Generic, Protocol, Self, TypeVar

from cleaners.model import Capture
from flows.workers.limits import Limits
from flows.workers.supervisor import SupervisorPool, WorkerSpec

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")
PendingResults = Callable[[], list[T]]

# Pages that a process gets at once; few, so that all processes stay busy until the end.
_CHUNK_PAGES = 8


class CleaningPool(Protocol[T]):
    """Cleans batches within its context."""

    @property
    def max_pending(self) -> int:
        """How many batches to submit before taking the results of the first."""

    def submit(self, captures: Sequence[Capture]) -> PendingResults[T]:
        """Submit a batch; returns a function that waits for its results, in order."""

    def __enter__(self) -> Self: ...
    def __exit__(self, kind: object, error: object, trace: object) -> None: ...


class ProcessPool(Generic[T]):
    """Worker processes on this machine, up to `jobs`, started when there is work for them.

    The first starts at once, so that it is ready sooner.
    """

    def __init__(self, spec: WorkerSpec[T], jobs: int, limits: Limits) -> None:
        self._supervisors = SupervisorPool(spec, limits)
        self._jobs = jobs
        self._threads: ThreadPoolExecutor | None = None

    @property
    def max_pending(self) -> int:
        return max_pending_batches(self._jobs)

    def __enter__(self) -> Self:
        self._supervisors.start()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._supervisors.stop()
        if self._threads:
            self._threads.shutdown(cancel_futures=True)

    def submit(self, captures: Sequence[Capture]) -> PendingResults[T]:
        if self._jobs == 1:
            return partial(self._supervisors.clean, captures)
        if self._threads is None:
            from concurrent.futures import ThreadPoolExecutor

            self._threads = ThreadPoolExecutor(self._jobs)
        pieces = [
            captures[start : start + _CHUNK_PAGES]
            for start in range(0, len(captures), _CHUNK_PAGES)
        ]
        return partial(
            _gather, [self._threads.submit(self._supervisors.clean, one) for one in pieces]
        )


def max_pending_batches(jobs: int) -> int:
    """How many batches may be pending; with one job, cleaning and loading take turns."""
    return 1 if jobs == 1 else 2 * jobs


def _gather(futures: Sequence[Future[list[T]]]) -> list[T]:
    return [result for future in futures for result in future.result()]
