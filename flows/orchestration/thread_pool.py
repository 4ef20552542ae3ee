"""Cleans on this machine: Prefect threads run the task `clean`, each with a worker process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, Self, TypeVar

from prefect.task_runners import ThreadPoolTaskRunner

from cleaners.model import Capture
from flows.orchestration.tasks import BatchCleaner, Opaque, clean_batch
from flows.workers.limits import Limits
from flows.workers.pool import PendingResults, max_pending_batches
from flows.workers.supervisor import SupervisorPool, WorkerSpec

T = TypeVar("T")


class PrefectThreadPool(Generic[T]):
    """Supervised processes on this machine that get their batches from the task `clean`."""

    def __init__(self, spec: WorkerSpec[T], jobs: int, limits: Limits) -> None:
        self._supervisors = SupervisorPool(spec, limits)
        self._jobs = jobs
        self._threads: ThreadPoolTaskRunner[Any] = ThreadPoolTaskRunner(max_workers=jobs)

    @property
    def max_pending(self) -> int:
        return max_pending_batches(self._jobs)

    def __enter__(self) -> Self:
        self._supervisors.start()
        self._threads.__enter__()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._supervisors.stop()
        self._threads.__exit__(None, None, None)

    def submit(self, captures: Sequence[Capture]) -> PendingResults[T]:
        if not captures:
            return list
        batch = Opaque(captures)
        by: Opaque[BatchCleaner[T]] = Opaque(self._supervisors)
        if self._jobs == 1:
            return lambda: clean_batch(batch, by).content
        future = self._threads.submit(clean_batch, {"captures": batch, "by": by})
        return lambda: future.result().content
