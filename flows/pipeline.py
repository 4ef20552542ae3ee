"""Batches through cleaning and out again in their order, however many processes clean them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

from cleaners.model import Capture
from flows.workers import Crew, Workers

B = TypeVar("B")
T = TypeVar("T")


def in_order(
    take: Callable[[], B | None],
    captures_of: Callable[[B], Sequence[Capture]],
    crew: Crew[T],
    jobs: int,
) -> Generator[tuple[B, list[T]], None, None]:
    """Each batch that `take` gives (None: no more), with what the crew made of its captures.

    At most two batches a worker are in flight; an input of one batch starts no other process. Close
    it, so that an interrupt of its end is raised and not printed.
    """
    first = take()
    second = take() if first is not None and jobs > 1 else None
    window = 1 if second is None else 2 * jobs
    waiting: deque[tuple[B, Callable[[], list[T]]]] = deque()
    with Workers(crew, jobs if second is not None else 1) as workers:
        batch = first
        while batch is not None:
            waiting.append((batch, workers.submit(captures_of(batch))))
            if len(waiting) >= window:
                done, results = waiting.popleft()
                yield done, results()
            batch, second = (take(), None) if second is None else (second, None)
        while waiting:
            done, results = waiting.popleft()
            yield done, results()
