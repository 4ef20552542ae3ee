"""Runs the steps of a run as Prefect tasks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any, ParamSpec, TypeVar, cast

from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from flows.orchestration.dask_pool import DaskPool
from flows.orchestration.tasks import Opaque
from flows.orchestration.thread_pool import PrefectThreadPool
from flows.runs.jobs import IngestJob
from flows.runs.step_runner import Step
from flows.workers.pool import CleaningPool
from flows.workers.supervisor import WorkerSpec

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

TASK_RETRY_DELAYS_S = (1, 5, 15)


class PrefectStepRunner:
    """Runs each step as a task of the current flow run."""

    def __init__(self) -> None:
        self._task_of = cache(_task_of)

    def run(self, step: Step[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        call = Opaque(partial(step.function, *arguments, **named))
        result = cast(Opaque[R], self._task_of(step)(call))
        return result.content

    def pool(self, spec: WorkerSpec[T], job: IngestJob) -> CleaningPool[T]:
        if not job.runner:
            return PrefectThreadPool(spec, job.jobs, job.limits)
        return DaskPool(spec, job.runner, job.limits)


def _task_of(step: Step[..., Any]) -> Task[..., Any]:
    """The task that runs a step, with the step's retries."""
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
