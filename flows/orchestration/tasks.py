"""The task that cleans a batch, and what carries a batch into and out of tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE

from cleaners.model import Capture
from flows.runs.ingest import PageResult

T = TypeVar("T")


class BatchCleaner(Protocol):
    """Whoever cleans a batch of pages, there and then."""

    def clean(self, captures: Sequence[Capture]) -> list[PageResult]: ...


class Opaque(Generic[T]):
    """Carries a batch into and out of a task unopened.

    Prefect looks through lists and dataclasses for futures, and remembers each member of a
    result for as long as the flow runs: for batches of pages that costs time and memory.
    """

    __slots__ = ("content",)

    def __init__(self, content: T) -> None:
        self.content = content


@task(name="clean", cache_policy=NO_CACHE, persist_result=False)
def clean_batch(
    captures: Opaque[Sequence[Capture]], by: Opaque[BatchCleaner]
) -> Opaque[list[PageResult]]:
    """Cleans the batch. Nothing to retry: the same page would fail again."""
    return Opaque(by.content.clean(captures.content))
