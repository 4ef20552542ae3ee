"""Reads archives that fastwarc can't: ARC, and WARC with LF as the line end or wrong lengths."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from flows.sources.archives.reader import ArchiveRecord, record_locator
from flows.sources.discover import InputRef
from flows.sources.errors import damaged, rejected

_MAX_LINE_BYTES = 1 << 16
_MAX_HEADER_LINES = 1000
# If CRLF was converted to LF, a record is shorter than declared by one byte for each line of its
# head; this is the most that it may lack.
_MAX_LOST_BYTES = 200
# Bytes read past the declared end of a record: enough for the line ends and "WARC/" of the next.
_LOOK_AHEAD = 16
_PIECE_BYTES = 1 << 20
# The patterns below match at most this many bytes.
_OVERLAP_BYTES = 1 << 13
_NEXT_WARC_HEAD = re.compile(
    rb"(?:\r?\n){0,2}(?=WARC/\d\.\d{1,2}[ \t]{0,8}\r?\n(?:WARC-|Content-))", re.IGNORECASE
)
# The header line of the Internet Archive's ARC format, versions 1.0 and 2.0: URL, IP address, date,
# media type, …, length.
_ARC_LINE = re.compile(
    rb"(?P<url>\S+) \S* (?P<date>\d{8,14}) (?P<type>[^\n]{0,4000}?) ?(?P<length>\d{1,15})\r?\n"
)
_NEXT_ARC_LINE = re.compile(
    rb"\n(?=[a-z]{3,8}:\S{1,4000} \S{0,50} \d{8,14} [^\n]{0,200} \d{1,15}\r?\n)"
)


@dataclass(frozen=True, slots=True)
class PlainRecord:
    """A record: its offset, its headers by lower-case name, and its content.

    `length` is the declared one or, if that is missing or wrong, the actual one; `content` is cut
    off at the limit that the caller set.
    """

    offset: int
    headers: dict[str, str]
    content: bytes
    length: int


@dataclass(frozen=True, slots=True)
class DamagedPart:
    """A part of an archive without a record, or the missing blank lines between two records."""

    offset: int

    @property
    def message(self) -> str:
        return (
            f"it is damaged at byte {self.offset:,}: no record ends or begins there as it should;"
            " reading continues with the next record"
        )


def damaged_part(ref: InputRef, part: DamagedPart, position: int) -> ArchiveRecord:
    """The reject for a part of an archive in which no record begins."""
    return ArchiveRecord(
        rejected(record_locator(ref, part.offset), damaged(part.message)), position
    )


def holds_record(content: bytes) -> bool:
    """Whether another WARC record begins inside a record's content."""
    return b"WARC/" in content and _NEXT_WARC_HEAD.search(content) is not None


def warc_records(stream: IO[bytes], max_bytes: int) -> Iterator[PlainRecord | DamagedPart]:
    """The records of a WARC file with LF or CRLF line ends, also if their lengths are wrong."""
    reader = _Reader(stream)
    while (line := reader.line_after_blanks()) is not None:
        offset = reader.offset - len(line)
        if not line.removeprefix(b"\xef\xbb\xbf").startswith(b"WARC/"):
            yield DamagedPart(offset)
            reader.unread(len(line))
            reader.skip_to(_NEXT_WARC_HEAD)
            continue
        headers: dict[str, str] = {}
        for _ in range(_MAX_HEADER_LINES):
            text = reader.line().decode("utf-8", "replace")
            if not text.strip():
                break
            name, _, value = text.partition(":")
            headers[name.strip().lower()] = value.strip()
        length = headers.get("content-length", "")
        is_length = length.isascii() and length.isdigit() and len(length) < 20
        content, n_bytes = reader.warc_content(
            int(length) if is_length else None,
            max_bytes,
            0 if line.endswith(b"\r\n") else _MAX_LOST_BYTES,
        )
        yield PlainRecord(offset, headers, content, n_bytes)
        if reader.peek(_LOOK_AHEAD).startswith(b"WARC/"):
            yield DamagedPart(reader.offset)


def arc_records(stream: IO[bytes], max_bytes: int) -> Iterator[PlainRecord | DamagedPart]:
    """The records of an ARC file."""
    reader = _Reader(stream)
    is_damaged = False
    while (line := reader.line_after_blanks()) is not None:
        offset = reader.offset - len(line)
        found = _ARC_LINE.fullmatch(line)
        if found is None:
            if not is_damaged:
                yield DamagedPart(offset)
            is_damaged = True
            continue
        is_damaged = False
        names = ("url", "date", "type")
        headers = {name: found[name].decode("utf-8", "replace") for name in names}
        content, n_bytes = reader.arc_content(int(found["length"]), max_bytes)
        yield PlainRecord(offset, headers, content, n_bytes)


