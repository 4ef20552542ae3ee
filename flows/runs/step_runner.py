"""Executes the steps of a run as plain calls; in a flow, Prefect tasks take their place."""

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
    """One step of a run, and the errors after which it is retried.

    Every runner retries after the errors in `retry_on`. Only tasks also retry after those in
    `task_retry_on`: a person at a terminal should learn at once that another process holds the
    warehouse.
    """

    name: str
    function: Callable[P, R]
    retry_on: tuple[type[Exception], ...] = ()
    task_retry_on: tuple[type[Exception], ...] = ()


class Runner(Protocol):
    """Executes the steps of a run."""

    def run(self, step: Step[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """Call the step's function; raises its last error when all retries are used up."""

    def pool(self, spec: WorkerSpec[T], job: IngestJob) -> CleaningPool[T]:
        """The workers that clean the pages of a job."""


class InProcessStepRunner:
    """Runs steps as plain calls, and cleans in processes on this machine."""

    def run(self, step: Step[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        for delay in RETRY_DELAYS_S:
            try:
                return step.function(*arguments, **named)
            except step.retry_on:
                time.sleep(delay)
        return step.function(*arguments, **named)

    def pool(self, spec: WorkerSpec[T], job: IngestJob) -> CleaningPool[T]:
        return ProcessPool(spec, job.jobs, job.limits)
