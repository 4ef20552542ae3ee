"""A reading of a page's bytes as text, and the decoding that gives one."""

from __future__ import annotations

import codecs
import unicodedata
from enum import StrEnum
from typing import NamedTuple

from cleaners.encoding.charsets import charset_characters, is_single_byte


class EncodingSource(StrEnum):
    """Where a page's encoding is from, as records say it."""

    BOM = "byte order mark"
    HTTP = "Content-Type charset"
    META = "meta charset"
    CONTENT = "detected from content"


class DecodedBytes(NamedTuple):
    """Bytes as text in an encoding, who said that it is this one, and what it took."""

    text: str
    encoding: str
    source: str
    notes: tuple[str, ...] = ()


def decode_as(
    payload: bytes, encoding: str, source: str, notes: tuple[str, ...] = ()
) -> DecodedBytes:
    """The reading in an encoding, whatever the bytes; a note says that some are no characters."""
    text = decode_lossy(payload, encoding)
    if "\ufffd" in text:
        notes = (*notes, replacement_note(encoding))
    return DecodedBytes(text, encoding, source, notes)


def replacement_note(encoding: str) -> str:
    """The note that says that bytes gave way to U+FFFD."""
    return f"bytes that are not valid {encoding} were replaced"


def decode_lossy(payload: bytes, encoding: str) -> str:
    r"""Bytes as text, with U+FFFD for what are no characters.

    Windows-1258 writes a Vietnamese letter and its tone as two characters; they are made one, as
    everybody writes them elsewhere.

    >>> decode_lossy("Tiê\u0301ng".encode("cp1258"), "cp1258"), decode_lossy(b"\x98\xcf", "cp1251")
    ('Tiếng', '\x98П')
    """
    if not is_single_byte(encoding):
        return payload.decode(encoding, "replace")
    text = codecs.charmap_decode(payload, "replace", charset_characters(encoding))[0]
    return unicodedata.normalize("NFC", text) if encoding == "cp1258" else text
