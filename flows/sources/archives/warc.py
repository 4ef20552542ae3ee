"""Reads WARC and WET (ISO 28500), as crawlers and Common Crawl write them, with fastwarc."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import IO, TYPE_CHECKING

from cleaners.model import Capture
from flows.sources.archives.http_message import (
    MAX_HEAD_BYTES,
    HttpMessage,
    page_from_message,
    parse_http,
)
from flows.sources.archives.plain_records import PlainRecord, warc_records
from flows.sources.archives.reader import (
    ArchiveRecord,
    ReadOptions,
    Skipped,
    archive_record,
    record_locator,
)
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, damaged, rejected
from flows.sources.file_formats import split_compression
from flows.sources.remote import open_file
from flows.sources.sniff_format import read_head
from flows.sources.streams import MAGIC, open_decompressed, translated_errors
from flows.sources.timestamps import parse_timestamp

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

_TYPES = frozenset(
    "warcinfo request response resource conversion revisit metadata continuation".split()
)
_PAGE_TYPES = frozenset(("response", "resource", "conversion", "revisit"))
# The profile of a revisit for which the server sent no body (WARC 1.1, 6.7.3).
_NOT_MODIFIED = "server-not-modified"
# The first bytes of a record in the files that fastwarc decompresses itself, for which offsets are
# known.
_RECORD_MAGIC = {"": b"WARC/1.", ".gz": MAGIC[".gz"] + b"\x08", ".zst": MAGIC[".zst"]}
# Skippable zstd frames (RFC 8878, 3.1.2), except the kind that holds a WARC dictionary.
_SKIPPED_FRAMES = frozenset(bytes((n, 0x2A, 0x4D, 0x18)) for n in range(0x50, 0x60) if n != 0x5D)
_SCAN_BYTES = 1 << 20
# So many responses are remembered for revisits to refer to: about 200 MB of digests and URLs.
_MAX_RESPONSES = 500_000


def read_warc(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The pages after position `after`; a record's position is its offset in bytes plus one.

    Skips responses with a status other than 200 and 203, and bodies other than HTML and plain text.
    A revisit is another capture of the page that it refers to. A damaged part becomes one reject,
    and reading continues with the next intact record.
    """
    extension = split_compression(ref.path)[1]
    if _is_unusual(ref.path):
        with open_decompressed(ref.path) as stream:
            yield from _plain_records(stream, ref, after, options)
        return
    if extension not in _RECORD_MAGIC:
        with open_decompressed(ref.path) as stream:
            yield from _records(stream, ref, after, options, may_seek=False)
        return
    with open_file(ref.path) as file:
        start, last, is_intact = max(after - 1, _start_of_records(file)), after, True
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


def _is_unusual(path: str) -> bool:
    """Whether fastwarc can't read the first record, though it may be valid.

    Its lines end in LF alone, or its Content-Length header is written in another case.
    """
    head = read_head(path, MAX_HEAD_BYTES).lstrip(b"\xef\xbb\xbf\r\n ")
    line, end, rest = head.partition(b"\n")
    if not line.startswith(b"WARC/") or not end:
        return False
    lines = rest.partition(b"\r\n\r\n")[0]
    return not line.endswith(b"\r") or b"Content-Length:" not in lines


def _start_of_records(file: IO[bytes]) -> int:
    """The offset of the first record, after a byte order mark or skippable zstd frames."""
    head = file.read(8)
    if head.startswith(codecs.BOM_UTF8):
        return len(codecs.BOM_UTF8)
    at = 0
    while len(head) == 8 and head[:4] in _SKIPPED_FRAMES:
        at += 8 + int.from_bytes(head[4:], "little")
        file.seek(at)
        head = file.read(8)
    return at


def _plain_records(
    stream: IO[bytes], ref: InputRef, after: int, options: ReadOptions
) -> Iterator[ArchiveRecord]:
    for record in warc_records(stream, options.max_bytes + MAX_HEAD_BYTES):
        if record.offset + 1 > after:
            kind = record.headers.get("warc-type", "").lower()
            name = _name(record.headers.get("warc-record-id")) or record.offset
            page: Callable[[], Capture | Skipped] = (
                partial(_page, record, record_locator(ref, name), options)
                if kind in _PAGE_TYPES
                else partial(_no_page, kind)
            )
            yield archive_record(ref, name, record.offset + 1, page)


def _records(
    stream: IO[bytes],
    ref: InputRef,
    after: int,
    options: ReadOptions,
    may_seek: bool = True,
) -> Iterator[ArchiveRecord]:
    """The records from the stream's position to its end; damage raises ReadError."""
    from fastwarc.warc import ArchiveIterator

    n_records = 0
    with translated_errors(split_compression(ref.path)[1]):
        try:
            for record in ArchiveIterator(stream, parse_http=False, auto_decode="none"):
                position = record.stream_pos + 1
                # Header names may be in any case, but fastwarc recognises a record's type in only
                # one.
                kind = (record.headers.get("WARC-Type") or "").strip().lower()
                n_records += kind in _TYPES
                if kind == "response" and may_seek:
                    _remember(record, ref, options)
                if position > after:
                    name = _name(record.record_id) or record.stream_pos
                    if kind not in _PAGE_TYPES:
                        yield archive_record(ref, name, position, partial(_no_page, kind))
                        continue
                    locator = record_locator(ref, name)
                    plain = _plain(record, options)
                    read = _revisit if kind == "revisit" else _page
                    yield archive_record(
                        ref, name, position, partial(read, plain, locator, options)
                    )
        except OSError as error:
            if error.errno is not None:
                raise
            # fastwarc's message about an incomplete zstd frame.
            is_cut = "incomplete frame" in str(error)
            raise damaged("the file is cut off" if is_cut else str(error)) from error
    if not n_records and not after:
        raise damaged("it has no record that can be read")


