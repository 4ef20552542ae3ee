"""Decodes bytes in a known encoding, and notes what was lost."""

from __future__ import annotations

import codecs
import unicodedata
from enum import StrEnum
from typing import NamedTuple

from cleaners.encoding.codec_names import charset_characters, is_single_byte


class EncodingSource(StrEnum):
    """Where a page's encoding is from, as records say it."""

    BOM = "byte order mark"
    HTTP = "Content-Type charset"
    META = "meta charset"
    CONTENT = "detected from content"


class DecodedBytes(NamedTuple):
    """Decoded bytes: the encoding, where it is from, and notes on what was replaced."""

    text: str
    encoding: str
    source: str
    notes: tuple[str, ...] = ()


def decode_as(
    payload: bytes, encoding: str, source: str, notes: tuple[str, ...] = ()
) -> DecodedBytes:
    """The bytes decoded in an encoding, with a note if some of them are invalid in it."""
    text = decode_with_replacement(payload, encoding)
    if "\ufffd" in text:
        notes = (*notes, replacement_note(encoding))
    return DecodedBytes(text, encoding, source, notes)


def replacement_note(encoding: str) -> str:
    """The note that bytes were replaced by U+FFFD."""
    return f"bytes that are not valid {encoding} were replaced"


def decode_with_replacement(payload: bytes, encoding: str) -> str:
    r"""Bytes as text, with U+FFFD for invalid bytes.

    Windows-1258 writes a Vietnamese letter and its tone as two characters; they are made one, as
    everybody writes them elsewhere.

    >>> decode_with_replacement("Tiê\u0301ng".encode("cp1258"), "cp1258")
    'Tiếng'
    >>> decode_with_replacement(b"\x98\xcf", "cp1251")
    '\x98П'
    """
    if not is_single_byte(encoding):
        return payload.decode(encoding, "replace")
    text = codecs.charmap_decode(payload, "replace", charset_characters(encoding))[0]
    return unicodedata.normalize("NFC", text) if encoding == "cp1258" else text
