"""Python's codec for each name of an encoding, and the characters of the single-byte codecs.

The names are in `cleaners/data/encodings.json`: a new encoding is a row there.
"""

from __future__ import annotations

import codecs
import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

ENCODINGS_FILE = "encodings.json"

_MIN_HIGH_CHARS = 20  # of the highest 64 bytes, those that any single-byte encoding has at least
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
    """The encodings that detection tries, each with its prior penalty in nats.

    >>> candidate_penalties()["cp1251"] < candidate_penalties()["mac_cyrillic"]
    True
    """
    found: dict[str, float] = _encodings_data()["tried"]
    return found


@lru_cache(maxsize=128)
def is_single_byte(encoding: str) -> bool:
    """Whether each character of an encoding takes one byte.

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
    """Python's name for an encoding, or for the superset that browsers use; None for unknown ones.

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
    r"""The 256 characters of a single-byte encoding; the C1 control for a byte that it leaves out.

    So do browsers for the Windows encodings (WHATWG Encoding Standard), and so text comes about in
    which such a control stands for a byte. Where nothing stands, it is U+FFFD.

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
    """For each character that a single-byte encoding has beyond ASCII, its byte as Latin-1."""
    return {
        ord(char): chr(byte)
        for byte, char in enumerate(charset_characters(encoding))
        if byte > 0x7F and char != "\ufffd"
    }
