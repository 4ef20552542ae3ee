"""Cleans one capture: the whole way from its bytes to a page of marked blocks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from cleaners.encoding.decode import decode
from cleaners.encoding.sniff import detect_media, reject_non_pages
from cleaners.model import Capture, Kind, Media, Page, Removal

if TYPE_CHECKING:
    from cleaners.classifier.scoring import Classifier

VERSION = 3
"""Grows when the same bytes would give another record; stored with every record."""

_BLOCK = re.compile(r"(?<=\bblock )\d+")


def clean(capture: Capture, classifier_override: Classifier | None = None) -> Page:
    """The page in a capture. Depends on its payload, media type and charset and on nothing else.

    `other` takes the place of the classifier that is shipped, to measure it or to try it. Raises
    Rejection, with the stage and a sentence, for what can't be cleaned.
    """
    from cleaners.extract import extract

    reject_non_pages(capture.payload)
    media = detect_media(capture)
    decoded = decode(capture.payload, media, capture.charset)
    if media is Media.HTML:
        from cleaners.blocks.html import html_blocks, parse_html, strip_crowded_attributes
        from cleaners.metadata.html_head import read_head

        decoded = replace(decoded, text=strip_crowded_attributes(decoded.text))
        tree = parse_html(decoded.text)
        head = read_head(tree, decoded.text)
        return extract(html_blocks(decoded.text, tree), decoded, head, classifier_override)
    from cleaners.blocks.text import text_blocks
    from cleaners.metadata.html_head import Head

    def judged(text: str) -> Page:
        return extract(text_blocks(text), decoded, Head(), classifier_override)

    return clean_to_fixed_point(judged(decoded.text), judged)


def clean_to_fixed_point(page: Page, extract_text: Callable[[str], Page]) -> Page:
    """A page of text, without what would go if its own clean text were cleaned.

    `judged` is the page that a text makes. It decides alone, so that in the end there is nothing
    left that it would take out: cleaning is idempotent, whatever the classifier says.
    """
    from cleaners.extract import quality_notes

    while page.text:
        again = extract_text(printed_text(page))
        places = _printed_positions(page)
        if all(block.kept for block in again.blocks):
            break
        blocks = list(page.blocks)
        for i, block in zip(places, again.blocks, strict=True):
            removal = block.removal and _renumbered(block.removal, places)
            blocks[i] = replace(blocks[i], kind=block.kind, removal=removal)
        notes = quality_notes(blocks, page.quality)
        page = replace(page, blocks=tuple(blocks), title=again.title, notes=notes)
    return page


def _printed_positions(page: Page) -> list[int]:
    """Where the blocks that are printed stand on the page: the title's, and those of the text."""
    title = [i for i, block in enumerate(page.blocks) if block.kind is Kind.TITLE]
    rest = (i for i, b in enumerate(page.blocks) if b.kept and b.kind is not Kind.TITLE)
    return [*title, *rest]


def _renumbered(removal: Removal, places: list[int]) -> Removal:
    """A removal whose detail numbers blocks as the whole page does."""
    detail = _BLOCK.sub(lambda number: str(places[int(number[0])]), removal.detail)
    return replace(removal, detail=detail)


def printed_text(page: Page) -> str:
    """What `presswash clean` prints of a page: the title, and the text below it."""
    return "\n\n".join(part for part in (page.title, page.text) if part)
