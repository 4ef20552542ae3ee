"""Reports what a recleaning would change, without changing any record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import TYPE_CHECKING

from cleaners.model import Block, Kind
from cleaners.page import Page
from flows.runs.cleaning import Failure, SketchedPage
from flows.runs.ingest import WORKER_SPEC
from flows.runs.jobs import RecleanJob
from flows.runs.reclean import stored_batches
from flows.runs.report import Observer
from flows.runs.tally import RunTally
from flows.runs.weights import with_weights
from flows.workers.pool import ProcessPool
from warehouse.answers import Record
from warehouse.dedup.site_blocks import CLEANER as SITE
from warehouse.model import Loaded, Recleaned, Rejected, Stored, Verdict

if TYPE_CHECKING:
    from warehouse.warehouse import Warehouse

_EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class RecordChange:
    """How one record would change.

    `what` names the facts that would differ: "title", "authors", "published", "language",
    "page_type", "text", "reasons", or "details" for anything else. `kept_before` and `kept` are
    characters of clean text. `lost` has the blocks that would no longer be kept, `gained` those
    that would be kept now.
    """

    id: int
    title: str | None
    site: str | None
    page: str
    what: tuple[str, ...]
    kept_before: int
    kept: int
    lost: tuple[str, ...]
    gained: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecleanPreview:
    """What a recleaning would change.

    Of `documents` in total, `changed` would change and `rejected` can no longer be cleaned.
    `reasons` has the number of blocks removed for each reason, before and after. `sites` has the
    number of changed documents by site; None is for those without a site. `examples` are the first
    that would change, and `losses` those that would lose the most text.
    """

    documents: int
    changed: int
    rejected: int
    reasons: dict[str, tuple[int, int]]
    sites: dict[str | None, int]
    examples: tuple[RecordChange, ...]
    losses: tuple[RecordChange, ...]


@dataclass(slots=True)
class _Counting:
    """The preview so far."""

    documents: int = 0
    rejected: int = 0
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    sites: Counter[str | None] = field(default_factory=Counter)
    examples: list[RecordChange] = field(default_factory=list)
    losses: list[RecordChange] = field(default_factory=list)

    def add(self, record: Record, page: Page, *, differs: bool) -> None:
        """Count one record and its page, cleaned again and corrected."""
        self.documents += 1
        self.before.update(_reasons(record.blocks))
        self.after.update(_reasons(page.blocks))
        if not differs:
            return
        change = _change(record, page)
        self.sites[change.site] += 1
        if len(self.examples) < _EXAMPLES:
            self.examples.append(change)
        if change.kept < change.kept_before:
            self.losses = nsmallest(
                _EXAMPLES, [*self.losses, change], key=lambda one: one.kept - one.kept_before
            )

    def preview(self) -> RecleanPreview:
        """The preview of everything counted."""
        reasons = sorted({*self.before, *self.after})
        return RecleanPreview(
            documents=self.documents,
            changed=self.sites.total(),
            rejected=self.rejected,
            reasons={one: (self.before[one], self.after[one]) for one in reasons},
            sites=dict(self.sites.most_common()),
            examples=tuple(self.examples),
            losses=tuple(self.losses),
        )


def preview_reclean(job: RecleanJob, observer: Observer | None = None) -> RecleanPreview:
    """What `reclean_documents` would change.

    Site templates are left out, because they depend on all pages together.
    """
    from warehouse.opening import open_warehouse

    observer, tally, counting = observer or Observer(), RunTally(), _Counting()
    observer.on_started(None, tally)
    with (
        open_warehouse(job.db, create=False) as warehouse,
        ProcessPool(with_weights(WORKER_SPEC, job.weights), job.jobs, job.limits) as pool,
        closing(stored_batches(warehouse, job, pool)) as batches,
    ):
        for stored, cleaned in batches:
            loaded = _count(warehouse, stored, cleaned, counting)
            tally.add((), loaded)
            observer.on_loaded((), loaded)
    return counting.preview()


def _count(
    warehouse: Warehouse,
    stored: Sequence[Stored | Rejected],
    cleaned: Sequence[SketchedPage | Failure],
    counting: _Counting,
) -> list[Loaded]:
    """Count a batch; returns for each page what a recleaning would report."""
    present = [one for one in stored if isinstance(one, Stored)]
    pages = [
        Recleaned(one.document_id, result.page, result.sketch)
        for one, result in zip(present, cleaned, strict=True)
        if not isinstance(result, Failure)
    ]
    differing = warehouse.differing_records(pages)
    for document, page in warehouse.pages_as_corrected(pages).items():
        record = warehouse.record(document)
        assert record is not None, "a stored page has a record"
        counting.add(record, page, differs=document in differing)
    counting.rejected += len(stored) - len(pages)
    verdicts: dict[int | None, Verdict] = {
        document: Verdict.ADDED if document in differing else Verdict.UNCHANGED
        for document, _, _ in pages
    }
    return [Loaded(verdicts.get(one.document_id, Verdict.REJECTED), one.locator) for one in stored]


def _reasons(blocks: Sequence[Block]) -> Iterator[str]:
    return (str(one.removal.reason) for one in blocks if not _is_kept(one) and one.removal)


def _is_kept(block: Block) -> bool:
    """Whether the cleaners keep a block; blocks marked as the site's template count as kept."""
    return block.removal is None or block.removal.cleaner == SITE


def _texts(blocks: Sequence[Block]) -> list[str]:
    return [one.text for one in blocks if _is_kept(one) and one.kind is not Kind.TITLE]


def _change(record: Record, page: Page) -> RecordChange:
    before, after = _texts(record.blocks), _texts(page.blocks)
    pairs = {
        "title": (record.title, page.title),
        "authors": (record.authors, page.authors),
        "published": (record.published, page.published),
        "language": (record.language, page.language),
        "page_type": (record.page_type, page.page_type),
        "text": (before, after),
        "reasons": (Counter(_reasons(record.blocks)), Counter(_reasons(page.blocks))),
    }
    what = tuple(name for name, (old, new) in pairs.items() if old != new)
    lost, gained = Counter(before), Counter(after)
    return RecordChange(
        id=record.id,
        title=page.title,
        site=record.site,
        page=record.url or record.locator,
        what=what or ("details",),
        kept_before=sum(map(len, before)),
        kept=sum(map(len, after)),
        lost=tuple((lost - gained).elements()),
        gained=tuple((gained - lost).elements()),
    )
