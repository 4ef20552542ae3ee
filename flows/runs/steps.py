"""The steps of a batch before and after cleaning: find the new pages, prepare them for loading."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cleaners.encoding.sniff import detect_media
from cleaners.model import Capture
from flows.runs.cleaning import Failure, SketchedPage
from flows.sources.timestamps import format_timestamp
from warehouse.model import CaptureRecord, Cleaned, Known, PageKey, PageOutcome, Rejected

if TYPE_CHECKING:
    from flows.runs.batches import ReadBatch
    from warehouse.records.resume import ResumeRecord
    from warehouse.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class NewPage:
    """An input whose bytes are new; `index` is its position among the captures to clean."""

    capture: CaptureRecord
    index: int


@dataclass(frozen=True, slots=True)
class PartitionedBatch:
    """A batch with every input in order, and the captures to clean, each once."""

    items: tuple[NewPage | Known | Rejected, ...]
    new_pages: tuple[Capture, ...]
    marks: tuple[ResumeRecord, ...]


@dataclass(frozen=True, slots=True)
class LoadBatch:
    """The outcome of each input of a batch, in order, and the resume records to store with it."""

    outcomes: tuple[PageOutcome, ...]
    marks: tuple[ResumeRecord, ...]


def partition_batch(warehouse: Warehouse | None, batch: ReadBatch) -> PartitionedBatch:
    """Separate new pages from those in the warehouse; without a warehouse, all are new.

    An input that is already Known stays Known.
    """
    sightings = {
        index: capture_record_of(item)
        for index, item in enumerate(batch.items)
        if isinstance(item, Capture)
    }
    keys = list(dict.fromkeys(sighting.key for sighting in sightings.values()))
    known = warehouse.known(keys) if warehouse and keys else set()
    places: dict[PageKey, int] = {}
    new_pages: list[Capture] = []
    items: list[NewPage | Known | Rejected] = []
    for index, item in enumerate(batch.items):
        if not isinstance(item, Capture):
            items.append(item)
            continue
        sighting = sightings[index]
        if sighting.key in known:
            items.append(Known(sighting))
            continue
        if sighting.key not in places:
            places[sighting.key] = len(new_pages)
            new_pages.append(item)
        items.append(NewPage(sighting, places[sighting.key]))
    return PartitionedBatch(tuple(items), tuple(new_pages), batch.marks)


def capture_record_of(capture: Capture) -> CaptureRecord:
    """The capture's record for the warehouse: where and when the page was captured."""
    digest = hashlib.sha256(capture.payload).hexdigest()
    key = PageKey(digest, detect_media(capture), capture.charset)
    return CaptureRecord(
        capture.locator,
        key,
        capture.url,
        format_timestamp(capture.captured_at or datetime.now(UTC)),
        ", ".join(capture.rights) or None,
    )


def batch_to_load(batch: PartitionedBatch, results: Sequence[SketchedPage | Failure]) -> LoadBatch:
    """A batch with the results of cleaning its new pages, in order."""
    outcomes = (
        _outcome(item, batch.new_pages[item.index], results[item.index])
        if isinstance(item, NewPage)
        else item
        for item in batch.items
    )
    return LoadBatch(tuple(outcomes), batch.marks)


def _outcome(item: NewPage, capture: Capture, result: SketchedPage | Failure) -> PageOutcome:
    sighting = item.capture
    if isinstance(result, Failure):
        digest = sighting.key.sha256
        return Rejected(sighting.locator, digest, result.stage, result.error, result.message)
    return Cleaned(sighting, capture.payload, result.page, result.sketch, capture.stated)
