"""Distributes pages among one or more worker processes."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Generic, Protocol, Self, TypeVar

from cleaners.model import Capture
from flows.workers.limits import Limits
from flows.workers.supervisor import SupervisorPool, WorkerSpec

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")
PendingResults = Callable[[], list[T]]

# Another process starts when this many pages wait for each of those that run.
_PAGES_PER_PROCESS = 8


class CleaningPool(Protocol[T]):
    """Cleans batches within its context."""

    @property
    def max_pending(self) -> int:
        """How many batches to submit before taking the results of the first."""

    def submit(self, captures: Sequence[Capture]) -> PendingResults[T]:
        """Submit a batch; returns a function that waits for its results, in order."""

    def __enter__(self) -> Self: ...
    def __exit__(self, kind: object, error: object, trace: object) -> None: ...


@dataclass(frozen=True, slots=True)
class _QueuedPage(Generic[T]):
    capture: Capture
    result: Future[T]


class ProcessPool(Generic[T]):
    """Worker processes on this machine, up to `jobs`, started when there is work for them.

    The first starts at once, so that it is ready sooner. Each takes the next page when it is done
    with another one, so that all stay busy until the end.
    """

    def __init__(self, spec: WorkerSpec[T], jobs: int, limits: Limits) -> None:
        self._supervisors = SupervisorPool(spec, limits)
        self._jobs = jobs
        self._queue: SimpleQueue[_QueuedPage[T] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._has_ended = False

    @property
    def max_pending(self) -> int:
        return max_pending_batches(self._jobs)

    def __enter__(self) -> Self:
        self._supervisors.start()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._has_ended = True
        for _ in self._threads:
            self._queue.put(None)  # wakes those that wait for a page
        self._supervisors.stop()
        for thread in self._threads:
            thread.join()
        while not self._queue.empty():
            if (page := self._queue.get_nowait()) is not None:
                page.result.cancel()

    def submit(self, captures: Sequence[Capture]) -> PendingResults[T]:
        if self._jobs == 1:
            return partial(self._supervisors.clean, captures)
        from concurrent.futures import Future

        pages: list[_QueuedPage[T]] = [_QueuedPage(capture, Future()) for capture in captures]
        for page in pages:
            self._queue.put(page)
        wanted = min(self._jobs, -(-self._queue.qsize() // _PAGES_PER_PROCESS))
        while len(self._threads) < wanted:
            thread = threading.Thread(target=self._clean_queued, daemon=True)
            self._threads.append(thread)
            thread.start()
        return lambda: [page.result.result() for page in pages]

    def _clean_queued(self) -> None:
        """Clean pages of the queue until the pool ends: what each thread does."""
        taken: deque[_QueuedPage[T]] = deque()

        def take() -> Capture | None:
            try:
                page = None if self._has_ended else self._queue.get(block=not taken)
            except Empty:
                page = None
            if page is None:
                return None
            taken.append(page)
            return page.capture

        def finish(result: T) -> None:
            taken.popleft().result.set_result(result)

        while not self._has_ended:
            try:
                self._supervisors.clean_taken(take, finish)
            except BaseException as error:
                # Whoever waits for the results gets the error.
                while taken:
                    taken.popleft().result.set_exception(error)


def max_pending_batches(jobs: int) -> int:
    """How many batches may be pending; with one job, cleaning and loading take turns."""
    return 1 if jobs == 1 else 2 * jobs
