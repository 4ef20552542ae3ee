"""Reads the pages of a warehouse to train on: corrected ones, and some that nobody corrected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleaners.blocks.html import html_blocks, parse_html, strip_crowded_attributes
from cleaners.blocks.raw import RawPage
from cleaners.blocks.text import text_blocks
from cleaners.corrections import Corrected
from cleaners.encoding.decode import decode
from cleaners.encoding.sniff import detect_media
from cleaners.model import Capture, Kind, Media, Rejection
from flows.runs.reclean import capture_of
from warehouse.model import Stored

if TYPE_CHECKING:
    from warehouse.answers import Record
    from warehouse.warehouse import Warehouse

# Only the record on which a correction was made; other versions would count it again.
_CORRECTED = (
    "SELECT DISTINCT document_id FROM corrections"
    " WHERE what = 'block' AND made_on = document_id ORDER BY document_id"
)
# Ordered by digest, they are an arbitrary sample that is the same every time.
_OTHERS = (
    "SELECT id FROM articles WHERE n_words > 50"
    " AND id NOT IN (SELECT document_id FROM corrections) ORDER BY"
    " (SELECT sha256 FROM documents WHERE documents.id = articles.id) LIMIT {limit}"
)


@dataclass(frozen=True, slots=True)
class LearntPage:
    """A stored page to train on: its blocks before cleaning, and the corrections.

    `kept` has the texts of the blocks that the record keeps. `corrected` maps the text of each
    corrected block to whether it is kept. `site` is the page's site or, without one, its locator.
    """

    document: int
    site: str
    capture: Capture
    raw: RawPage
    kept: tuple[str, ...]
    corrected: dict[str, bool]


def corrected_pages(warehouse: Warehouse) -> list[LearntPage]:
    """The pages with corrected blocks, by ID; omits those that can no longer be decoded."""
    rows = warehouse.sql(_CORRECTED, timeout_s=600, max_rows=1_000_000).rows
    return list(_pages(warehouse, [int(str(one)) for (one,) in rows]))


def other_pages(warehouse: Warehouse, limit: int) -> list[LearntPage]:
    """Up to `limit` articles that nobody corrected, the same ones every time."""
    rows = warehouse.sql(_OTHERS.format(limit=limit), timeout_s=600, max_rows=limit).rows
    return list(_pages(warehouse, [int(str(one)) for (one,) in rows]))


def _pages(warehouse: Warehouse, documents: Sequence[int]) -> Iterator[LearntPage]:
    for document in documents:
        [stored] = warehouse.stored_pages([document])
        record = warehouse.record(document)
        if not isinstance(stored, Stored) or record is None:
            continue
        try:
            raw = _raw_page(capture_of(stored))
        except Rejection:
            continue
        if raw.blocks:
            yield LearntPage(
                document,
                warehouse.site_of(document) or record.locator,
                capture_of(stored),
                raw,
                kept_texts(record),
                {
                    one.text: one.new is None
                    for one in record.corrections
                    if one.what is Corrected.BLOCK
                },
            )


def kept_texts(record: Record) -> tuple[str, ...]:
    """The texts of the blocks that a record keeps, without the title."""
    return tuple(one.text for one in record.blocks if one.kept and one.kind is not Kind.TITLE)


def _raw_page(capture: Capture) -> RawPage:
    """The blocks of a page before cleaning. Raises Rejection."""
    media = detect_media(capture)
    text = decode(capture.payload, media, capture.charset).text
    if media is Media.TEXT:
        return text_blocks(text)
    text = strip_crowded_attributes(text)
    return html_blocks(text, parse_html(text))
