"""Finds the encoding of a table (CSV, JSON) and reads its characters, with bad bytes repaired."""

from __future__ import annotations

import codecs
import io
import re
from typing import IO

from flows.sources.streams import open_decompressed

_PIECE_BYTES = 1 << 16
_UTF8 = "utf-8-sig"
_UTF8_CHARS = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_BAD_BYTES = re.compile("[\udc80-\udcff]+")


def table_encoding(path: str) -> str:
    """The encoding of a table: UTF-8, UTF-16, or what its letters outside ASCII are likely in.

    Raises OSError, and ReadError for damage.
    """
    with open_decompressed(path) as stream:
        head = stream.read(_PIECE_BYTES)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\x00" in head:
            from cleaners.encoding.utf16 import detect_utf16

            if wide := detect_utf16(head):
                return wide
        decoder, piece, before = codecs.getincrementaldecoder("utf-8")(), head, b""
        try:
            while piece:
                decoder.decode(piece)
                before, piece = piece, stream.read(_PIECE_BYTES)
        except UnicodeDecodeError:
            return _detected(before + piece + stream.read(_PIECE_BYTES))
    return _UTF8


def _detected(sample: bytes) -> str:
    """The encoding of bytes that aren't all UTF-8; with a few such bytes it is UTF-8 still."""
    from cleaners.encoding.detect import detect_encoding

    n_utf8 = sum(map(len, _UTF8_CHARS.findall(sample)))
    is_utf8 = n_utf8 * 2 >= sum(byte > 127 for byte in sample)
    return _UTF8 if is_utf8 else detect_encoding(sample, html=True)


def as_text(stream: IO[bytes], encoding: str, newline: str) -> io.TextIOWrapper:
    """The characters of a stream; bad bytes in UTF-8 are kept for `without_bad_bytes`."""
    errors = "surrogateescape" if encoding == _UTF8 else "replace"
    return io.TextIOWrapper(stream, encoding, errors, newline=newline)


def without_bad_bytes(text: str) -> str:
    """A text of `as_text`, in which bytes that aren't UTF-8 are read as Windows-1252."""
    return text if text.isascii() else _BAD_BYTES.sub(_read_bad_bytes, text)


def _read_bad_bytes(found: re.Match[str]) -> str:
    return found[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace")