def _remember(record: WarcRecord, ref: InputRef, options: ReadOptions) -> None:
    """Note where a response is: the first one with its digest, and the last one of its URL."""
    known, place = options.warc_responses, (ref.path, record.stream_pos)
    if len(known) >= 2 * _MAX_RESPONSES:  # each has a digest and a URL
        return
    if digest := record.headers.get("WARC-Payload-Digest"):
        known.setdefault(digest, place)
    if url := (record.headers.get("WARC-Target-URI") or "").strip("<> "):
        known[url] = place


def _no_page(kind: str) -> Skipped:
    """What a record of a type that never holds a page is, such as a request."""
    return Skipped(f"{kind or 'untyped'} records")


def _plain(record: WarcRecord, options: ReadOptions) -> PlainRecord:
    """Read a fastwarc record; a page over the limit is cut off just above `max_bytes`."""
    headers = {name.lower(): value for name, value in record.headers.items()}
    length = record.content_length
    content = record.reader.read(options.max_bytes + MAX_HEAD_BYTES)
    return PlainRecord(record.stream_pos, headers, content, length)


def _name(record_id: str | None) -> str:
    return (record_id or "").strip("<> ").removeprefix("urn:uuid:")


def _page(record: PlainRecord, locator: str, options: ReadOptions) -> Capture | Skipped:
    """The page in a record, or Skipped if it isn't one."""
    if len(record.content) < min(record.length, options.max_bytes):
        raise damaged("the archive is cut off inside this record")
    url = record.headers.get("warc-target-uri", "").strip("<> ") or None
    captured_at = parse_timestamp(record.headers.get("warc-date"))
    message = parse_http(record.content)
    if message is None:
        # A record without HTTP headers: the text of a WET file, or a resource.
        headers = {"content-type": record.headers.get("content-type", "")}
        message = HttpMessage(200, headers, record.content)
    return page_from_message(locator, message, url, captured_at, options)


def _revisit(record: PlainRecord, locator: str, options: ReadOptions) -> Capture | Skipped:
    """The page that a revisit found unchanged, as another capture of the same bytes."""
    known = _original(record, options)
    if known is None:
        return Skipped("revisits of pages that no archive read so far has")
    page = _page(known, locator, options)
    if isinstance(page, Skipped):
        return page
    url = record.headers.get("warc-target-uri", "").strip("<> ") or page.url
    captured_at = parse_timestamp(record.headers.get("warc-date"))
    return replace(page, url=url, captured_at=captured_at)


def _original(revisit: PlainRecord, options: ReadOptions) -> PlainRecord | None:
    """The response that a revisit refers to; None if no archive has it, or the archive is gone.

    It has the same digest or, if the server only said that the page hasn't changed, the same URL.
    """
    headers = revisit.headers
    digest = headers.get("warc-payload-digest", "")
    if found := _response_at(digest, options):
        # A nested archive is at its path only while it is read.
        return found if found.headers.get("warc-payload-digest") == digest else None
    if digest and _NOT_MODIFIED not in headers.get("warc-profile", ""):
        return None
    url = headers.get("warc-refers-to-target-uri") or headers.get("warc-target-uri", "")
    found = _response_at(url.strip("<> "), options)
    if found is None or found.headers.get("warc-target-uri", "").strip("<> ") != url.strip("<> "):
        return None
    date = headers.get("warc-refers-to-date")
    return found if date in (None, found.headers.get("warc-date")) else None


def _response_at(key: str, options: ReadOptions) -> PlainRecord | None:
    """The response that is remembered under a digest or URL."""
    from fastwarc.warc import ArchiveIterator

    if key not in options.warc_responses:
        return None
    path, offset = options.warc_responses[key]
    try:
        with open_file(path) as file:
            file.seek(offset)
            record = next(iter(ArchiveIterator(file, parse_http=False, auto_decode="none")), None)
            return _plain(record, options) if record else None
    except OSError:
        return None


def _damage(ref: InputRef, last: int, why: str) -> ArchiveRecord:
    """The reject for damage after the record at position `last`; 0 means at the start."""
    where = f"after the record at byte {last - 1:,}" if last else "at its start"
    error = damaged(f"it is damaged {where}; reading continues with the next intact record ({why})")
    return ArchiveRecord(rejected(record_locator(ref, max(0, last - 1)), error), max(1, last))


def _find_magic(file: IO[bytes], offset: int, magic: bytes) -> int | None:
    """The offset of the next `magic` in a file, from `offset` on."""
    file.seek(offset)
    tail = b""
    while piece := file.read(_SCAN_BYTES):
        window = tail + piece
        if (at := window.find(magic)) >= 0:
            return offset - len(tail) + at
        offset += len(piece)
        tail = window[-(len(magic) - 1) :]
    return None
