"""Shortens what a page shows at first, so that a long record gives no page of many megabytes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from cleaners.model import Block
from cleaners.text.diff import Paragraph, Side

MAX_TEXT_CHARS = 20_000  # of a block or a passage
_MAX_BLOCK_BYTES = 140_000
_BLOCK_MARKUP_BYTES = 700  # for each block
_MAX_PAIR_BYTES = 200_000
_PASSAGE_MARKUP_BYTES = 30  # for each passage
_MAX_CLEAN_TEXT_BYTES = 60_000
_MAX_DETAIL_CHARS = 600


def first_blocks(blocks: Sequence[Block]) -> Sequence[Block]:
    """As many blocks, from the first one on, as a page shows; at least one."""
    size = 0
    for number, block in enumerate(blocks):
        detail = block.removal.detail[:_MAX_DETAIL_CHARS] if block.removal else ""
        size += len((block.text[:MAX_TEXT_CHARS] + detail).encode()) + _BLOCK_MARKUP_BYTES
        if size > _MAX_BLOCK_BYTES and number:
            return blocks[:number]
    return blocks


def shortened_pair(paragraphs: Sequence[Paragraph]) -> Sequence[Paragraph]:
    """All paragraphs of two records or, if they are too long for a page, those that differ.

    If these are too long, too, only the first of them.
    """

    def size(paragraph: Paragraph) -> int:
        texts = (passage.text[:MAX_TEXT_CHARS] for passage in paragraph.passages)
        return sum(len(text.encode()) + _PASSAGE_MARKUP_BYTES for text in texts)

    if sum(map(size, paragraphs)) <= _MAX_PAIR_BYTES:
        return paragraphs
    differing = [
        paragraph
        for paragraph in paragraphs
        if paragraph.moved or {passage.side for passage in paragraph.passages} != {Side.BOTH}
    ]
    sizes = accumulate(map(size, differing))
    shown = sum(1 for total in sizes if total <= _MAX_PAIR_BYTES)
    return differing[: max(shown, 1)]


def shortened_text(text: str) -> str:
    """The beginning of a clean text that a page shows."""
    return text.encode()[:_MAX_CLEAN_TEXT_BYTES].decode(errors="ignore")