class _Reader:
    """Reads lines and contents, and counts the bytes read.

    What is read ahead to find the end of a record stays in one buffer and isn't copied. Otherwise
    each wrong length would cost as much as a record of the length that it declares.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        # The bytes read ahead, of which those before `_at` are done.
        self._ahead, self._at = bytearray(), 0
        self.offset = 0

    def peek(self, n_bytes: int, start: int = 0) -> bytes:
        """Bytes from `start` bytes ahead on, which are still to be read; fewer only at the end."""
        available = self._fill(start + n_bytes)
        return bytes(self._ahead[self._at + start : self._at + available])

    def read(self, n_bytes: int) -> bytes:
        """The next bytes; fewer only at the end."""
        end = self._at + self._fill(n_bytes)
        found = bytes(memoryview(self._ahead)[self._at : end])
        self._skip(len(found))
        return found

    def unread(self, n_bytes: int) -> None:
        """Go back in the line that was read last."""
        self._skip(-n_bytes)

    def _skip(self, n_bytes: int) -> None:
        self._at += n_bytes
        self.offset += n_bytes

    def _fill(self, n_bytes: int) -> int:
        """Read ahead up to `n_bytes`, and return how many of them there are."""
        missing = n_bytes - (len(self._ahead) - self._at)
        if missing > 0:
            self._forget_done()
            self._ahead += self._stream.read(missing)
        return min(n_bytes, len(self._ahead) - self._at)

    def _forget_done(self) -> None:
        # A bytearray moves its start, so that this doesn't copy the rest each time.
        del self._ahead[: self._at]
        self._at = 0

    def line(self) -> bytes:
        end = self._ahead.find(b"\n", self._at, self._at + _MAX_LINE_BYTES) + 1
        if not end:
            missing = _MAX_LINE_BYTES - (len(self._ahead) - self._at)
            if missing > 0:
                self._forget_done()
                self._ahead += self._stream.readline(missing)
            end = self._at + _MAX_LINE_BYTES
        line = bytes(self._ahead[self._at : end])
        self._skip(len(line))
        return line

    def line_after_blanks(self) -> bytes | None:
        """The next line that isn't blank; None at the end."""
        while line := self.line():
            if line.strip():
                return line
        return None

    def warc_content(self, length: int | None, max_bytes: int, max_lost: int) -> tuple[bytes, int]:
        """The content of a record, up to `max_bytes` of it, and its actual length.

        If the declared length is None or doesn't lead to the end of a record, the content extends
        to the next record: some writers count wrongly, and a tool that converted CRLF to LF left
        the lengths unchanged. A record that the end of the file cuts off keeps its declared length,
        unless no more than `max_lost` bytes are missing.
        """
        if length is not None and self._ends_record(length, max_bytes, _ends_warc):
            return self.content(length, max_bytes), length
        limit = length if length and length > max_bytes else 0
        content, n_bytes, is_whole = self.skip_to(_NEXT_WARC_HEAD, max_bytes, limit)
        if is_whole:
            return content, n_bytes
        if length is None or n_bytes >= length - max_lost:
            # The last record ends with the file.
            content = content.rstrip(b"\r\n") if n_bytes <= max_bytes else content
            return content, len(content) if n_bytes <= max_bytes else n_bytes
        return content, length

    def arc_content(self, length: int, max_bytes: int) -> tuple[bytes, int]:
        """The content of a record, up to `max_bytes` of it, and its actual length."""
        if length > max_bytes or self._ends_record(length, max_bytes, _ends_arc):
            return self.content(length, max_bytes), length
        content, n_bytes, is_whole = self.skip_to(_NEXT_ARC_LINE, max_bytes)
        return content, n_bytes if is_whole else max(length, n_bytes)

    def _ends_record(self, length: int, max_bytes: int, is_end: Callable[[bytes], bool]) -> bool:
        """Whether what follows the next `length` bytes shows that a record ends there."""
        if length > max_bytes:
            return False
        following = self.peek(_LOOK_AHEAD, length)
        return self._fill(length) == length and is_end(following)

    def skip_to(
        self, pattern: re.Pattern[bytes], max_bytes: int = 0, length: int = 0
    ) -> tuple[bytes, int, bool]:
        """Read up to a match of `pattern`, the end, or `length` bytes if that isn't 0.

        Returns at most `max_bytes` of what was read, its length, and whether it ends as it should.
        """
        kept, n_bytes = bytearray(), 0
        while True:
            wanted = min(_PIECE_BYTES, length - n_bytes) if length else _PIECE_BYTES
            n_piece = self._fill(wanted)
            is_last = n_piece < wanted or n_bytes + n_piece == length
            if found := pattern.search(self._ahead, self._at, self._at + n_piece):
                n_piece = found.start() - self._at
            elif not is_last:
                n_piece -= _OVERLAP_BYTES
            n_kept = min(n_piece, max_bytes - len(kept))
            kept += self._ahead[self._at : self._at + n_kept]
            self._skip(n_piece)
            n_bytes += n_piece
            if found or is_last:
                return bytes(kept), n_bytes, found is not None or n_bytes == length

    def content(self, length: int, max_bytes: int) -> bytes:
        """The next `length` bytes; at most `max_bytes` of them are kept."""
        content = self.read(min(length, max_bytes))
        left = length - len(content)
        while left > 0 and (n_piece := self._fill(min(left, _PIECE_BYTES))):
            self._skip(n_piece)
            left -= n_piece
        return content


def _ends_warc(following: bytes) -> bool:
    """Whether a record ends here: two line ends, the next record, or the end of the file."""
    rest = following.lstrip(b"\r\n")
    return (
        following.startswith((b"\r\n\r\n", b"\n\n"))
        or rest.startswith(b"WARC/")
        or (not rest and len(following) < _LOOK_AHEAD)
    )


def _ends_arc(following: bytes) -> bool:
    return not following or following.startswith((b"\n", b"\r\n", b"http"))
