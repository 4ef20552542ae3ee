"""Reads WARC and WET (ISO 28500), as crawlers and Common Crawl write them, with fastwarc."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from cleaners.model import Capture
from flows.sources.archives.reader import (
    ArchiveRecord,
    ReadOptions,
    Skipped,
    archive_record,
    record_locator,
)
from flows.sources.content_encoding import decode_chunked, decode_content
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, damaged, rejected, too_large
from flows.sources.file_formats import PAGE_MEDIA_TYPES, split_compression
from flows.sources.streams import MAGIC, open_decompressed, translated_errors
from flows.sources.timestamps import parse_timestamp

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

_HTTP_OK = 200
# The first bytes of a record, for files that fastwarc decompresses itself: offsets are known there.
_RECORD_MAGIC = {"": b"WARC/1.", ".gz": MAGIC[".gz"] + b"\x08", ".zst": MAGIC[".zst"]}
_SCAN_BYTES = 1 << 20


def read_warc(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The pages after `after`; a record's position is one more than its offset in bytes.

    Skips responses other than 200, and bodies other than HTML and plain text. A damaged part is
    one reject, and reading continues with the next intact record.
    """
    extension = split_compression(ref.path)[1]
    if extension not in _RECORD_MAGIC:
        with open_decompressed(ref.path) as stream:
            yield from _records(stream, ref, after, options)
        return
    with Path(ref.path).open("rb") as file:
        start, last, is_intact = max(0, after - 1), after, True
        while True:
            file.seek(start)
            try:
                for record in _records(file, ref, last, options):
                    yield record
                    last, is_intact = record.position, True
            except ReadError as error:
                if is_intact:
                    yield _damage(ref, last, str(error))
                    start, is_intact = max(0, last - 1), False
                following = _find_magic(file, start + 1, _RECORD_MAGIC[extension])
                if following is None:
                    return
                start = following
            else:
                return


def _records(
    stream: IO[bytes], ref: InputRef, after: int, options: ReadOptions
) -> Iterator[ArchiveRecord]:
    """The records from where the stream stands to its end; damage raises ReadError."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    types = WarcRecordType.response | WarcRecordType.conversion | WarcRecordType.resource
    with translated_errors(split_compression(ref.path)[1]):
        try:
            for record in ArchiveIterator(stream, record_types=types, auto_decode="none"):
                position = record.stream_pos + 1
                if position > after:
                    name = _name(record) or record.stream_pos
                    page = partial(_page, record, record_locator(ref, name), options)
                    yield archive_record(ref, name, position, page)
        except OSError as error:
            if error.errno is not None:
                raise
            # fastwarc's message about a zstd frame without an end.
            is_cut = "incomplete frame" in str(error)
            raise damaged("the file is cut off" if is_cut else str(error)) from error


def _name(record: WarcRecord) -> str:
    return (record.record_id or "").strip("<> ").removeprefix("urn:uuid:")


def _page(record: WarcRecord, locator: str, options: ReadOptions) -> Capture | Skipped:
    """The page in a record, or what else it is."""
    http = record.http_headers
    if http is not None and http.status_code not in (None, _HTTP_OK):
        return Skipped(f"HTTP {http.status_code}")
    declared = record.http_content_type or record.headers.get("Content-Type") or ""
    media_type = declared.partition(";")[0].strip().lower()
    if media_type and media_type not in PAGE_MEDIA_TYPES:
        return Skipped(media_type)
    declared_bytes = record.content_length
    body = record.reader.read(options.max_bytes + 1)
    if len(body) > options.max_bytes:
        raise too_large(options.max_bytes)
    if len(body) < declared_bytes:
        raise damaged("the archive is cut off inside this record")
    if http is not None:
        if "chunked" in (http.get("Transfer-Encoding") or "").lower():
            body = decode_chunked(body)
        encodings = http.get("Content-Encoding") or ""
        body = decode_content(body, encodings, options.max_bytes, lenient=True)
    return Capture(
        locator,
        body,
        PAGE_MEDIA_TYPES.get(media_type),
        url=(record.headers.get("WARC-Target-URI") or "").strip("<> ") or None,
        charset=record.http_charset,
        captured_at=parse_timestamp(record.record_date),
    )


def _damage(ref: InputRef, last: int, why: str) -> ArchiveRecord:
    """The reject for damage after the record at position `last`, or at the start for 0."""
    where = f"after the record at byte {last - 1:,}" if last else "at its start"
    error = damaged(f"it is damaged {where}; reading continues with the next intact record ({why})")
    return ArchiveRecord(rejected(record_locator(ref, max(0, last - 1)), error), max(1, last))


def _find_magic(file: IO[bytes], offset: int, magic: bytes) -> int | None:
    """The offset of the next `magic` in a file, at `offset` or after it."""
    file.seek(offset)
    tail = b""
    while piece := file.read(_SCAN_BYTES):
        window = tail + piece
        if (at := window.find(magic)) >= 0:
            return offset - len(tail) + at
        offset += len(piece)
        tail = window[-(len(magic) - 1) :]
    return None
