"""The steps of an ingestion, batch by batch: what is known, cleaning, what came of each page.

A command in process and a Prefect flow run these same functions, so both leave the same warehouse.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cleaners.encoding.sniff import detect_media
from cleaners.model import Capture, Page, Rejection, Stage
from warehouse.model import CaptureRecord, Cleaned, Known, PageKey, PageOutcome, Rejected

if TYPE_CHECKING:
    from cleaners.text.sketch import Sketch
    from warehouse.warehouse import Warehouse

BatchItem = Capture | Known | Rejected


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a page could not be cleaned."""

    stage: str
    error: str
    message: str


@dataclass(frozen=True, slots=True)
class SketchedPage:
    """A cleaned page and the sketch of its text."""

    page: Page
    sketch: Sketch


@dataclass(frozen=True, slots=True)
class NewPage:
    """A sighting of bytes that are new; `index` is their place among the captures to clean."""

    capture: CaptureRecord
    index: int


@dataclass(frozen=True, slots=True)
class PartitionedBatch:
    """A batch, told apart: every input in order, and the captures to clean, each once."""

    items: tuple[NewPage | Known | Rejected, ...]
    new_pages: tuple[Capture, ...]


def partition_batch(warehouse: Warehouse | None, batch: Sequence[BatchItem]) -> PartitionedBatch:
    """Tells what is new in a batch from what the warehouse has cleaned already.

    An input that needn't be read again comes as Known, and stays what it is.
    """
    sighted = [
        (item, capture_record_of(item)) if isinstance(item, Capture) else item for item in batch
    ]
    keys = dict.fromkeys(item[1].key for item in sighted if isinstance(item, tuple))
    known = warehouse.known(list(keys)) if warehouse and keys else set()
    places: dict[PageKey, int] = {}
    fresh: list[Capture] = []
    items: list[NewPage | Known | Rejected] = []
    for item in sighted:
        if isinstance(item, Rejected | Known):
            items.append(item)
            continue
        capture, sighting = item
        if sighting.key in known:
            items.append(Known(sighting))
            continue
        if sighting.key not in places:
            places[sighting.key] = len(fresh)
            fresh.append(capture)
        items.append(NewPage(sighting, places[sighting.key]))
    return PartitionedBatch(tuple(items), tuple(fresh))


def capture_record_of(capture: Capture) -> CaptureRecord:
    """What the warehouse keeps of where and when a page was seen."""
    digest = hashlib.sha256(capture.payload).hexdigest()
    key = PageKey(digest, detect_media(capture), capture.charset)
    return CaptureRecord(
        capture.locator, key, capture.url, utc_timestamp(capture.captured_at or datetime.now(UTC))
    )


def utc_timestamp(moment: datetime) -> str:
    """A moment as the warehouse writes it: UTC, to the second."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def preload_cleaners() -> None:
    """Does what the first page would pay for: imports what cleaning any page needs."""
    import cleaners.classifier.scoring
    import cleaners.extract
    import cleaners.text.sketch  # noqa: F401


def clean_page(capture: Capture) -> Page | Failure:
    """Cleans a page; one that can't be cleaned is a Failure. Pure; raises only MemoryError."""
    from cleaners import clean

    try:
        return clean(capture)
    except Rejection as rejection:
        return Failure(str(rejection.stage), rejection.error, rejection.message)
    except MemoryError:
        raise
    except Exception as error:
        # Whatever a page does to a cleaner, it costs that page and not the run.
        message = str(error).strip() or "the cleaner gave no reason"
        return cleaning_failure(type(error).__name__, message.splitlines()[0][:500])


def clean_and_sketch(capture: Capture) -> SketchedPage | Failure:
    """Cleans a page and sketches the text to compare. Pure; raises only MemoryError."""
    from cleaners.text.sketch import Sketch

    page = clean_page(capture)
    if isinstance(page, Failure):
        return page
    try:
        return SketchedPage(page, Sketch.of(page.text))
    except MemoryError:
        raise
    except Exception as error:
        return cleaning_failure(type(error).__name__, str(error)[:500])


def cleaning_failure(error: str, message: str) -> Failure:
    """The verdict on a page that the cleaners couldn't cope with."""
    return Failure(str(Stage.CLEAN), error, message)


def batch_outcomes(
    surveyed: PartitionedBatch, cleaned: Sequence[SketchedPage | Failure]
) -> list[PageOutcome]:
    """What came of each input, in order, ready to be loaded."""
    return [
        _outcome(item, surveyed.new_pages[item.index], cleaned[item.index])
        if isinstance(item, NewPage)
        else item
        for item in surveyed.items
    ]


def _outcome(item: NewPage, capture: Capture, result: SketchedPage | Failure) -> PageOutcome:
    sighting = item.capture
    if isinstance(result, Failure):
        digest = sighting.key.sha256
        return Rejected(sighting.locator, digest, result.stage, result.error, result.message)
    return Cleaned(sighting, capture.payload, result.page, result.sketch)
