"""Cleans stored pages again, from their raw bytes, if an older version cleaned them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from cleaners.model import Capture
from flows.runs.cleaning import Failure
from flows.runs.defer_signals import deferred_signals
from flows.runs.ingest import WORKER_SPEC, PageResult
from flows.runs.jobs import RecleanJob
from flows.runs.pipeline import in_order
from flows.runs.report import Observer, RunReport
from flows.runs.run_record import RunRecord, recorded_run
from flows.runs.tally import RunTally
from flows.runs.weights import load_weights, with_weights
from flows.workers.pool import CleaningPool, ProcessPool
from warehouse.model import Loaded, Recleaned, Rejected, Stored

if TYPE_CHECKING:
    from flows.runs.cleaning import SketchedPage
    from warehouse.warehouse import Warehouse

_PAGES_PER_BATCH = 64


def reclean_documents(job: RecleanJob, observer: Observer | None = None) -> RunReport:
    """Clean outdated documents, or all; one that can't be cleaned any more stays unchanged."""
    from warehouse.opening import open_warehouse

    observer, tally = observer or Observer(), RunTally()

    def report(run: RunRecord) -> RunReport:
        return RunReport(run.id, run.status, tally, run.seconds)

    with (
        ProcessPool(with_weights(WORKER_SPEC, job.weights), job.jobs, job.limits) as pool,
        open_warehouse(job.db, create=False) as warehouse,
        recorded_run(warehouse, "reclean", lambda run: observer.on_finished(report(run))) as run,
        closing(_batches(warehouse, run.id, job, pool)) as batches,
    ):
        observer.on_started(run.id, tally)
        for loaded in batches:
            tally.add((), loaded)
            observer.on_loaded((), loaded)
    return report(run)


def _batches(
    warehouse: Warehouse, run_id: int, job: RecleanJob, pool: CleaningPool[PageResult]
) -> Generator[list[Loaded], None, None]:
    with closing(stored_batches(warehouse, job, pool)) as batches:
        for batch, cleaned in batches:
            yield _reload(warehouse, run_id, batch, cleaned)


def stored_batches(
    warehouse: Warehouse, job: RecleanJob, pool: CleaningPool[PageResult]
) -> Generator[tuple[Sequence[Stored | Rejected], Sequence[SketchedPage | Failure]], None, None]:
    """Yield the outdated pages, or all, in batches, with the results of cleaning them again."""
    yield from in_order(
        _taker(warehouse, job),
        lambda batch: [capture_of(stored) for stored in batch if isinstance(stored, Stored)],
        pool,
    )


def _taker(warehouse: Warehouse, job: RecleanJob) -> Callable[[], list[Stored | Rejected] | None]:
    """A function that returns the next batch of pages to clean, in the order of their IDs."""
    from cleaners import VERSION

    older_than = 0 if job.ruled else VERSION + job.everything
    weights = load_weights(job.weights)
    name = weights.name if weights else None
    last = 0

    def take() -> list[Stored | Rejected] | None:
        nonlocal last
        batch = warehouse.outdated_pages(older_than, name, last, _PAGES_PER_BATCH)
        last = (batch and batch[-1].document_id) or last
        return batch or None

    return take


def capture_of(stored: Stored) -> Capture:
    """A stored page as a capture, to clean it again."""
    key = stored.key
    return Capture(
        stored.locator,
        stored.payload,
        key.media_type,
        stored.url,
        key.charset,
        stated=stored.stated,
    )


def _reload(
    warehouse: Warehouse,
    run_id: int,
    batch: Sequence[Stored | Rejected],
    cleaned: Sequence[SketchedPage | Failure],
) -> list[Loaded]:
    results = iter(cleaned)
    pages: list[Recleaned] = []
    rejects: list[Rejected] = []
    for stored in batch:
        if isinstance(stored, Rejected):
            rejects.append(stored)
            continue
        result = next(results)
        if isinstance(result, Failure):
            why = (result.stage, result.error, result.message)
            rejects.append(Rejected(stored.locator, stored.key.sha256, *why))
        else:
            pages.append(Recleaned(stored.document_id, result.page, result.sketch))
    warehouse.wait_for_write_lock()
    with deferred_signals():
        return warehouse.replace_records(run_id, pages, rejects)
