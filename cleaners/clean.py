"""Cleans one capture: the whole way from its bytes to a page of marked blocks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cleaners.decode import decode
from cleaners.media import media_of, refuse_what_is_no_page
from cleaners.model import Capture, Media, Page

if TYPE_CHECKING:
    from cleaners.classifier.scoring import Classifier

VERSION = 3
"""Grows when the same bytes would give another record; stored with every record."""


def clean(capture: Capture, other: Classifier | None = None) -> Page:
    """The page in a capture. Depends on its payload, media type and charset and on nothing else.

    `other` takes the place of the classifier that is shipped, to measure it or to try it. Raises
    Rejection, with the stage and a sentence, for what can't be cleaned.
    """
    from cleaners.judge import judge

    refuse_what_is_no_page(capture.payload)
    media = media_of(capture)
    decoded = decode(capture.payload, media, capture.charset)
    if media is Media.HTML:
        from cleaners.blocks.html import html_blocks, parse, without_crowds
        from cleaners.head import read_head

        decoded = replace(decoded, text=without_crowds(decoded.text))
        tree = parse(decoded.text)
        head = read_head(tree, decoded.text)
        return judge(html_blocks(decoded.text, tree), decoded, head, other)
    from cleaners.blocks.text import text_blocks
    from cleaners.head import Head
    from cleaners.settle import settled

    def judged(text: str) -> Page:
        return judge(text_blocks(text), decoded, Head(), other)

    return settled(judged(decoded.text), judged)
