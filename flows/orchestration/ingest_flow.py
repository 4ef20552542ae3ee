"""The Prefect flow `ingest`: the same steps as in process, as one task a batch, with a run report.

A task run costs some 50 ms, so that tasks are per batch and never per page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

from prefect import flow, get_run_logger, task
from prefect.task_runners import ThreadPoolTaskRunner

from cleaners.model import Capture
from flows.orchestration import artifacts
from flows.orchestration import caller_context as desk
from flows.orchestration.block_sigint import take_up, until_done
from flows.orchestration.catch_up import cancel_missed_runs
from flows.orchestration.quiet_interrupts import say_interrupts_shortly
from flows.orchestration.retries import again_if, faltered, was_locked
from flows.orchestration.tasks import BatchCleaner, Opaque, clean_batch
from flows.runs import ingest as in_process
from flows.runs import steps
from flows.runs.batches import BatchReader
from flows.runs.ingest import WORKER_SPEC, IngestJob, LoadBatch, Observer, PageResult, RunReport
from flows.runs.lock import run_lock
from flows.runs.steps import BatchItem, PartitionedBatch
from flows.sources.web.fetch_settings import FetchSettings
from flows.workers.limits import Limits
from flows.workers.pool import CleaningPool, PendingResults, max_pending_batches
from flows.workers.supervisor import SupervisorPool
from warehouse.warehouse import Warehouse

say_interrupts_shortly()
take_up()

POLITE = FetchSettings()
LIMITS = Limits()


@flow(name="ingest", description="Reads pages, cleans them and loads them into a warehouse.")
def ingest(  # noqa: PLR0913, PLR0917 - what a deployment sets, by name
    sources: list[str],
    db: str = "presswash.db",
    jobs: int = 1,
    mapping: str | None = None,
    force: bool = False,
    web: FetchSettings = POLITE,
    runner: str | None = None,
    limits: Limits = LIMITS,
) -> dict[str, int]:
    """The flow to deploy and to schedule: gives the run's number and counts."""
    order = IngestJob(
        tuple(sources),
        db,
        jobs,
        mapping=mapping,
        force=force,
        web=web,
        runner=runner,
        limits=limits,
    )
    return _carry_out("ingest", order)


@flow(name="collect", description="Fetches what feeds, sitemaps and lists lead to, and ingests it.")
def collect(  # noqa: PLR0913, PLR0917 - what a deployment sets, by name
    sources: list[str],
    db: str = "presswash.db",
    jobs: int = 1,
    force: bool = False,
    web: FetchSettings = POLITE,
    runner: str | None = None,
    limits: Limits = LIMITS,
) -> dict[str, int]:
    """The flow to deploy and to schedule: files among the sources hold one address a line."""
    order = IngestJob(
        tuple(sources),
        db,
        jobs,
        force=force,
        lists=True,
        web=web,
        runner=runner,
        limits=limits,
    )
    return _carry_out("collect", order)


def _carry_out(name: str, asked: IngestJob) -> dict[str, int]:
    """Runs an order as the flow run that this is called in, alone on its warehouse."""
    at = desk.current() or desk.Desk(asked)
    cancel_missed_runs()
    logger = get_run_logger()
    with until_done(), run_lock(at.order.db, logger.info):
        order = _sized(at.order)
        report = in_process.run_job(order, AsTasks(), name, at.watch)
    artifacts.publish_artifacts(report.run_id, report.tally, report.seconds)
    at.report = report
    return _figures(report)


def ingest_as_flow(order: IngestJob, watch: Observer | None = None) -> RunReport:
    """Runs an order as a flow run, for the command line; `watch` is told of each batch loaded."""
    at = desk.Desk(order, watch)
    asked: dict[str, Any] = {
        "sources": list(order.sources),
        "db": order.db,
        "jobs": order.jobs,
        "force": order.force,
        "web": order.web,
        "runner": order.runner,
        "limits": order.limits,
    }
    with desk.sitting_at(at):
        if order.lists:
            collect(**asked)
        else:
            ingest(**asked, mapping=order.mapping)
    assert at.report is not None
    return at.report


def _sized(order: IngestJob) -> IngestJob:
    """An order with as many jobs as the cluster that it is for has threads, and two at least."""
    if not order.runner:
        return order
    from flows.orchestration.dask import cluster_threads

    return replace(order, jobs=max(2, cluster_threads(order.runner)))


def _figures(report: RunReport) -> dict[str, int]:
    counts = report.tally.counts
    return {
        "run_id": report.run_id,
        "seen": counts.seen,
        "added": counts.added,
        "unchanged": counts.unchanged,
        "duplicates": counts.duplicates,
        "rejected": counts.rejected,
    }


@task(name="read", **again_if(faltered))
def read(source: Opaque[BatchReader]) -> Opaque[list[BatchItem]]:
    """Reads the next batch; a file system that falters is given four tries."""
    return Opaque(source.content.take())


@task(name="load", **again_if(was_locked))
def load(warehouse: Opaque[Warehouse], run_id: int, lot: Opaque[LoadBatch]) -> None:
    """Loads the batch in one transaction; waits for another writer to finish."""
    in_process.load(warehouse.content, run_id, lot.content)


class AsTasks:
    """The steps of a run as tasks of the flow run that they are called in."""

    def read(self, source: BatchReader) -> list[BatchItem]:
        return read(Opaque(source)).content

    def survey(self, warehouse: Warehouse, batch: Sequence[BatchItem]) -> PartitionedBatch:
        # No task of its own: Prefect would take longer over it than the warehouse does.
        return in_process.retry(
            lambda: steps.partition_batch(warehouse, batch), in_process.is_locked
        )

    def load(self, warehouse: Warehouse, run_id: int, lot: LoadBatch) -> None:
        load(Opaque(warehouse), run_id, Opaque(lot))

    def workers(self, order: IngestJob) -> CleaningPool[PageResult]:
        if order.runner:
            from flows.orchestration.dask import DaskWorkers

            return DaskWorkers(order.runner, order.jobs, order.limits)
        return TaskWorkers(order.jobs, order.limits)


class TaskWorkers:
    """Guarded processes, each given its batches by the task `clean` in a thread of its own."""

    def __init__(self, jobs: int, limits: Limits) -> None:
        self._supervisors = SupervisorPool(WORKER_SPEC, limits)
        self._jobs = jobs
        self._runner = ThreadPoolTaskRunner[Opaque[list[PageResult]]](max_workers=jobs)

    @property
    def max_pending(self) -> int:
        return max_pending_batches(self._jobs)

    def __enter__(self) -> Self:
        self._supervisors.start()
        self._runner.__enter__()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._supervisors.stop()
        self._runner.__exit__(None, None, None)

    def submit(self, captures: Sequence[Capture]) -> PendingResults[PageResult]:
        if not captures:
            return list
        batch = Opaque(captures)
        by: Opaque[BatchCleaner] = Opaque(self._supervisors)
        if self._jobs == 1:
            return lambda: clean_batch(batch, by).content
        future = self._runner.submit(clean_batch, {"captures": batch, "by": by})
        return lambda: future.result().content
