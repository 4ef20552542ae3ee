"""Ingests sources into a warehouse, batch by batch: read, find new pages, clean, load."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from flows.runs import cleaning, steps
from flows.runs.batches import READ_BATCH, BatchReader, open_reader
from flows.runs.cleaning import Failure, SketchedPage
from flows.runs.defer_signals import deferred_signals
from flows.runs.jobs import IngestJob
from flows.runs.pipeline import in_order
from flows.runs.report import Observer, OnLoaded, RunReport
from flows.runs.run_record import RunRecord, recorded_run
from flows.runs.step_runner import InProcessStepRunner, Runner, Step
from flows.runs.steps import LoadBatch, PartitionedBatch
from flows.runs.tally import RunTally
from flows.runs.weights import with_weights
from flows.sources.discover import check_sources, nothing_exists
from flows.sources.errors import MissingSource
from flows.sources.resume_state import resume_state_of
from flows.workers.pool import CleaningPool
from flows.workers.supervisor import WorkerSpec
from warehouse.answers import SkippedKind
from warehouse.errors import WarehouseBusy
from warehouse.model import Loaded, PageOutcome

if TYPE_CHECKING:
    from warehouse.warehouse import Warehouse

PageResult = SketchedPage | Failure

WORKER_SPEC: WorkerSpec[PageResult] = WorkerSpec(
    cleaning.clean_and_sketch, cleaning.preload_cleaners, cleaning.cleaning_failure
)


def ingest(
    job: IngestJob, observer: Observer | None = None, runner: Runner | None = None
) -> RunReport:
    """Run a job, in this process unless `runner` executes its steps elsewhere.

    Raises UnsupportedSource, MissingSource and WarehouseError before anything is read. After an
    interrupt the loaded batches stay, the run is marked as interrupted, and the interrupt is raised
    again.
    """
    from warehouse.opening import open_warehouse

    check_sources(job.sources)
    # In a schedule, a missing folder may appear later. At the command line, its name is probably
    # misspelt.
    is_new = runner is None and not job.url_lists and not Path(job.db).exists()
    if is_new and (missing := nothing_exists(job.sources)):
        raise MissingSource(f"{missing}: there is no such file or folder; no warehouse was created")
    runner = runner or InProcessStepRunner()
    with (
        runner.pool(with_weights(WORKER_SPEC, job.weights), job) as pool,
        open_warehouse(job.db) as warehouse,
        closing(open_reader(job, resume_state_of(warehouse, job.force))) as reader,
    ):
        return _IngestRun(warehouse, reader, observer or Observer(), runner).run(job.flow, pool)


class _IngestRun:
    """An active run: its warehouse, its reader, and the pages read and loaded so far."""

    def __init__(
        self, warehouse: Warehouse, reader: BatchReader, observer: Observer, runner: Runner
    ) -> None:
        self._warehouse, self._reader = warehouse, reader
        self._observer, self._runner = observer, runner
        self._tally = RunTally()
        self._n_read = 0

    def run(self, flow: str, pool: CleaningPool[PageResult]) -> RunReport:
        """Read, clean and load everything, batch by batch."""
        with (
            recorded_run(self._warehouse, flow, self._finish, self._skipped) as run,
            closing(self._cleaned_batches(pool)) as batches,
        ):
            self._observer.on_started(run.id, self._tally)
            for batch in batches:
                self._runner.run(LOAD_BATCH, self._warehouse, run.id, batch, self._count)
        return self._report(run)

    def _cleaned_batches(self, pool: CleaningPool[PageResult]) -> Generator[LoadBatch, None, None]:
        """Yield the batches in order; several are cleaned at the same time."""

        def take() -> PartitionedBatch | None:
            batch = self._runner.run(READ_BATCH, self._reader)
            if batch is None:
                return None
            self._n_read += len(batch.items)
            return steps.partition_batch(self._warehouse, batch)

        for batch, results in in_order(take, lambda batch: batch.new_pages, pool):
            yield steps.batch_to_load(batch, results)

    def _count(self, batch: Sequence[PageOutcome], loaded: Sequence[Loaded]) -> None:
        self._tally.add(batch, loaded)
        self._observer.on_loaded(batch, loaded)

    def _finish(self, run: RunRecord) -> None:
        self._observer.on_finished(self._report(run))

    def _skipped(self) -> dict[str, SkippedKind]:
        names: dict[str, list[str]] = {}
        for name, kind in self._reader.skipped_names:
            names.setdefault(kind, []).append(name)
        return {
            kind: SkippedKind(count, tuple(names.get(kind, ())))
            for kind, count in self._reader.skipped_kinds.items()
        }

    def _report(self, run: RunRecord) -> RunReport:
        return RunReport(
            run.id,
            run.status,
            self._tally,
            run.seconds,
            skipped_files=self._reader.skipped_files,
            other_records=self._reader.other_records,
            done_before=self._reader.done_before,
            skipped_kinds=self._reader.skipped_kinds,
            mappings=self._reader.mappings,
            skipped_names=self._reader.skipped_names,
            dropped=self._n_read - self._tally.counts.seen,
        )


def _load(warehouse: Warehouse, run_id: int, batch: LoadBatch, on_loaded: OnLoaded) -> None:
    """Load a batch and its resume records in one transaction.

    Ctrl-C can interrupt the wait for other writers. After that, the first interrupt takes effect
    once the batch is loaded and counted, and a second one drops the whole batch.
    """
    warehouse.wait_for_write_lock()
    with deferred_signals():
        on_loaded(batch.outcomes, warehouse.load(run_id, batch.outcomes, batch.marks))


LOAD_BATCH = Step("load", _load, task_retry_on=(WarehouseBusy,))
