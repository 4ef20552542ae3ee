"""The Prefect flow `ingest`: the same steps as in process, as one task a batch, with a run report.

A task run costs some 50 ms, so that tasks are per batch and never per page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Generic, TypeVar

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.task_runners import ProcessPoolTaskRunner

from cleaners.model import Capture
from flows import artifacts, desk, steps
from flows import ingest as in_process
from flows.batches import Batches
from flows.ingest import Cleaning, Order, Report, Watch
from flows.lock import alone
from flows.prefect_interrupts import say_interrupts_shortly
from flows.prefect_missed import stand_for_missed
from flows.prefect_retries import faltered, was_locked
from flows.sources.web.politeness import Politeness
from flows.steps import Item, Survey
from flows.workers import Future, Lifeline, Pool, hold_on
from warehouse.model import Loaded, Outcome
from warehouse.sources import Mark
from warehouse.warehouse import Warehouse

say_interrupts_shortly()

T = TypeVar("T")

POLITE = Politeness()


class Parcel(Generic[T]):
    """Carries a batch into and out of a task unopened.

    Prefect looks through lists and dataclasses for futures, and remembers each member of a
    result for as long as the flow runs: for batches of pages that costs time and memory.
    """

    __slots__ = ("content",)

    def __init__(self, content: T) -> None:
        self.content = content


@flow(name="ingest", description="Reads pages, cleans them and loads them into a warehouse.")
def ingest(  # noqa: PLR0913, PLR0917 - what a deployment sets, by name
    sources: list[str],
    db: str = "presswash.db",
    jobs: int = 1,
    mapping: str | None = None,
    force: bool = False,
    web: Politeness = POLITE,
    runner: str | None = None,
) -> dict[str, int]:
    """The flow to deploy and to schedule: gives the run's number and counts."""
    order = Order(tuple(sources), db, jobs, mapping=mapping, force=force, web=web, runner=runner)
    return _carry_out("ingest", order)


@flow(name="collect", description="Fetches what feeds, sitemaps and lists lead to, and ingests it.")
def collect(
    sources: list[str],
    db: str = "presswash.db",
    jobs: int = 1,
    force: bool = False,
    web: Politeness = POLITE,
    runner: str | None = None,
) -> dict[str, int]:
    """The flow to deploy and to schedule: files among the sources hold one address a line."""
    order = Order(tuple(sources), db, jobs, force=force, lists=True, web=web, runner=runner)
    return _carry_out("collect", order)


def _carry_out(name: str, asked: Order) -> dict[str, int]:
    """Runs an order as the flow run that this is called in, alone on its warehouse."""
    at = desk.current() or desk.Desk(asked)
    stand_for_missed()
    logger = get_run_logger()
    with _one_api(), alone(at.order.db, lambda: logger.info("waiting for another run to end")):
        order = _sized(at.order)
        report = in_process.run(order, AsTasks(order.runner), name, at.watch)
    artifacts.publish(report.run_id, report.tally, report.seconds)
    at.report = report
    return _figures(report)


def ingest_as_flow(order: Order, watch: Watch | None = None) -> Report:
    """Runs an order as a flow run, for the command line; `watch` is told of each batch loaded."""
    at = desk.Desk(order, watch)
    with desk.sitting_at(at):
        if order.lists:
            collect(list(order.sources), order.db, order.jobs, order.force, order.web, order.runner)
        else:
            ingest(
                list(order.sources),
                order.db,
                order.jobs,
                order.mapping,
                order.force,
                order.web,
                order.runner,
            )
    assert at.report is not None
    return at.report


@contextmanager
def _one_api() -> Iterator[None]:
    """Makes worker processes use this run's API: each would start a temporary server of its own."""
    if PREFECT_API_URL.value():
        yield
        return
    with get_client(sync_client=True) as client:
        address = str(client.api_url)
    with temporary_settings({PREFECT_API_URL: address}):
        yield


def _sized(order: Order) -> Order:
    """An order with as many jobs as the cluster that it is for has threads, and two at least."""
    if not order.runner:
        return order
    from flows.prefect_dask_pool import cluster_threads

    return replace(order, jobs=max(2, cluster_threads(order.runner)))


def _figures(report: Report) -> dict[str, int]:
    counts = report.tally.counts
    return {
        "run_id": report.run_id,
        "seen": counts.seen,
        "added": counts.added,
        "unchanged": counts.unchanged,
        "duplicates": counts.duplicates,
        "rejected": counts.rejected,
    }


@task(
    name="read",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=3,
    retry_delay_seconds=[1, 5, 15],
    retry_condition_fn=faltered,
)
def read(source: Parcel[Batches]) -> Parcel[list[Item]]:
    """Reads the next batch; a file system that falters is given four tries."""
    return Parcel(source.content.take())


@task(name="clean", cache_policy=NO_CACHE, persist_result=False)
def clean(captures: Parcel[Sequence[Capture]]) -> Parcel[list[Cleaning]]:
    """Cleans the batch. Nothing to retry: the same page would fail again."""
    return Parcel(steps.clean_batch(captures.content))


@task(
    name="load",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=3,
    retry_delay_seconds=[1, 5, 15],
    retry_condition_fn=was_locked,
)
def load(
    warehouse: Parcel[Warehouse],
    run_id: int,
    batch: Parcel[Sequence[Outcome]],
    marks: Parcel[Sequence[Mark]],
) -> Parcel[list[Loaded]]:
    """Loads the batch in one transaction; waits for another writer to finish."""
    return Parcel(in_process.load(warehouse.content, run_id, batch.content, marks.content))


class AsTasks:
    """The steps of a run as tasks of the flow run that they are called in.

    A `runner` is the address of the cluster that cleans, instead of processes of this machine.
    """

    def __init__(self, runner: str | None = None) -> None:
        self._runner = runner

    def read(self, source: Batches) -> list[Item]:
        return read(Parcel(source)).content

    def survey(self, warehouse: Warehouse, batch: Sequence[Item]) -> Survey:
        # No task of its own: Prefect would take longer over it than the warehouse does.
        return in_process.again(lambda: steps.survey(warehouse, batch), in_process.is_locked)

    def clean(self, captures: Sequence[Capture]) -> list[Cleaning]:
        return clean(Parcel(captures)).content if captures else []

    def load(
        self, warehouse: Warehouse, run_id: int, batch: Sequence[Outcome], marks: Sequence[Mark]
    ) -> list[Loaded]:
        return load(Parcel(warehouse), run_id, Parcel(batch), Parcel(marks)).content

    def start(self, jobs: int) -> Pool[Cleaning]:
        if self._runner:
            from flows.prefect_dask_pool import DaskPool

            return DaskPool(self._runner)
        return TaskPool(jobs)


class TaskPool:
    """Prefect's process pool, running the task `clean`; a new one can follow when one breaks."""

    def __init__(self, jobs: int) -> None:
        self._line = Lifeline()
        self._runner = ProcessPoolTaskRunner(
            max_workers=jobs, initializer=hold_on, initargs=(self._line.watched,)
        )
        self._runner.__enter__()

    def submit(self, captures: Sequence[Capture]) -> Future[list[Cleaning]]:
        return _Opened(self._runner.submit(clean, {"captures": Parcel(captures)}))

    def close(self, kill: bool) -> None:
        if kill:
            self._line.cut()
        self._runner.__exit__(None, None, None)
        if not kill:
            self._line.cut()


class _Opened:
    """A task's future whose result comes out of its parcel."""

    def __init__(self, future: Future[Parcel[list[Cleaning]]]) -> None:
        self._future = future

    def result(self) -> list[Cleaning]:
        return self._future.result().content
