"""Reads WARC and WET (ISO 28500), as crawlers and Common Crawl write them, with fastwarc."""

from __future__ import annotations

import codecs
import io
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from operator import attrgetter
from typing import IO, TYPE_CHECKING

from cleaners.model import Capture
from flows.sources.archives.http_message import (
    MAX_HEAD_BYTES,
    HttpMessage,
    page_from_message,
    parse_http,
)
from flows.sources.archives.plain_records import (
    DamagedPart,
    PlainRecord,
    damaged_part,
    holds_record,
    warc_records,
)
from flows.sources.archives.reader import (
    ArchiveRecord,
    ReadOptions,
    Skipped,
    WarcPlace,
    archive_record,
    record_locator,
)
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, damaged, rejected
from flows.sources.remote import open_file
from flows.sources.sniff_format import read_head
from flows.sources.streams import (
    MAGIC,
    FrameStream,
    UpToDamage,
    find_bytes,
    is_padded_gzip,
    open_decompressed,
    sniff_compression,
    translated_errors,
)
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
# So many digests and URLs are remembered for revisits to refer to: about 300 MB.
_MAX_RESPONSES = 1_000_000
_MAGIC_BYTES = 8
_DATE = attrgetter("date")
# fastwarc's message if no record begins where the one before should end.
_BAD_HEADER = "Invalid WARC header"


