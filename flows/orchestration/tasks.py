"""Runs the steps of a run as Prefect tasks, one for a batch: a task run costs some 50 ms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any, Generic, ParamSpec, Protocol, Self, TypeVar, cast

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.task_runners import ThreadPoolTaskRunner

from cleaners.model import Capture
from flows.runs.jobs import IngestJob
from flows.runs.runner import Step
from flows.workers.limits import Limits
from flows.workers.pool import CleaningPool, PendingResults, max_pending_batches
from flows.workers.supervisor import SupervisorPool, WorkerSpec

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

TASK_RETRY_DELAYS_S = (1, 5, 15)


class Opaque(Generic[T]):
    """Carries a value into and out of a task, hidden from Prefect.

    Prefect looks through lists and dataclasses for futures, and remembers each member of a
    result for as long as the flow runs: for batches of pages that costs time and memory.
    """

    __slots__ = ("content",)

    def __init__(self, content: T) -> None:
        self.content = content


class BatchCleaner(Protocol[T]):
    """Cleans a batch of pages where it is called."""

    def clean(self, captures: Sequence[Capture]) -> list[T]: ...


@task(name="clean", cache_policy=NO_CACHE, persist_result=False)
def clean_batch(
    captures: Opaque[Sequence[Capture]], by: Opaque[BatchCleaner[T]]
) -> Opaque[list[T]]:
    """Cleans a batch. There are no retries: the same page would fail again."""
    return Opaque(by.content.clean(captures.content))


class TaskRunner:
    """Runs each step as a task of the flow run that it is called in."""

    def __init__(self) -> None:
        self._task_of = cache(_task_of)

    def run(self, step: Step[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        call = Opaque(partial(step.function, *arguments, **named))
        result = cast(Opaque[R], self._task_of(step)(call))
        return result.content

    def pool(self, spec: WorkerSpec[T], job: IngestJob) -> CleaningPool[T]:
        if not job.runner:
            return TaskPool(spec, job.jobs, job.limits)
        from flows.orchestration.dask import DaskPool

        return DaskPool(spec, job.runner, job.limits)


def _task_of(step: Step[..., Any]) -> Task[..., Any]:
    """The task that executes a step, with the step's retries."""
    retry_on = (*step.retry_on, *step.task_retry_on)

    def may_pass(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
        return isinstance(state.result(raise_on_failure=False), retry_on)

    return Task(
        _execute,
        name=step.name,
        description=step.function.__doc__,
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=len(TASK_RETRY_DELAYS_S),
        retry_delay_seconds=list(TASK_RETRY_DELAYS_S),
        retry_condition_fn=may_pass,
    )


def _execute(call: Opaque[Callable[[], R]]) -> Opaque[R]:
    return Opaque(call.content())


class TaskPool(Generic[T]):
    """Supervised processes of this machine, each given its batches by a task `clean`."""

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
