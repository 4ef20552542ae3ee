"""A dry run: reads and cleans like an ingestion, reports what it would load, writes nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing, nullcontext
from pathlib import Path

from flows.runs import steps
from flows.runs.batches import READ_BATCH, open_reader
from flows.runs.ingest import WORKER_SPEC
from flows.runs.jobs import IngestJob
from flows.runs.pipeline import in_order
from flows.runs.report import Observer, RunReport
from flows.runs.step_runner import InProcessStepRunner
from flows.runs.steps import PartitionedBatch
from flows.runs.tally import RunTally
from flows.runs.weights import with_weights
from flows.sources.discover import check_sources
from warehouse.model import (
    Cleaned,
    Known,
    Loaded,
    PageKey,
    PageOutcome,
    Rejected,
    RunStatus,
    Verdict,
)


def dry_run(job: IngestJob, observer: Observer | None = None) -> RunReport:
    """What a job would load, as the cleaners and the rules and corrections in the warehouse decide.

    It doesn't look for near-duplicates; they count as added. Nor does it look for blocks that recur
    on the pages of a site.
    """
    from warehouse.opening import open_readonly

    check_sources(job.sources)
    observer, runner = observer or Observer(), InProcessStepRunner()
    began, tally = time.monotonic(), RunTally()
    added: set[PageKey] = set()
    observer.on_started(None, tally)
    with (
        runner.pool(with_weights(WORKER_SPEC, job.weights), job) as pool,
        open_readonly(job.db) if Path(job.db).exists() else nullcontext() as warehouse,
        closing(open_reader(job)) as reader,
    ):

        def take() -> PartitionedBatch | None:
            batch = runner.run(READ_BATCH, reader)
            return steps.partition_batch(warehouse, batch) if batch else None

        for partitioned, results in in_order(take, lambda batch: batch.new_pages, pool):
            batch: Sequence[PageOutcome] = steps.batch_to_load(partitioned, results).outcomes
            if warehouse:
                batch = warehouse.corrected_outcomes(batch)
            loaded = [_expected(outcome, added) for outcome in batch]
            tally.add(batch, loaded)
            observer.on_loaded(batch, loaded)
    report = RunReport(
        None,
        RunStatus.COMPLETED,
        tally,
        time.monotonic() - began,
        skipped_files=reader.skipped_files,
        other_records=reader.other_records,
        skipped_kinds=reader.skipped_kinds,
        mappings=reader.mappings,
        skipped_names=reader.skipped_names,
    )
    observer.on_finished(report)
    return report


def _expected(outcome: PageOutcome, added: set[PageKey]) -> Loaded:
    """The result of loading an input; `added` has the keys of the pages added before it."""
    if isinstance(outcome, Rejected):
        verdict, locator = Verdict.REJECTED, outcome.locator
        return Loaded(verdict, locator, error=outcome.error, message=outcome.message)
    capture = outcome.capture
    if isinstance(outcome, Known):
        return Loaded(Verdict.UNCHANGED, capture.locator)
    verdict = Verdict.UNCHANGED if capture.key in added else Verdict.ADDED
    added.add(capture.key)
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