def read_warc(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The pages after position `after`; a record's position is its offset in bytes plus one.

    Skips responses with a status other than 200 and 203, and bodies other than HTML and plain text.
    A revisit is another capture of the page that it refers to. A damaged part becomes one reject,
    and reading continues with the next intact record.
    """
    if _is_unusual(ref.path):
        with open_decompressed(ref.path) as stream:
            yield from _plain_records(stream, ref, after, options)
        return
    with open_file(ref.path) as file:
        extension = sniff_compression(file.read(_MAGIC_BYTES))
        start, last, is_intact = max(after - 1, _start_of_records(file)), after, True
        wrong: _WrongLength | None = None
        while True:
            file.seek(start)
            try:
                for record in (
                    _rest(file, ref, start, last, wrong, options)
                    if wrong
                    else _records(file, ref, last, options)
                ):
                    yield record
                    last, is_intact = record.position, True
            except _WrongLength as found:
                wrong = found
            except ReadError as error:
                if is_intact:
                    if extension == ".gz" and last and is_padded_gzip(file, last - 1):
                        return
                    yield _damage(ref, last, str(error))
                    start, is_intact = max(0, last - 1), False
                start, wrong = file.tell() if wrong else start, None
                following = find_bytes(file, start + 1, _RECORD_MAGIC[extension])
                if following is None:
                    return
                start = following
            else:
                return


class _WrongLength(Exception):
    """The length of the record at an offset is missing or may be wrong.

    `n_before` counts the records that were read before it since the last seek.
    """

    def __init__(self, offset: int, n_before: int) -> None:
        super().__init__()
        self.offset, self.n_before = offset, n_before


def _is_unusual(path: str) -> bool:
    """Whether fastwarc can't read the first record, though it may be valid.

    Its lines end in LF alone, it has no Content-Length header in this spelling, or it is compressed
    in a format that fastwarc doesn't know.
    """
    if sniff_compression(read_head(path, _MAGIC_BYTES, is_packed=True)) not in _RECORD_MAGIC:
        return True
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


def _rest(
    file: IO[bytes],
    ref: InputRef,
    start: int,
    last: int,
    wrong: _WrongLength,
    options: ReadOptions,
) -> Iterator[ArchiveRecord]:
    """The records from one with a wrong length on, in a file read up to there from `start`.

    In a compressed file they have the position of the record before, so that a run that is
    interrupted reads them all again: their own offsets aren't known.
    """
    extension = sniff_compression(file.read(_MAGIC_BYTES))
    if not extension:
        file.seek(wrong.offset)
        yield from _plain_records(file, ref, 0, options, wrong.offset, may_seek=True)
        return
    file.seek(start)
    frames = FrameStream(file, extension)
    try:
        with translated_errors(extension):
            intact = UpToDamage(io.BufferedReader(frames))
            records = _plain_records(io.BufferedReader(intact), ref, 0, options)
            for record in islice(records, wrong.n_before, None):
                yield replace(record, position=last)
            if intact.error:
                raise intact.error
    except ReadError:
        # Reading continues after the damaged frame.
        file.seek(frames.offset)
        raise


def _plain_records(
    stream: IO[bytes],
    ref: InputRef,
    after: int,
    options: ReadOptions,
    start: int = 0,
    may_seek: bool = False,
) -> Iterator[ArchiveRecord]:
    """The records of a decompressed stream; positions are offsets in it, plus `start` and one.

    With `may_seek`, these are also offsets in the file.
    """
    is_warc = False
    for record in warc_records(stream, options.max_bytes + MAX_HEAD_BYTES):
        found = replace(record, offset=start + record.offset)
        if isinstance(found, DamagedPart):
            item = damaged_part(ref, found, found.offset + 1)
        else:
            is_warc = is_warc or _kind(found) in _TYPES
            if may_seek:
                _remember(found, ref, options)
            item = _archive_record(found, ref, options)
        if item.position > after:
            yield item
    if not is_warc and not after:
        raise damaged("it has no record that can be read")


def _records(
    stream: IO[bytes], ref: InputRef, after: int, options: ReadOptions
) -> Iterator[ArchiveRecord]:
    """The records from the stream's position to its end.

    Damage raises ReadError, and a wrong length raises _WrongLength. A record's position is that of
    the record before if the next one seems to begin at the same offset: fastwarc can't tell the
    offsets of records that were compressed together.
    """
    from fastwarc.warc import ArchiveIterator

    n_records, is_warc = 0, False
    # The record read last, which is held back until the next one shows that its length is right.
    held: ArchiveRecord | None = None
    held_offset, position = 0, after
    try:
        for record in ArchiveIterator(stream, parse_http=False, auto_decode="none"):
            if held:
                if record.stream_pos > held_offset:
                    position = held.position
                yield from _after(after, held, position)
            held, held_offset = None, record.stream_pos
            plain = _plain(record, options)
            n_records += 1
            is_warc = is_warc or _kind(plain) in _TYPES
            _remember(plain, ref, options)
            held = _archive_record(plain, ref, options)
    except OSError as error:
        if error.errno is not None:
            raise
        if _BAD_HEADER in str(error) and held:
            raise _WrongLength(held_offset, n_records - 1) from error
        yield from _after(after, held)
        # fastwarc's message about an incomplete zstd frame.
        is_cut = "incomplete frame" in str(error)
        raise damaged("the file is cut off" if is_cut else str(error)) from error
    except _NoEnd as error:
        raise _WrongLength(held_offset, n_records) from error
    yield from _after(after, held)
    if not is_warc and not after:
        raise damaged("it has no record that can be read")


def _after(
    done: int, record: ArchiveRecord | None, position: int | None = None
) -> Iterator[ArchiveRecord]:
    """The record, at another position if one is given, unless an earlier run has read it."""
    if record and record.position > done:
        yield record if position is None else replace(record, position=position)


def _archive_record(record: PlainRecord, ref: InputRef, options: ReadOptions) -> ArchiveRecord:
    """What a record holds, at its offset plus one."""
    name = _name(record.headers.get("warc-record-id")) or record.offset
    kind = _kind(record)
    # What a record of another type is, such as a request.
    page: Callable[[], Capture | Skipped] = partial(Skipped, f"{kind or 'untyped'} records")
    if kind in _PAGE_TYPES:
        read = _revisit if kind == "revisit" else _page
        page = partial(read, record, record_locator(ref, name), options)
    return archive_record(ref, name, record.offset + 1, page)


def _kind(record: PlainRecord) -> str:
    return record.headers.get("warc-type", "").strip().lower()


class _NoEnd(Exception):
    """A record has no length, or another record seems to begin inside it."""


def _plain(record: WarcRecord, options: ReadOptions) -> PlainRecord:
    """Read a fastwarc record; a page over the limit is cut off just above `max_bytes`.

    Raises _NoEnd.
    """
    headers = {name.lower(): value for name, value in record.headers.items()}
    piece = content = record.reader.read(options.max_bytes + MAX_HEAD_BYTES)
    if not headers.get("content-length", "").strip().isdigit():
        raise _NoEnd
    while piece:
        if holds_record(piece):
            raise _NoEnd
        piece = record.reader.read(_SCAN_BYTES)
    return PlainRecord(record.stream_pos, headers, content, record.content_length)


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


def _remember(record: PlainRecord, ref: InputRef, options: ReadOptions) -> None:
    """Note where a response is, by its digest (the first one with it) and by its URL and date."""
    if _kind(record) != "response" or len(options.warc_responses) >= _MAX_RESPONSES:
        return
    place = WarcPlace(record.headers.get("warc-date", ""), ref.path, record.offset)
    if digest := record.headers.get("warc-payload-digest"):
        options.warc_responses.setdefault(digest, [place])
    if url := _url(record):
        insort(options.warc_responses.setdefault(url, []), place, key=_DATE)


def _url(record: PlainRecord, name: str = "warc-target-uri") -> str:
    return record.headers.get(name, "").strip("<> ")


def _original(revisit: PlainRecord, options: ReadOptions) -> PlainRecord | None:
    """The response that a revisit refers to; None if no archive has it, or the archive is gone.

    It has the same digest or, if the server only said that the page hasn't changed, the same URL:
    the one of the date that the revisit names or, if it names none, the last one before it.
    """
    digest = revisit.headers.get("warc-payload-digest", "")
    for place in options.warc_responses.get(digest, ()):
        found = _response_at(place, options)
        # A nested archive is at its path only while it is read.
        if found and found.headers.get("warc-payload-digest") == digest:
            return found
    url = _url(revisit, "warc-refers-to-target-uri") or _url(revisit)
    wanted = revisit.headers.get("warc-refers-to-date")
    is_unchanged = not digest or _NOT_MODIFIED in revisit.headers.get("warc-profile", "")
    date = wanted or revisit.headers.get("warc-date", "")
    # They are in the order of their dates. Of several with the same date, the first one counts.
    places = options.warc_responses.get(url, [])
    n_before = bisect_right(places, date, key=_DATE)
    if not n_before or (wanted and places[n_before - 1].date != wanted):
        return None
    last = places[bisect_left(places, places[n_before - 1].date, key=_DATE)]
    found = _response_at(last, options)
    if found is None or _url(found) != url:
        return None
    # The digest of another page shows that the URL has changed.
    may_be = is_unchanged or (wanted and not found.headers.get("warc-payload-digest"))
    return found if may_be else None


def _response_at(place: WarcPlace, options: ReadOptions) -> PlainRecord | None:
    """The response at a place; None if it is no longer there."""
    from fastwarc.warc import ArchiveIterator

    try:
        with open_file(place.path) as file:
            file.seek(place.offset)
            record = next(iter(ArchiveIterator(file, parse_http=False, auto_decode="none")), None)
            return _plain(record, options) if record else None
    except (OSError, _NoEnd):
        return None


def _damage(ref: InputRef, last: int, why: str) -> ArchiveRecord:
    """The reject for damage after the record at position `last`; 0 means at the start."""
    where = f"after the record at byte {last - 1:,}" if last else "at its start"
    error = damaged(f"it is damaged {where}; reading continues with the next intact record ({why})")
    return ArchiveRecord(rejected(record_locator(ref, max(0, last - 1)), error), last)
