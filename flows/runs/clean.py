"""Cleans sources without a warehouse; yields a page or a failure for each input, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleaners.model import Capture
from cleaners.page import Page
from flows.default_values import DEFAULT_JOBS
from flows.runs import cleaning
from flows.runs.cleaning import Failure
from flows.runs.jobs import IngestJob
from flows.runs.pipeline import in_order
from flows.runs.step_runner import InProcessStepRunner
from flows.runs.weights import with_weights
from flows.sources.discover import check_sources
from flows.sources.web.politeness import Politeness
from flows.workers.limits import Limits
from flows.workers.supervisor import WorkerSpec

if TYPE_CHECKING:
    from flows.runs.batches import ReadBatch

# Small batches, so that the first text appears soon and little memory is used.
_PAGES_PER_BATCH = 16

CLEAN_SPEC: WorkerSpec[Page | Failure] = WorkerSpec(
    cleaning.clean_page, cleaning.preload_cleaners, cleaning.cleaning_failure
)


@dataclass(frozen=True, slots=True)
class CleanResult:
    """The result for one input: a page or a failure."""

    locator: str
    page: Page | None
    failure: Failure | None


def clean_sources(
    sources: Sequence[str],
    jobs: int = DEFAULT_JOBS,
    mapping: str | None = None,
    web: Politeness | None = None,
    limits: Limits | None = None,
    weights: str | None = None,
) -> Iterator[CleanResult]:
    """Clean the sources while the result is iterated over.

    At most two small batches per worker are in memory. Raises UnsupportedSource at once for a
    source of a kind that can't be read.
    """
    check_sources(sources)
    job = IngestJob(
        tuple(sources),
        "",
        jobs,
        mapping,
        web=web or Politeness(),
        limits=limits or Limits(),
        weights=weights,
    )
    return _results(job)


def _results(job: IngestJob) -> Iterator[CleanResult]:
    runner = InProcessStepRunner()
    pages = 1 if job.jobs == 1 else _PAGES_PER_BATCH
    with runner.pool(with_weights(CLEAN_SPEC, job.weights), job) as pool:
        # Imported while the first worker starts, which takes longer.
        from flows.runs.batches import READ_BATCH, open_reader

        with closing(open_reader(job, pages_per_batch=pages)) as reader:
            for batch, results in in_order(
                lambda: runner.run(READ_BATCH, reader),
                lambda batch: [item for item in batch.items if isinstance(item, Capture)],
                pool,
            ):
                yield from _paired(batch, results)


def _paired(batch: ReadBatch, cleaned: Sequence[Page | Failure]) -> Iterator[CleanResult]:
    """The inputs of a batch, each with its result."""
    from warehouse.model import Known

    results = iter(cleaned)
    for item in batch.items:
        if isinstance(item, Known):
            # Without a warehouse, no input can be Known.
            continue
        if isinstance(item, Capture):
            result = next(results)
        else:
            result = Failure(item.stage, item.error, item.message)
        if isinstance(result, Failure):
            yield CleanResult(item.locator, None, result)
        else:
            yield CleanResult(item.locator, result, None)
