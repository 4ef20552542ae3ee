"""Cleans one capture: the whole way from its bytes to a page of marked blocks."""

from __future__ import annotations

from cleaners.decode import decode
from cleaners.media import media_of, refuse_what_is_no_page
from cleaners.model import Capture, Media, Page

VERSION = 1
"""Grows when the same bytes would give another record; stored with every record."""


def clean(capture: Capture) -> Page:
    """The page in a capture. Depends on its payload, media type and charset and on nothing else.

    Raises Rejection, with the stage and a sentence, for what can't be cleaned.
    """
    from cleaners.judge import judge

    refuse_what_is_no_page(capture.payload)
    media = media_of(capture)
    decoded = decode(capture.payload, media, capture.charset)
    if media is Media.HTML:
        from cleaners.blocks.html import html_blocks
        from cleaners.head import read_head

        return judge(html_blocks(decoded.text), decoded, read_head(decoded.text))
    from cleaners.blocks.text import text_blocks
    from cleaners.head import Head

    return judge(text_blocks(decoded.text), decoded, Head())
