"""Reads the entries of an RSS or Atom file as pages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from cleaners.model import Capture, Media, StatedFacts
from flows.sources.archives.reader import ArchiveRecord, ReadOptions, archive_record, record_locator
from flows.sources.archives.records import stated_language, without_markup
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, ReadErrorKind, damaged, too_large
from flows.sources.streams import open_decompressed
from flows.sources.timestamps import parse_day, parse_timestamp

_END = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|RDF)\s*>")


def read_feed_entries(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The entries after number `after`, counted from 1; raises ReadError if there are none."""
    import feedparser

    with open_decompressed(ref.path) as stream:
        content = stream.read(options.max_bytes + 1)
    if len(content) > options.max_bytes:
        raise too_large(options.max_bytes)
    feed = feedparser.parse(io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False)
    if not feed.entries:
        raise ReadError(ReadErrorKind.NO_PAGES, "it is a feed without an entry, or isn't a feed")
    language = stated_language(feed.feed.get("language"))
    for number, entry in enumerate(feed.entries, 1):
        if number > after:
            page = partial(entry_page, ref, number, entry, language)
            yield archive_record(ref, number, number, page)
    if feed.bozo and not _END.search(content.replace(b"\x00", b"")):
        raise damaged(
            "the feed is cut off: its last entry may be incomplete, and later ones are missing"
        )


def entry_page(ref: InputRef, name: int | str, entry: Any, language: str | None) -> Capture:
    """The text of an entry, as feedparser gives it, as a page; raises ReadError if it has none."""
    parts = [*entry.get("content", ()), entry.get("summary_detail") or {}]
    body = next((part for part in parts if str(part.get("value") or "").strip()), None)
    link = str(entry.get("link") or "")
    if body is None:
        why = "it has an address and no text: presswash collect fetches the pages of a feed"
        raise ReadError(ReadErrorKind.NO_TEXT, why)
    published = entry.get("published") or entry.get("updated")
    facts = StatedFacts(
        title=without_markup(str(entry.get("title") or "")) or None,
        authors=tuple(filter(None, (_name(one) for one in entry.get("authors", ())))),
        published=parse_day(published),
        language=stated_language(body.get("language")) or language,
    )
    text = str(body["value"])
    is_html = body.get("type") != "text/plain" or "<p" in text
    return Capture(
        record_locator(ref, name),
        (f"<article>{text}</article>" if is_html else text).encode("utf-8", "replace"),
        Media.HTML if is_html else Media.TEXT,
        url=link if link.startswith(("http:", "https:")) else None,
        charset="utf-8",
        captured_at=parse_timestamp(published),
        stated=facts,
    )


def _name(author: Any) -> str:
    return " ".join(str(author.get("name") or "").split())
