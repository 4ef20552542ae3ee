"""Cleans batches in one or many processes, and yields the results in the order of the batches."""

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
    pool: CleaningPool[T],
) -> Iterator[tuple[B, list[T]]]:
    """Yield each batch that `take` returns (None at the end), with the results for its captures."""
    pending: deque[tuple[B, PendingResults[T]]] = deque()
    while (batch := take()) is not None:
        pending.append((batch, pool.submit(captures_of(batch))))
        if len(pending) >= pool.max_pending:
            done, results = pending.popleft()
            yield done, results()
    while pending:
        done, results = pending.popleft()
        yield done, results()
