"""Executes the steps of a run: as plain calls here, as Prefect tasks in a flow."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, ParamSpec, Protocol, TypeVar

from flows.runs.jobs import IngestJob
from flows.workers.pool import CleaningPool, ProcessPool
from flows.workers.supervisor import WorkerSpec

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

RETRY_DELAYS_S = (0.2, 1.0, 3.0)


@dataclass(frozen=True, slots=True)
class Step(Generic[P, R]):
    """One step of a run, and the errors after which it is tried again.

    Every runner tries again after `retry_on`. After `task_retry_on`, only a task does: a person
    at a terminal should learn at once that another process holds the warehouse.
    """

    name: str
    function: Callable[P, R]
    retry_on: tuple[type[Exception], ...] = ()
    task_retry_on: tuple[type[Exception], ...] = ()


class Runner(Protocol):
    """Executes the steps of a run."""

    def run(self, step: Step[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """What the step's function returns; raises its last error when the retries are used up."""

    def pool(self, spec: WorkerSpec[T], job: IngestJob) -> CleaningPool[T]:
        """The workers that clean the pages of a job."""


class InProcessStepRunner:
    """Runs steps as plain calls, and cleans in processes of this machine."""

    def run(self, step: Step[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        for delay in RETRY_DELAYS_S:
            try:
                return step.function(*arguments, **named)
            except step.retry_on:
                time.sleep(delay)
        return step.function(*arguments, **named)

    def pool(self, spec: WorkerSpec[T], job: IngestJob) -> CleaningPool[T]:
        return ProcessPool(spec, job.jobs, job.limits)
