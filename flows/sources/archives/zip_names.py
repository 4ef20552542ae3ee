"""Decodes the names of a ZIP archive's members, whose charset may not be declared."""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from collections.abc import Sequence
from zipfile import ZipInfo

# Bit 11 of a member's flags: the name is UTF-8 (APPNOTE.TXT, 4.4.4).
_UTF8_FLAG = 0x800
# How zipfile decodes names without that flag (APPNOTE.TXT, D.1).
_DECODED_AS = "cp437"
# The extra field that holds the name in UTF-8 (APPNOTE.TXT, 4.6.9).
_UNICODE_PATH = 0x7075
# The DOS code pages of Western countries.
_LATIN = ("cp437", "cp850")
# With at least this many bytes beyond ASCII, chardet is tried first.
_MIN_BYTES = 12
_NOT_IN_NAMES = frozenset(("So", "Sm", "Sc", "Sk", "No", "Cc", "Cn", "Co"))
_WORD = re.compile(r"[^\W\d_]+")


def member_names(members: Sequence[ZipInfo]) -> list[str]:
    """The decoded names, with slashes between folders; a folder's name ends in one.

    A name without the UTF-8 flag is in the charset of the machine that made the archive, which is
    detected from all such names together.
    """
    unflagged = [one.orig_filename for one in members if not one.flag_bits & _UTF8_FLAG]
    unclear = [name.encode(_DECODED_AS) for name in unflagged if not name.isascii()]
    encoding = _charset(b"\n".join(unclear)) if unclear else _DECODED_AS
    return [_name(one, encoding) for one in members]


def _name(member: ZipInfo, encoding: str | None) -> str:
    name = member.filename
    if not name.isascii() and not member.flag_bits & _UTF8_FLAG:
        raw = member.orig_filename.encode(_DECODED_AS)
        # If no charset fits all names, the members came from several machines.
        name = _unicode_path(member.extra, raw) or raw.decode(
            encoding or _charset(raw) or _DECODED_AS, "replace"
        )
    # Some Windows tools write backslashes, which the specification forbids.
    return name if "/" in name else name.replace("\\", "/")


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The name in the extra field, if it belongs to `raw`; None without the field."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(field) > 5:
            is_current = struct.unpack_from("<L", field, 1)[0] == zlib.crc32(raw)
            return field[5:].decode("utf-8", "replace") if is_current else None
    return None


def _charset(names: bytes) -> str | None:
    """The charset in which each word of the names is in one script; None if none fits."""
    import chardet

    if _text(names, "utf-8") is not None:
        return "utf-8"
    # From only a few letters chardet can only guess.
    for encoding in _LATIN if sum(byte > 127 for byte in names) < _MIN_BYTES else ():
        text = _text(names, encoding)
        if text is not None and all(map(_is_mostly_ascii, _beyond_ascii(text))):
            return encoding
    for guess in (chardet.detect(names)["encoding"], _DECODED_AS, "cp1252"):
        if guess and _text(names, guess) is not None:
            return guess
    # In these charsets nearly every byte is a letter.
    for encoding in ("cp850", "cp1250", "cp852"):
        text = _text(names, encoding)
        if text is not None and all(map(_has_usual_case, _beyond_ascii(text))):
            return encoding
    return None


def _text(names: bytes, encoding: str) -> str | None:
    """The names in an encoding, if they read well and ASCII stays ASCII (unlike in EBCDIC)."""
    try:
        text = names.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    keeps_ascii = all(names.count(sign.encode()) <= text.count(sign) for sign in "\n./")
    return text if keeps_ascii and _reads_well(text) else None


def _beyond_ascii(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if not word.isascii()]


def _is_mostly_ascii(word: str) -> bool:
    return 2 * sum(map(str.isascii, word)) > len(word) and _has_usual_case(word)


def _has_usual_case(word: str) -> bool:
    return word.islower() or word.isupper() or word.istitle()


def _reads_well(text: str) -> bool:
    """Whether no word mixes scripts or has a sign among its letters."""
    if any(unicodedata.category(char) in _NOT_IN_NAMES for char in text if char > "~"):
        return False
    return all(len({_script(char) for char in word}) == 1 for word in _WORD.findall(text))


def _script(char: str) -> str:
    name = unicodedata.name(char, "").partition(" ")[0]
    return "CJK" if name in {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "FULLWIDTH"} else name
