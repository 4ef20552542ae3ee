"""A reading of a page's bytes as text, and the decoding that gives one."""

from __future__ import annotations

import codecs
import unicodedata
from typing import NamedTuple

from cleaners.encoding.charsets import characters, is_single

MARK, HEADER, META, CONTENT = "byte order mark", "HTTP header", "meta declaration", "content"


class Reading(NamedTuple):
    """Bytes as text in an encoding, who said that it is this one, and what it took."""

    text: str
    encoding: str
    source: str
    notes: tuple[str, ...] = ()


def reading(payload: bytes, encoding: str, source: str, notes: tuple[str, ...] = ()) -> Reading:
    """The reading in an encoding, whatever the bytes; a note says that some are no characters."""
    text = decoded(payload, encoding)
    if "\ufffd" in text:
        notes = (*notes, replaced(encoding))
    return Reading(text, encoding, source, notes)


def replaced(encoding: str) -> str:
    """The note that says that bytes gave way to U+FFFD."""
    return f"bytes that are not {encoding} were replaced"


def decoded(payload: bytes, encoding: str) -> str:
    r"""Bytes as text, with U+FFFD for what are no characters.

    Windows-1258 writes a Vietnamese letter and its tone as two characters; they are made one, as
    everybody writes them elsewhere.

    >>> decoded("Tiê\u0301ng".encode("cp1258"), "cp1258"), decoded(b"\x98\xcf", "cp1251")
    ('Tiếng', '\x98П')
    """
    if not is_single(encoding):
        return payload.decode(encoding, "replace")
    text = codecs.charmap_decode(payload, "replace", characters(encoding))[0]
    return unicodedata.normalize("NFC", text) if encoding == "cp1258" else text
