"""Reads ARC, the web archive format before WARC, which Common Crawl used until 2012."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from cleaners.model import Capture
from flows.sources.archives.http_message import MAX_HEAD_BYTES, page_from_message, parse_http
from flows.sources.archives.plain_records import DamagedPart, PlainRecord, arc_records, damaged_part
from flows.sources.archives.reader import (
    ArchiveRecord,
    ReadOptions,
    Skipped,
    archive_record,
    record_locator,
)
from flows.sources.discover import InputRef
from flows.sources.errors import damaged
from flows.sources.streams import open_decompressed
from flows.sources.timestamps import parse_timestamp


def read_arc(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The pages after position `after`: a record's offset in the decompressed file, plus one."""
    with open_decompressed(ref.path) as stream:
        for record in arc_records(stream, options.max_bytes + MAX_HEAD_BYTES):
            if isinstance(record, DamagedPart):
                if record.offset + 1 > after:
                    yield damaged_part(ref, record, record.offset + 1)
                continue
            is_page = record.headers["url"].startswith(("http:", "https:"))
            if record.offset + 1 > after and is_page:
                page = partial(_page, ref, record, options)
                yield archive_record(ref, record.offset, record.offset + 1, page)


def _page(ref: InputRef, record: PlainRecord, options: ReadOptions) -> Capture | Skipped:
    if len(record.content) < min(record.length, options.max_bytes):
        raise damaged("the archive is cut off inside this record")
    message = parse_http(record.content)
    if message is None:
        return Skipped("records that aren't HTTP responses")
    url, date = record.headers["url"], record.headers["date"]
    locator = record_locator(ref, record.offset)
    return page_from_message(locator, message, url, parse_timestamp(date), options)
