"""Looks up encodings by name: Python's codec for each, and the characters of single-byte ones.

The names are in `cleaners/data/encodings.json`. To add an encoding, add a row there.
"""

from __future__ import annotations

import codecs
import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

ENCODINGS_FILE = "encodings.json"

# A codec is single-byte only if more than this many of the bytes C0 to FF are characters in it.
_MIN_HIGH_CHARS = 20
_C1_BYTES = range(0x80, 0xA0)


@lru_cache(maxsize=1)
def _encodings_data() -> dict[str, Any]:
    rows: dict[str, Any] = json.loads(
        (files("cleaners") / "data" / ENCODINGS_FILE).read_text("utf-8")
    )
    return rows


@lru_cache(maxsize=1)
def _codec_names() -> dict[str, str]:
    labels: dict[str, str] = _encodings_data()["labels"]
    supersets: dict[str, str] = _encodings_data()["supersets"]
    return labels | supersets


def candidate_penalties() -> dict[str, float]:
    """The encodings that detection tries, each with its penalty in nats: rare encodings cost more.

    >>> candidate_penalties()["cp1251"] < candidate_penalties()["mac_cyrillic"]
    True
    """
    found: dict[str, float] = _encodings_data()["tried"]
    return found


@lru_cache(maxsize=128)
def is_single_byte(encoding: str) -> bool:
    """Whether every character of an encoding is one byte; False for unknown encodings.

    >>> is_single_byte("cp1251"), is_single_byte("gb18030"), is_single_byte("utf-8")
    (True, False, False)
    """
    try:
        return (
            len(bytes(range(256)).decode(encoding, "replace")) == 256
            and len(bytes(range(0xC0, 0x100)).decode(encoding, "ignore")) > _MIN_HIGH_CHARS
        )
    except (LookupError, UnicodeError):
        return False


def python_codec(name: str) -> str | None:
    """Python's name for an encoding; None if it is unknown.

    As in browsers, some names stand for a superset: ISO-8859-1 means Windows-1252.

    >>> [python_codec(name) for name in ("ISO-8859-1", "x-sjis", "ks_c_5601-1987", "windows1251")]
    ['cp1252', 'cp932', 'cp949', 'cp1251']
    >>> python_codec("unknown"), python_codec("base64"), python_codec("")
    (None, None, None)
    """
    label = name.strip().strip("\"'").strip().lower()
    names = _codec_names()
    try:
        info = codecs.lookup(names.get(label, label))
        b"a".decode(info.name)
    except (LookupError, ValueError):
        return None
    known = names.get(info.name, info.name)
    return known if known != "unknown" else None


@lru_cache(maxsize=128)
def charset_characters(encoding: str) -> str:
    r"""The 256 characters of a single-byte encoding, in byte order.

    An undefined byte from 80 to 9F becomes the C1 control with the same number, as browsers do for
    the Windows encodings (WHATWG Encoding Standard). Any other undefined byte becomes U+FFFD.

    >>> charset_characters("cp1252")[0x93], charset_characters("cp1251")[0x98]
    ('“', '\x98')
    >>> charset_characters("iso8859-8")[0xA1]
    '\ufffd'
    """
    found = []
    for byte in range(256):
        try:
            found.append(bytes([byte]).decode(encoding))
        except UnicodeDecodeError:
            found.append(chr(byte) if byte in _C1_BYTES else "\ufffd")
    return "".join(found)


@lru_cache(maxsize=128)
def bytes_by_char(encoding: str) -> dict[int, str]:
    """Maps each non-ASCII character (as a code point) of a single-byte encoding to its byte.

    The byte is given as a Latin-1 character, so that the mapping works with `str.translate`.
    """
    return {
        ord(char): chr(byte)
        for byte, char in enumerate(charset_characters(encoding))
        if byte > 0x7F and char != "\ufffd"
    }
