"""Cleans one capture: the complete way from its bytes to a page of kept and removed blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from cleaners.model import Block, Capture, Cleaner, DateSource, Kind, Media, StatedFacts
from cleaners.page import Page

if TYPE_CHECKING:
    from cleaners.classifier.scoring import Classifier
    from cleaners.extract import Extraction

VERSION = 10
"""Stored with every record; increase it when the same bytes would give a different record."""


def clean(capture: Capture, classifier_override: Classifier | None = None) -> Page:
    """The cleaned page of a capture.

    The result depends only on the payload, media type, charset and stated facts.
    `classifier_override` replaces the shipped classifier, for measurements. Raises Rejection if the
    capture can't be cleaned.
    """
    # Imported here so that importing only the types of `cleaners` stays fast.
    from cleaners.encoding.decode import decode
    from cleaners.encoding.sniff import detect_media, reject_non_pages
    from cleaners.extract import build_page, extract

    reject_non_pages(capture.payload)
    media = detect_media(capture)
    decoded = decode(capture.payload, media, capture.charset)
    if media is Media.HTML:
        from cleaners.blocks.html import html_blocks, parse_html, strip_crowded_attributes
        from cleaners.metadata.html_head import read_head

        decoded = replace(decoded, text=strip_crowded_attributes(decoded.text))
        tree = parse_html(decoded.text)
        head = read_head(tree, decoded.text)
        extraction = extract(html_blocks(decoded.text, tree), decoded, head, classifier_override)
        page = build_page(extraction, decoded, head)
        return _with_stated_facts(_name_repeated_blocks(page), capture.stated)
    from cleaners.blocks.text import text_blocks
    from cleaners.metadata.html_head import Head
    from cleaners.rules.documents import possible_articles

    def extract_text(text: str) -> Extraction:
        return extract(text_blocks(text), decoded, Head(), classifier_override)

    def extract_again(text: str) -> Page | None:
        again = extract_text(text)
        return None if again.keeps_all else build_page(again, decoded, Head())

    page = build_page(extract_text(decoded.text), decoded, Head())
    if not _prints_as(page, decoded.text):
        page = clean_to_fixed_point(page, extract_again)
    if capture.stated is not None and capture.stated.is_message:
        page = _as_message(page)
    if (articles := possible_articles(decoded.text.split("\n"))) > 1:
        page = replace(page, notes=(*page.notes, f"it may hold {articles} articles"))
    return _with_stated_facts(_name_repeated_blocks(page), capture.stated)


def clean_to_fixed_point(page: Page, extract_again: Callable[[str], Page | None]) -> Page:
    """Clean the output of a text page again until nothing more is removed.

    This makes cleaning idempotent, whatever the classifier decides about the shorter text.
    `extract_again` turns a text into a page, or gives None if it keeps all of the text.
    """
    from cleaners.quality_notes import quality_notes

    while text := printed_text(page):
        again = extract_again(text)
        if again is None:
            break
        places = _printed_positions(page)
        blocks = list(page.blocks)
        for i, block in zip(places, again.blocks, strict=True):
            removal = block.removal
            if removal is not None and removal.same_as is not None:
                removal = replace(removal, same_as=places[removal.same_as])
            blocks[i] = replace(blocks[i], kind=block.kind, removal=removal)
        notes = quality_notes(blocks, page.quality)
        page = replace(page, blocks=tuple(blocks), title=again.title, notes=notes)
    return page


def _as_message(page: Page) -> Page:
    """The page of a chat message: only blocks that are boilerplate by their words stay removed."""
    from cleaners.quality_notes import quality_notes

    blocks = tuple(map(_as_part_of_message, page.blocks))
    if not any(block.kept for block in blocks):
        blocks = tuple(replace(block, removal=None) for block in blocks)
    notes = quality_notes(blocks, 1.0)
    return replace(page, blocks=blocks, title=None, quality=1.0, notes=notes, disagreement=0.0)


def _as_part_of_message(block: Block) -> Block:
    by_place = (Cleaner.CLASSIFIER, Cleaner.POSITION, Cleaner.REPEATS, Cleaner.BYLINES)
    removal = block.removal
    kind = Kind.PARAGRAPH if block.kind is Kind.TITLE else block.kind
    is_removed = removal is not None and removal.cleaner not in {*map(str, by_place)}
    return replace(block, kind=kind, removal=removal if is_removed else None)


def _with_stated_facts(page: Page, stated: StatedFacts | None) -> Page:
    """The page with its source's stated facts in place of those found in the page."""
    if stated is None:
        return page
    blocks = page.blocks
    if stated.title and stated.title != page.title:
        # The block that looked like the title is text, because the source states another title.
        blocks = tuple(
            replace(block, kind=Kind.HEADING) if _is_other_title(block, stated.title) else block
            for block in blocks
        )
    return replace(
        page,
        blocks=blocks,
        title=stated.title or page.title,
        authors=stated.authors or page.authors,
        published=stated.published or page.published,
        published_source=DateSource.STATED if stated.published else page.published_source,
        language=stated.language or page.language,
        description=stated.description or page.description,
        notes=(*page.notes, *stated.notes),
    )


def _is_other_title(block: Block, title: str) -> bool:
    text, stated = " ".join(block.text.split()).casefold(), title.casefold()
    return block.kind is Kind.TITLE and text not in stated and stated not in text


def _printed_positions(page: Page) -> list[int]:
    """The indices of the printed blocks in print order: the title, then the text."""
    title = [i for i, block in enumerate(page.blocks) if block.kind is Kind.TITLE]
    rest = (i for i, b in enumerate(page.blocks) if b.kept and b.kind is not Kind.TITLE)
    return [*title, *rest]


def _name_repeated_blocks(page: Page) -> Page:
    """The page with the index of the kept copy in the detail of each repeated block."""
    if not any(block.removal and block.removal.same_as is not None for block in page.blocks):
        return page
    return replace(page, blocks=tuple(map(_with_repeated_block, page.blocks)))


def _with_repeated_block(block: Block) -> Block:
    removal = block.removal
    if removal is None or removal.same_as is None:
        return block
    detail = f"repeats block {removal.same_as} ({removal.detail})"
    return replace(block, removal=replace(removal, detail=detail))


def _prints_as(page: Page, text: str) -> bool:
    """Whether a page is printed as the text that it is of: cleaning that again changes nothing."""
    return all(block.kept for block in page.blocks) and printed_text(page) == text.rstrip()


def printed_text(page: Page) -> str:
    """The output of `presswash clean`: the title, a blank line, and the text."""
    return "\n\n".join(part for part in (page.title, page.text) if part)
