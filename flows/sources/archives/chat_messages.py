"""Reads a chat that Telegram exported as HTML; each message becomes a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from cleaners.model import Capture, Media, StatedFacts
from flows.sources.archives.reader import (
    ArchiveRecord,
    ReadOptions,
    Skipped,
    archive_record,
    record_locator,
)
from flows.sources.discover import InputRef
from flows.sources.errors import too_large
from flows.sources.streams import open_decompressed

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_DATE = re.compile(r"(\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d) UTC([+-]\d\d:\d\d)")


def read_chat_messages(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The messages after number `after`, counted from 1."""
    from selectolax.lexbor import LexborHTMLParser

    with open_decompressed(ref.path) as stream:
        content = stream.read(options.max_bytes + 1)
    if len(content) > options.max_bytes:
        raise too_large(options.max_bytes)
    tree = LexborHTMLParser(content.decode("utf-8", "replace"))
    author = _text_of(tree.root, ".page_header .text")
    for number, message in enumerate(tree.css("div.message"), 1):
        # A message without a name is by the sender of the previous one.
        author = _text_of(message, ".from_name") or author
        if number > after:
            name = str(message.attributes.get("id") or number)
            page = partial(_page, ref, name, message, author)
            yield archive_record(ref, name, number, page)


def _page(ref: InputRef, name: str, message: LexborNode, author: str | None) -> Capture | Skipped:
    if "service" in (message.attributes.get("class") or "").split():
        return Skipped("service messages")
    text = message.css_first("div.body > div.text")
    if text is None or not text.text().strip():
        return Skipped("messages without text")
    for line_break in text.css("br"):
        line_break.replace_with("\n")
    date = message.css_first(".date[title]")
    sent = _moment(date.attributes["title"] or "") if date else None
    return Capture(
        record_locator(ref, name),
        text.text().strip().encode(),
        Media.TEXT,
        charset="utf-8",
        captured_at=sent,
        stated=StatedFacts(
            authors=(author,) if author else (),
            published=sent.date().isoformat() if sent else None,
            is_message=True,
        ),
    )


def _moment(title: str) -> datetime | None:
    found = _DATE.search(title)
    try:
        return datetime.strptime("".join(found.groups()), "%d.%m.%Y %H:%M:%S%z") if found else None
    except ValueError:
        return None


def _text_of(node: LexborNode | None, selector: str) -> str | None:
    found = node.css_first(selector) if node else None
    return " ".join(found.text().split()) or None if found else None
