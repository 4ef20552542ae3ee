"""Ingests sources into a warehouse, batch by batch: read, tell what is new, clean, load."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from flows.runs import batches, steps
from flows.runs.batches import SourceInput
from flows.runs.defer_signals import deferred_signals
from flows.runs.pipeline import in_order
from flows.runs.run_record import recorded_run
from flows.runs.steps import BatchItem, Failure, PartitionedBatch, SketchedPage
from flows.runs.tally import RunTally
from flows.sources.archives.field_mapping import FieldMapping
from flows.sources.archives.reader import ReadOptions
from flows.sources.discover import (
    DiscoveredInputs,
    InputRef,
    check_sources,
    is_url,
)
from flows.sources.errors import ReadError, ReadErrorKind, TransientReadError, rejected
from flows.sources.resume_state import EmptyResumeState, ResumeState, resume_state_of
from flows.sources.url_lists import UrlListInputs
from flows.sources.web.fetch_settings import FetchSettings
from flows.workers.limits import Limits
from flows.workers.pool import CleaningPool, ProcessPool
from flows.workers.supervisor import WorkerSpec
from warehouse.errors import WarehouseBusy
from warehouse.model import Loaded, PageOutcome, Rejected, RunStatus

if TYPE_CHECKING:
    from warehouse.records.resume import ResumeRecord
    from warehouse.warehouse import Warehouse

T = TypeVar("T")
PageResult = SketchedPage | Failure

WORKER_SPEC: WorkerSpec[PageResult] = WorkerSpec(
    steps.clean_and_sketch, steps.preload_cleaners, steps.cleaning_failure
)

_PAUSES = (0.2, 1.0, 3.0)


@dataclass(frozen=True, slots=True)
class IngestJob:
    """What to ingest, into which warehouse, and how: all that a run depends on."""

    sources: tuple[str, ...]
    db: str
    jobs: int = 1
    pages_per_batch: int = batches.PAGES_PER_BATCH
    bytes_per_batch: int = batches.BYTES_PER_BATCH
    mapping: str | None = None
    force: bool = False
    lists: bool = False
    web: FetchSettings = field(default_factory=FetchSettings)
    runner: str | None = None
    limits: Limits = field(default_factory=Limits)

    def inputs(self) -> DiscoveredInputs | UrlListInputs:
        """What the sources stand for: pages; with `lists`, files are lists of addresses."""
        return UrlListInputs(self.sources) if self.lists else DiscoveredInputs(self.sources)

    def batches(
        self, inputs: DiscoveredInputs | UrlListInputs, ledger: ResumeState | None = None
    ) -> batches.BatchReader:
        """The inputs, ready to be read; what the ledger knows as done is left out."""
        options = ReadOptions(self.limits.page_bytes, FieldMapping.parse(self.mapping))
        sizes = (self.pages_per_batch, self.bytes_per_batch)
        return batches.BatchReader(self._fetched(inputs, ledger), *sizes, options, ledger)

    def _fetched(
        self, inputs: DiscoveredInputs | UrlListInputs, ledger: ResumeState | None
    ) -> Iterable[SourceInput]:
        others = map(self._unless_own, inputs)
        if not self.lists and not any(is_url(source) for source in self.sources):
            return others
        from flows.sources.web.prefetch import Prefetcher

        return Prefetcher(others, self.web, ledger or EmptyResumeState())

    def _unless_own(self, item: InputRef | Rejected) -> InputRef | Rejected:
        """Refuses the warehouse itself, which `*` names too: reading it would drop its locks."""
        name = Path(self.db).name
        if isinstance(item, Rejected) or not Path(item.path).name.startswith(name):
            return item
        own = os.path.realpath(self.db)
        if os.path.realpath(item.path) in {own, f"{own}-wal", f"{own}-shm", f"{own}.lock"}:
            why = "it is the warehouse that pages go to"
            return rejected(item.locator, ReadError(ReadErrorKind.OWN_WAREHOUSE, why))
        return item


@dataclass(frozen=True, slots=True)
class RunReport:
    """What came of a run: its number and end, what was counted, and how long it took.

    `passed_over` files in the folders were no pages by their names, `other_records` of archives
    none by their kinds. `done_before` records were done by earlier runs and not read again.
    `dropped` inputs of a run that didn't complete were read and not loaded.
    """

    run_id: int
    status: RunStatus
    tally: RunTally
    seconds: float
    passed_over: int = 0
    other_records: int = 0
    done_before: int = 0
    dropped: int = 0


class Observer(Protocol):
    """Whoever wants to know how a run gets on."""

    def on_started(self, run_id: int) -> None:
        """Told of the run's number, before anything is read."""

    def on_loaded(self, batch: Sequence[PageOutcome], loaded: Sequence[Loaded]) -> None:
        """Told of each batch once it is in the warehouse."""

    def on_finished(self, report: RunReport) -> None:
        """Told in the end what came of it, also where it failed or was interrupted."""


OnLoaded = Callable[[Sequence[PageOutcome], Sequence[Loaded]], None]


@dataclass(frozen=True, slots=True)
class LoadBatch:
    """A batch that is ready to be loaded, and whom to tell once it is in the warehouse."""

    outcomes: Sequence[PageOutcome]
    marks: Sequence[ResumeRecord]
    told: OnLoaded


