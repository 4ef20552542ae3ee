"""Character encodings: the names they go by, and single-byte ones as tables both ways."""

from __future__ import annotations

import codecs
import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

LABELS = "charsets.json"

_LETTERS = 20  # of the highest 64 bytes, those that any single-byte encoding has at least
_UNDEFINED = range(0x80, 0xA0)


@lru_cache(maxsize=1)
def _rows() -> dict[str, Any]:
    rows: dict[str, Any] = json.loads((files("cleaners") / "data" / LABELS).read_text("utf-8"))
    return rows


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    labels: dict[str, str] = _rows()["labels"]
    supersets: dict[str, str] = _rows()["supersets"]
    return labels | supersets


def tried() -> dict[str, float]:
    """The encodings that bytes are tried in, with what speaks against each before a look, in nats.

    >>> tried()["cp1251"] < tried()["mac_cyrillic"]
    True
    """
    found: dict[str, float] = _rows()["tried"]
    return found


@lru_cache(maxsize=128)
def is_single(encoding: str) -> bool:
    """Whether every byte of an encoding is a character.

    >>> is_single("cp1251"), is_single("gb18030"), is_single("utf-8")
    (True, False, False)
    """
    try:
        return (
            len(bytes(range(256)).decode(encoding, "replace")) == 256
            and len(bytes(range(0xC0, 0x100)).decode(encoding, "ignore")) > _LETTERS
        )
    except (LookupError, UnicodeError):
        return False


def codec(name: str) -> str | None:
    """Python's name for an encoding, widened as browsers do; None for what isn't a text's.

    >>> codec("ISO-8859-1"), codec("x-sjis"), codec("ks_c_5601-1987"), codec("windows1251")
    ('cp1252', 'cp932', 'cp949', 'cp1251')
    >>> codec("unknown"), codec("base64"), codec("")
    (None, None, None)
    """
    label = name.strip().strip("\"'").strip().lower()
    names = _names()
    try:
        info = codecs.lookup(names.get(label, label))
        b"a".decode(info.name)
    except (LookupError, ValueError):
        return None
    known = names.get(info.name, info.name)
    return known if known != "unknown" else None


@lru_cache(maxsize=128)
def characters(encoding: str) -> str:
    r"""The 256 characters of a single-byte encoding; the C1 control for a byte that it leaves out.

    So do browsers for the Windows encodings (WHATWG Encoding Standard), and so text comes about in
    which such a control stands for a byte. Where nothing stands, it is U+FFFD.

    >>> characters("cp1252")[0x93], characters("cp1251")[0x98], characters("iso8859-8")[0xA1]
    ('“', '\x98', '\ufffd')
    """
    found = []
    for byte in range(256):
        try:
            found.append(bytes([byte]).decode(encoding))
        except UnicodeDecodeError:
            found.append(chr(byte) if byte in _UNDEFINED else "\ufffd")
    return "".join(found)


@lru_cache(maxsize=128)
def byte_of(encoding: str) -> dict[int, str]:
    """For each character that a single-byte encoding has beyond ASCII, its byte as Latin-1."""
    return {
        ord(char): chr(byte)
        for byte, char in enumerate(characters(encoding))
        if byte > 0x7F and char != "\ufffd"
    }
