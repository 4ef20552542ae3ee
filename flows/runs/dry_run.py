"""A dry run: reads and cleans as an ingestion would, says what would come of it, writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flows.runs import steps
from flows.runs.ingest import WORKER_SPEC, IngestJob, PageResult, read
from flows.runs.pipeline import in_order
from flows.runs.steps import PartitionedBatch
from flows.sources.discover import check_sources
from flows.workers.pool import CleaningPool, ProcessPool
from warehouse.model import Cleaned, Known, Loaded, PageKey, PageOutcome, Rejected, Verdict

if TYPE_CHECKING:
    from warehouse.warehouse import Warehouse


Seen = Callable[[Sequence[PageOutcome], Sequence[Loaded]], None]


def dry_run(order: IngestJob, seen: Seen) -> int:
    """Goes through an order, and tells how many files it passed over.

    `seen` is told of each batch; near-duplicates are not looked for, and count as added.
    """
    from warehouse.opening import open_readonly

    check_sources(order.sources)
    with ProcessPool(WORKER_SPEC, order.jobs, order.limits) as workers:
        if not Path(order.db).exists():
            return _run_through(order, workers, None, seen)
        with open_readonly(order.db) as warehouse:
            return _run_through(order, workers, warehouse, seen)


def _run_through(
    order: IngestJob, workers: CleaningPool[PageResult], warehouse: Warehouse | None, seen: Seen
) -> int:
    inputs = order.inputs()
    source = order.batches(inputs)
    added: set[PageKey] = set()

    def take() -> PartitionedBatch | None:
        batch = read(source)
        return steps.partition_batch(warehouse, batch) if batch else None

    for surveyed, cleaned in in_order(take, lambda batch: batch.new_pages, workers):
        batch = steps.batch_outcomes(surveyed, cleaned)
        seen(batch, _would_be(batch, added))
    return inputs.n_skipped


def _would_be(batch: Sequence[PageOutcome], added: set[PageKey]) -> list[Loaded]:
    return [_one(outcome, added) for outcome in batch]


def _one(outcome: PageOutcome, added: set[PageKey]) -> Loaded:
    if isinstance(outcome, Rejected):
        verdict, locator = Verdict.REJECTED, outcome.locator
        return Loaded(verdict, locator, error=outcome.error, message=outcome.message)
    sighting = outcome.capture
    if isinstance(outcome, Known):
        return Loaded(Verdict.UNCHANGED, sighting.locator)
    verdict = Verdict.UNCHANGED if sighting.key in added else Verdict.ADDED
    added.add(sighting.key)
    return _described(outcome, verdict)


def _described(outcome: Cleaned, verdict: Verdict) -> Loaded:
    page = outcome.page
    kept = sum(block.kept for block in page.blocks)
    return Loaded(
        verdict,
        outcome.capture.locator,
        title=page.title,
        language=page.language,
        n_words=outcome.sketch.n_words,
        kept=kept,
        removed=len(page.blocks) - kept,
    )
