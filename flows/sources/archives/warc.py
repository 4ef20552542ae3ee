"""Reads WARC and WET (ISO 28500), as crawlers and Common Crawl write them, with fastwarc."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from cleaners.model import Capture, Media
from flows.sources import content_encoding as bodies
from flows.sources import streams
from flows.sources.archives.reader import Entry, Options, locator, refused_record, too_large
from flows.sources.decompress import Damaged, TooLarge
from flows.sources.discover import Found
from flows.sources.formats import split_endings
from flows.sources.timestamps import moment
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
_STARTS = {"": b"WARC/1.", ".gz": b"\x1f\x8b\x08", ".zst": b"\x28\xb5\x2f\xfd"}
_PIECE = 1 << 20


def read(found: Found, after: int, options: Options) -> Iterator[Entry]:
    """The pages behind `after`, the place of a record: one more than its offset.

    Answers other than 200, and bodies other than HTML and plain text, are passed over. Where the
    file is damaged, that is one reject, and the next sound record is looked for.
    """
    ending = split_endings(found.path)[1]
    if ending not in _STARTS:
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
                    last, sound = entry.place, True
            except Damaged as error:
                if sound:
                    yield Entry(_damaged(found, last, str(error)), max(1, last))
                    start, sound = max(0, last - 1), False
                following = _next_start(file, start + 1, _STARTS[ending])
                if following is None:
                    return
                start = following
            else:
                return


def _records(stream: IO[bytes], found: Found, after: int, options: Options) -> Iterator[Entry]:
    """The records from where the stream stands to its end; raises Damaged."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    kinds = WarcRecordType.response | WarcRecordType.conversion | WarcRecordType.resource
    with streams.translated(split_endings(found.path)[1]):
        try:
            for record in ArchiveIterator(stream, record_types=kinds, auto_decode="none"):
                place = record.stream_pos + 1
                if place > after:
                    yield Entry(_page(record, found, place, options), place)
        except OSError as error:
            if error.errno is not None:
                raise
            # What fastwarc says of a zstd frame without an end.
            is_cut = "incomplete frame" in str(error)
            raise Damaged("the file is cut off" if is_cut else str(error)) from error


def _page(
    record: WarcRecord, found: Found, place: int, options: Options
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
    body = record.reader.read(options.limit + 1)
    if len(body) > options.limit:
        return refused_record(found, name, "TooLarge", too_large(options.limit))
    if len(body) < expected:
        return refused_record(found, name, "Damaged", "the archive is cut off inside this record")
    try:
        if http is not None:
            if "chunked" in (http.get("Transfer-Encoding") or "").lower():
                body = bodies.without_chunks(body)
            packing = http.get("Content-Encoding") or ""
            body = bodies.unpacked(body, packing, options.limit, lenient=True)
    except TooLarge:
        return refused_record(found, name, "TooLarge", too_large(options.limit))
    return Capture(
        locator(found, name),
        body,
        MEDIA.get(kind),
        url=(record.headers.get("WARC-Target-URI") or "").strip("<> ") or None,
        charset=record.http_charset,
        captured_at=moment(record.record_date),
    )


def _damaged(found: Found, last: int, why: str) -> Rejected:
    where = f"after the record at byte {last - 1:,}" if last else "at its start"
    message = f"it is damaged {where}, and read on from the next sound record ({why})"
    return refused_record(found, max(0, last - 1), "Damaged", message)


def _next_start(file: IO[bytes], offset: int, start: bytes) -> int | None:
    """Where the next record may begin, at `offset` or behind it."""
    file.seek(offset)
    behind = b""
    while piece := file.read(_PIECE):
        window = behind + piece
        if (at := window.find(start)) >= 0:
            return offset - len(behind) + at
        offset += len(piece)
        behind = window[-(len(start) - 1) :]
    return None
