"""Reads old archives that fastwarc can't: ARC, and WARC with LF as the line end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from flows.sources.errors import damaged

_MAX_LINE_BYTES = 1 << 16
_MAX_HEADER_LINES = 1000
# If CRLF was converted to LF, a record is shorter than declared by one byte for each line of its
# head; this is the most that it may lack.
_MAX_LOST_BYTES = 200
# Bytes read past the declared end of a record: enough for the line ends and "WARC/" of the next.
_LOOK_AHEAD = 16
# The header line of the Internet Archive's ARC format, versions 1.0 and 2.0: URL, IP address, date,
# media type, …, length.
_ARC_LINE = re.compile(
    rb"(?P<url>\S+) \S* (?P<date>\d{8,14}) (?P<type>[^\n]*?) ?(?P<length>\d+)\r?\n"
)


@dataclass(frozen=True, slots=True)
class PlainRecord:
    """A record: its offset, its headers by lower-case name, and its content.

    `length` is the declared one; `content` is cut off at the limit that the caller set.
    """

    offset: int
    headers: dict[str, str]
    content: bytes
    length: int


def warc_records(stream: IO[bytes], max_bytes: int) -> Iterator[PlainRecord]:
    """The records of a WARC file with LF or CRLF line ends; raises ReadError (DAMAGED)."""
    reader = _Reader(stream)
    while (line := reader.line_after_blanks()) is not None:
        offset = reader.offset - len(line)
        if not line.removeprefix(b"\xef\xbb\xbf").startswith(b"WARC/"):
            raise damaged(f"it is damaged at byte {offset:,}: no record begins there")
        headers: dict[str, str] = {}
        for _ in range(_MAX_HEADER_LINES):
            name, colon, value = reader.line().decode("utf-8", "replace").partition(":")
            if not colon:
                break
            headers[name.strip().lower()] = value.strip()
        length = headers.get("content-length", "")
        if not length.isdigit():
            raise damaged(f"it is damaged at byte {offset:,}: its record has no length")
        content, n_bytes = reader.warc_content(int(length), max_bytes)
        yield PlainRecord(offset, headers, content, n_bytes)


def arc_records(stream: IO[bytes], max_bytes: int) -> Iterator[PlainRecord]:
    """The records of an ARC file; raises ReadError (DAMAGED)."""
    reader = _Reader(stream)
    while (line := reader.line_after_blanks()) is not None:
        offset = reader.offset - len(line)
        found = _ARC_LINE.fullmatch(line)
        if found is None:
            raise damaged(f"it is damaged at byte {offset:,}: no record begins there")
        names = ("url", "date", "type")
        headers = {name: found[name].decode("utf-8", "replace") for name in names}
        length = int(found["length"])
        yield PlainRecord(offset, headers, reader.content(length, max_bytes), length)


class _Reader:
    """Reads lines and contents, and counts the bytes read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._pushed = b""
        self.offset = 0

    def line(self) -> bytes:
        line, end, rest = self._pushed.partition(b"\n")
        if end:
            line, self._pushed = line + end, rest
        else:
            line, self._pushed = line + self._stream.readline(_MAX_LINE_BYTES), b""
        self.offset += len(line)
        return line

    def line_after_blanks(self) -> bytes | None:
        """The next line that isn't blank; None at the end."""
        while line := self.line():
            if line.strip():
                return line
        return None

    def warc_content(self, length: int, max_bytes: int) -> tuple[bytes, int]:
        """The content of a record, up to `max_bytes` of it, and its actual length.

        A tool that converted CRLF to LF left the declared lengths unchanged, so that they reach
        into the next record.
        """
        if length > max_bytes:
            return self.content(length, max_bytes), length
        content = self._pushed + self._stream.read(max(0, length + _LOOK_AHEAD - len(self._pushed)))
        following = content.rfind(b"\nWARC/", max(0, length - _MAX_LINE_BYTES))
        end = following + 1 if following >= 0 else length
        self._pushed = content[end:]
        self.offset += len(content[:end])
        content = content[:end]
        if following >= 0 or length - _MAX_LOST_BYTES < len(content) < length:
            # The last record ends with the file, and its length may be wrong, too.
            content = content.rstrip(b"\n")
            length = len(content)
        return content, length

    def content(self, length: int, max_bytes: int) -> bytes:
        """The next `length` bytes; at most `max_bytes` of them are kept."""
        # Nothing was pushed back at this point.
        content = self._stream.read(min(length, max_bytes))
        left = length - len(content)
        while left > 0 and (piece := self._stream.read(min(left, 1 << 20))):
            left -= len(piece)
        self.offset += length - left
        return content
