"""Detects the charset of a table (CSV, JSON), and decodes it despite invalid bytes."""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
from itertools import islice
from typing import IO

from cleaners.encoding.codec_names import is_single_byte
from flows.sources.streams import open_decompressed

_PIECE_BYTES = 1 << 16
_UTF8 = "utf-8-sig"
# The charset is detected from at most this many characters of lines that aren't UTF-8.
_SAMPLE_CHARS = 200_000
# How many words with non-ASCII letters decide the charset of a field.
_JUDGED_WORDS = 50
# If a UTF-8 table has fewer invalid bytes, they are decoded as Windows-1252.
_FEW_BYTES = 12
_BEYOND_ASCII = re.compile(r"[^\W\d_]{0,20}[^\x00-\x7f][^\W\d_]{0,20}")
_BAD_BYTES = re.compile("[\udc80-\udcff]+")


@dataclass(frozen=True, slots=True)
class TableCharset:
    """How a table is decoded.

    `stream` is the encoding of the table. If it is UTF-8, the bytes that aren't valid are decoded
    as `other`. `is_mixed` is true if most non-ASCII bytes aren't valid UTF-8.
    """

    stream: str = _UTF8
    other: str | None = None
    is_mixed: bool = False

    def opened(self, stream: IO[bytes], newline: str) -> io.TextIOWrapper:
        """The decoded stream; each field or record from it must be passed through `read`."""
        errors = "surrogateescape" if self.stream == _UTF8 else "replace"
        return io.TextIOWrapper(stream, self.stream, errors, newline=newline)

    def read(self, field: str) -> str:
        """Repair a field or record in which lone surrogates stand for invalid bytes (PEP 383)."""
        if self.other is None or field.isascii():
            return field
        raw = field.encode("utf-8", "surrogateescape")
        as_utf8 = _BAD_BYTES.sub(self._bad_bytes, field)
        n_bad, n_following = _n_bad_bytes(field), len(raw) - len(field)
        if n_following and not self.is_mixed and n_bad <= n_following:
            return as_utf8
        as_other = raw.decode(self.other, "replace")
        is_utf8 = n_following and _cost(as_utf8) <= _cost(as_other)
        return as_utf8 if is_utf8 else as_other

    def _bad_bytes(self, found: re.Match[str]) -> str:
        assert self.other
        return found[0].encode("utf-8", "surrogateescape").decode(self.other, "replace")


def _wide_charset(head: bytes) -> str | None:
    """The charset if it is UTF-16 or UTF-32, by the byte order mark or the zero bytes."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" not in head:
        return None
    from cleaners.encoding.utf16 import detect_utf16

    return detect_utf16(head)


def table_charset(path: str) -> TableCharset:
    """The charset of a table: UTF-8, UTF-16, or the likely one of lines that aren't UTF-8.

    Raises OSError, and ReadError for damage.
    """
    with open_decompressed(path, ignore_damage=True) as stream:
        head = stream.read(_PIECE_BYTES)
        if wide := _wide_charset(head):
            return TableCharset(wide)
        decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        n_bytes = n_chars = n_bad = n_sampled = 0
        sample: list[str] = []
        while head:
            text = decoder.decode(head)
            n_bytes, n_chars = n_bytes + len(head), n_chars + len(text)
            if n := _n_bad_bytes(text):
                n_bad += n
                if n_sampled < _SAMPLE_CHARS:
                    bad_lines = [line for line in text.splitlines() if _BAD_BYTES.search(line)]
                    sample += bad_lines
                    n_sampled += sum(map(len, bad_lines))
            head = stream.read(_PIECE_BYTES)
    if not n_bad:
        return TableCharset()
    # A UTF-8 character beyond ASCII has at least two bytes, so the bytes that exceed the number of
    # characters count the valid ones.
    is_mixed = n_bad > 2 * (n_bytes - n_chars)
    if not is_mixed and n_bad < _FEW_BYTES:
        return TableCharset(other="cp1252")
    from cleaners.encoding.detect import detect_encoding

    found = detect_encoding("\n".join(sample).encode("utf-8", "surrogateescape"), html=True)
    if is_mixed and not is_single_byte(found):
        # In this charset, a byte of a character may equal a delimiter, so the stream must be
        # decoded first.
        return TableCharset(found)
    return TableCharset(other=found, is_mixed=is_mixed)


def _n_bad_bytes(text: str) -> int:
    return 0 if text.isascii() else sum(map(len, _BAD_BYTES.findall(text)))


def _cost(text: str) -> float:
    """How unlikely the first words with non-ASCII letters are in any language."""
    from cleaners.encoding.language_model import language_model

    words = " ".join(found[0] for found in islice(_BEYOND_ASCII.finditer(text), _JUDGED_WORDS))
    return language_model().score(words).cost
