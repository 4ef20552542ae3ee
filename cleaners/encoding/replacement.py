"""Decodes bytes in a known encoding, and adds a note if invalid bytes were replaced."""

from __future__ import annotations

import codecs
import unicodedata
from enum import StrEnum
from typing import NamedTuple

from cleaners.encoding.codec_names import charset_characters, is_single_byte


class EncodingSource(StrEnum):
    """Where a page's encoding comes from; records store the values."""

    BOM = "byte order mark"
    HTTP = "Content-Type charset"
    META = "meta charset"
    CONTENT = "detected from content"


class DecodedBytes(NamedTuple):
    """Decoded text with its encoding, the source of the encoding, and notes on replaced bytes."""

    text: str
    encoding: str
    source: str
    notes: tuple[str, ...] = ()


def decode_as(
    payload: bytes, encoding: str, source: str, notes: tuple[str, ...] = ()
) -> DecodedBytes:
    """The bytes decoded in an encoding, with a note if some of them were invalid."""
    text = decode_with_replacement(payload, encoding)
    if "\ufffd" in text:
        notes = (*notes, replacement_note(encoding))
    return DecodedBytes(text, encoding, source, notes)


def replacement_note(encoding: str) -> str:
    """The note that bytes were replaced by U+FFFD."""
    return f"bytes that are not valid {encoding} were replaced"


def decode_with_replacement(payload: bytes, encoding: str) -> str:
    r"""The decoded text, with U+FFFD for invalid bytes.

    Windows-1258 stores a Vietnamese letter and its tone mark as two characters. They are composed
    to one (NFC), as is usual elsewhere.

    >>> decode_with_replacement("Tiê\u0301ng".encode("cp1258"), "cp1258")
    'Tiếng'
    >>> decode_with_replacement(b"\x98\xcf", "cp1251")
    '\x98П'
    """
    if not is_single_byte(encoding):
        return payload.decode(encoding, "replace")
    text = codecs.charmap_decode(payload, "replace", charset_characters(encoding))[0]
    return unicodedata.normalize("NFC", text) if encoding == "cp1258" else text
