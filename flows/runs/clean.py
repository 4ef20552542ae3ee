"""Cleans sources without a warehouse: each input's page, or why there is none, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cleaners.model import Capture, Page
from flows.runs import steps
from flows.runs.ingest import IngestJob, read
from flows.runs.pipeline import in_order
from flows.runs.steps import BatchItem, Failure
from flows.sources.discover import check_sources
from flows.sources.web.fetch_settings import FetchSettings
from flows.workers.limits import Limits
from flows.workers.pool import ProcessPool
from flows.workers.supervisor import WorkerSpec
from warehouse.model import Known

# Few pages a batch, so that the first text is seen soon and little is held.
_PAGES = 16

CLEAN_SPEC: WorkerSpec[Page | Failure] = WorkerSpec(
    steps.clean_page, steps.preload_cleaners, steps.cleaning_failure
)


@dataclass(frozen=True, slots=True)
class CleanResult:
    """What came of one input: a page, or else a failure."""

    locator: str
    page: Page | None
    failure: Failure | None


def clean_sources(
    sources: Sequence[str],
    jobs: int = 1,
    mapping: str | None = None,
    web: FetchSettings | None = None,
    limits: Limits | None = None,
) -> Iterator[CleanResult]:
    """Cleans as it goes: at most two small batches a worker are held at once.

    Raises UnsupportedSource at once for a source of a kind that can't be read.
    """
    check_sources(sources)
    pages = 1 if jobs == 1 else _PAGES
    order = IngestJob(
        tuple(sources),
        "",
        jobs,
        pages_per_batch=pages,
        mapping=mapping,
        web=web or FetchSettings(),
        limits=limits or Limits(),
    )
    return _results(order)


def _results(order: IngestJob) -> Iterator[CleanResult]:
    with ProcessPool(CLEAN_SPEC, order.jobs, order.limits) as workers:
        source = order.batches(order.inputs())
        for batch, pages in in_order(
            lambda: read(source) or None,
            lambda batch: [item for item in batch if isinstance(item, Capture)],
            workers,
        ):
            yield from _paired(batch, pages)


def _paired(batch: Sequence[BatchItem], pages: Sequence[Page | Failure]) -> Iterator[CleanResult]:
    """The inputs of a batch with what came of each."""
    results = iter(pages)
    for item in batch:
        if isinstance(item, Known):
            # Nothing is known without a warehouse.
            continue
        if isinstance(item, Capture):
            result = next(results)
        else:
            result = Failure(item.stage, item.error, item.message)
        if isinstance(result, Failure):
            yield CleanResult(item.locator, None, result)
        else:
            yield CleanResult(item.locator, result, None)
