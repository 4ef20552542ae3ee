"""Batches through cleaning and out again in their order, however many processes clean them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from cleaners.model import Capture
from flows.workers.pool import CleaningPool, PendingResults

B = TypeVar("B")
T = TypeVar("T")


def in_order(
    take: Callable[[], B | None],
    captures_of: Callable[[B], Sequence[Capture]],
    workers: CleaningPool[T],
) -> Iterator[tuple[B, list[T]]]:
    """Each batch that `take` gives (None: no more), with what was made of its captures."""
    waiting: deque[tuple[B, PendingResults[T]]] = deque()
    while (batch := take()) is not None:
        waiting.append((batch, workers.submit(captures_of(batch))))
        if len(waiting) >= workers.max_pending:
            done, results = waiting.popleft()
            yield done, results()
    while waiting:
        done, results = waiting.popleft()
        yield done, results()
