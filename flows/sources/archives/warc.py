"""Reads WARC and WET (ISO 28500), as crawlers and Common Crawl write them, with fastwarc."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from cleaners.model import Capture, Media
from flows.sources import content_encoding as bodies
from flows.sources import streams
from flows.sources.archives.reader import (
    ArchiveRecord,
    ReadOptions,
    record_locator,
    reject_record,
    too_large_message,
)
from flows.sources.decompress import Damaged, TooLarge
from flows.sources.discover import InputRef
from flows.sources.formats import split_compression
from flows.sources.timestamps import parse_timestamp
from warehouse.model import Rejected

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

MEDIA = {
    "text/html": Media.HTML,
    "application/xhtml+xml": Media.HTML,
    "text/plain": Media.TEXT,
}
_OK = 200
# How a record begins in a file; fastwarc unpacks these itself, and tells where each begins.
_RECORD_MAGIC = {"": b"WARC/1.", ".gz": b"\x1f\x8b\x08", ".zst": b"\x28\xb5\x2f\xfd"}
_SCAN_BYTES = 1 << 20


def read_warc(found: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The pages behind `after`, the place of a record: one more than its offset.

    Answers other than 200, and bodies other than HTML and plain text, are passed over. Where the
    file is damaged, that is one reject, and the next sound record is looked for.
    """
    ending = split_compression(found.path)[1]
    if ending not in _RECORD_MAGIC:
        with streams.opened(found.path) as stream:
            yield from _records(stream, found, after, options)
        return
    with Path(found.path).open("rb") as file:
        start, last, sound = max(0, after - 1), after, True
        while True:
            file.seek(start)
            try:
                for entry in _records(file, found, last, options):
                    yield entry
                    last, sound = entry.position, True
            except Damaged as error:
                if sound:
                    yield ArchiveRecord(_reject_damage(found, last, str(error)), max(1, last))
                    start, sound = max(0, last - 1), False
                following = _find_magic(file, start + 1, _RECORD_MAGIC[ending])
                if following is None:
                    return
                start = following
            else:
                return


def _records(
    stream: IO[bytes], found: InputRef, after: int, options: ReadOptions
) -> Iterator[ArchiveRecord]:
    """The records from where the stream stands to its end; raises Damaged."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    kinds = WarcRecordType.response | WarcRecordType.conversion | WarcRecordType.resource
    with streams.translated(split_compression(found.path)[1]):
        try:
            for record in ArchiveIterator(stream, record_types=kinds, auto_decode="none"):
                place = record.stream_pos + 1
                if place > after:
                    yield ArchiveRecord(_page(record, found, place, options), place)
        except OSError as error:
            if error.errno is not None:
                raise
            # What fastwarc says of a zstd frame without an end.
            is_cut = "incomplete frame" in str(error)
            raise Damaged("the file is cut off" if is_cut else str(error)) from error


def _page(
    record: WarcRecord, found: InputRef, place: int, options: ReadOptions
) -> Capture | Rejected | None:
    """The page in a record; None where it holds something else."""
    http = record.http_headers
    if http is not None and http.status_code not in (None, _OK):
        return None
    declared = record.http_content_type or record.headers.get("Content-Type") or ""
    kind = declared.partition(";")[0].strip().lower()
    if kind and kind not in MEDIA:
        return None
    name = (record.record_id or "").strip("<> ").removeprefix("urn:uuid:") or place - 1
    expected = record.content_length
    body = record.reader.read(options.max_bytes + 1)
    if len(body) > options.max_bytes:
        return reject_record(found, name, "TooLarge", too_large_message(options.max_bytes))
    if len(body) < expected:
        return reject_record(found, name, "Damaged", "the archive is cut off inside this record")
    try:
        if http is not None:
            if "chunked" in (http.get("Transfer-Encoding") or "").lower():
                body = bodies.decode_chunked(body)
            packing = http.get("Content-Encoding") or ""
            body = bodies.decode_content(body, packing, options.max_bytes, lenient=True)
    except TooLarge:
        return reject_record(found, name, "TooLarge", too_large_message(options.max_bytes))
    return Capture(
        record_locator(found, name),
        body,
        MEDIA.get(kind),
        url=(record.headers.get("WARC-Target-URI") or "").strip("<> ") or None,
        charset=record.http_charset,
        captured_at=parse_timestamp(record.record_date),
    )


def _reject_damage(found: InputRef, last: int, why: str) -> Rejected:
    where = f"after the record at byte {last - 1:,}" if last else "at its start"
    message = f"it is damaged {where}, and read on from the next sound record ({why})"
    return reject_record(found, max(0, last - 1), "Damaged", message)


def _find_magic(file: IO[bytes], offset: int, start: bytes) -> int | None:
    """Where the next record may begin, at `offset` or behind it."""
    file.seek(offset)
    behind = b""
    while piece := file.read(_SCAN_BYTES):
        window = behind + piece
        if (at := window.find(start)) >= 0:
            return offset - len(behind) + at
        offset += len(piece)
        behind = window[-(len(start) - 1) :]
    return None
