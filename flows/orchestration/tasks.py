"""The Prefect task `clean`, and the wrapper that hides its values from Prefect.

A task run costs about 50 ms, so a task cleans a whole batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE

from cleaners.model import Capture

T = TypeVar("T")


class Opaque(Generic[T]):
    """Carries a value into and out of a task without Prefect inspecting it.

    Prefect searches lists and dataclasses for futures, and remembers each member of a result until
    the flow ends. For batches of pages that costs time and memory.
    """

    __slots__ = ("content",)

    def __init__(self, content: T) -> None:
        self.content = content


class BatchCleaner(Protocol[T]):
    """Cleans a batch of pages in the process that calls it."""

    def clean(self, captures: Sequence[Capture]) -> list[T]: ...


@task(name="clean", cache_policy=NO_CACHE, persist_result=False)
def clean_batch(
    captures: Opaque[Sequence[Capture]], by: Opaque[BatchCleaner[T]]
) -> Opaque[list[T]]:
    """Clean a batch. It isn't retried, because the same page would fail again."""
    return Opaque(by.content.clean(captures.content))