class Steps(Protocol):
    """How the steps of a run are carried out: as they are, or as Prefect tasks."""

    def read(self, source: batches.BatchReader) -> list[BatchItem]: ...
    def survey(self, warehouse: Warehouse, batch: Sequence[BatchItem]) -> PartitionedBatch: ...
    def load(self, warehouse: Warehouse, run_id: int, lot: LoadBatch) -> None: ...
    def workers(self, order: IngestJob) -> CleaningPool[PageResult]: ...


class InProcess:
    """The steps as plain calls, and cleaning in processes of this machine."""

    def read(self, source: batches.BatchReader) -> list[BatchItem]:
        return read(source)

    def survey(self, warehouse: Warehouse, batch: Sequence[BatchItem]) -> PartitionedBatch:
        return steps.partition_batch(warehouse, batch)

    def load(self, warehouse: Warehouse, run_id: int, lot: LoadBatch) -> None:
        # No second try: a load waits for other writers by itself.
        load(warehouse, run_id, lot)

    def workers(self, order: IngestJob) -> CleaningPool[PageResult]:
        return ProcessPool(WORKER_SPEC, order.jobs, order.limits)


def ingest(order: IngestJob, watch: Observer | None = None) -> RunReport:
    """Runs an order in this process and tells `watch` how it gets on.

    Raises UnsupportedSource and WarehouseError before anything is read. An interrupt leaves the
    batches that were loaded, marks the run as interrupted, and is raised again.
    """
    return run_job(order, InProcess(), "collect" if order.lists else "ingest", watch)


def run_job(order: IngestJob, how: Steps, flow: str, watch: Observer | None = None) -> RunReport:
    """Carries an order out step by step; its run in the warehouse always gets an end."""
    from warehouse.opening import open_warehouse

    check_sources(order.sources)
    course = _IngestRun(order, watch)
    with (
        how.workers(order) as workers,
        open_warehouse(order.db) as warehouse,
        recorded_run(warehouse, flow, course.end) as run_id,
    ):
        course.go(warehouse, run_id, how, workers)
    assert course.report is not None
    return course.report


class _IngestRun:
    """A run under way: what was read and loaded so far, and the report of it."""

    def __init__(self, order: IngestJob, watch: Observer | None) -> None:
        self.report: RunReport | None = None
        self._order, self._watch = order, watch
        self._inputs = order.inputs()
        self._source: batches.BatchReader | None = None
        self._tally = RunTally()
        self._began = time.monotonic()
        self._read = 0

    def go(
        self, warehouse: Warehouse, run_id: int, how: Steps, workers: CleaningPool[PageResult]
    ) -> None:
        """Reads, cleans and loads everything, batch by batch."""
        if self._watch:
            self._watch.on_started(run_id)
        ledger = resume_state_of(warehouse, self._order.force)
        self._source = source = self._order.batches(self._inputs, ledger)
        with closing(source), closing(self._cleaned(source, warehouse, how, workers)) as lots:
            for lot in lots:
                how.load(warehouse, run_id, lot)

    def end(self, run_id: int, status: RunStatus) -> None:
        """Makes the report, and tells it to whoever watches."""
        source = self._source
        self.report = RunReport(
            run_id,
            status,
            self._tally,
            time.monotonic() - self._began,
            passed_over=self._inputs.n_skipped,
            other_records=source.other_records if source else 0,
            done_before=source.done_before if source else 0,
            dropped=self._read - self._tally.counts.seen,
        )
        if self._watch:
            self._watch.on_finished(self.report)

    def _cleaned(
        self,
        source: batches.BatchReader,
        warehouse: Warehouse,
        how: Steps,
        workers: CleaningPool[PageResult],
    ) -> Generator[LoadBatch, None, None]:
        """Batches, cleaned many at once and given in their order."""

        def take() -> tuple[PartitionedBatch, Sequence[ResumeRecord]] | None:
            batch = how.read(source)
            self._read += len(batch)
            # Even a batch of nothing may end an archive.
            return (how.survey(warehouse, batch), source.marks) if batch or source.marks else None

        for (surveyed, marks), cleaned in in_order(take, lambda taken: taken[0].new_pages, workers):
            yield LoadBatch(steps.batch_outcomes(surveyed, cleaned), marks, self._count)

    def _count(self, batch: Sequence[PageOutcome], loaded: Sequence[Loaded]) -> None:
        self._tally.add(batch, loaded)
        if self._watch:
            self._watch.on_loaded(batch, loaded)


def read(source: batches.BatchReader) -> list[BatchItem]:
    """Reads the next batch; a file system that falters is given some seconds."""
    return retry(source.take, lambda error: isinstance(error, TransientReadError))


def load(warehouse: Warehouse, run_id: int, lot: LoadBatch) -> None:
    """Loads a batch, with what it has done of the sources, in one transaction.

    Waiting for other writers can be interrupted. Then an interrupt waits until the batch is in
    and counted, and a second one drops it whole.
    """
    warehouse.wait_for_write_lock()
    with deferred_signals():
        lot.told(lot.outcomes, warehouse.load(run_id, lot.outcomes, lot.marks))


def retry(call: Callable[[], T], worth_it: Callable[[Exception], bool]) -> T:
    """Calls, and calls again after a pause for as long as the error is one that may pass."""
    for pause in _PAUSES:
        try:
            return call()
        except Exception as error:
            if not worth_it(error):
                raise
            time.sleep(pause)
    return call()


def is_locked(error: BaseException) -> bool:
    """Whether a load failed because another program is writing to the warehouse."""
    return isinstance(error, WarehouseBusy)
