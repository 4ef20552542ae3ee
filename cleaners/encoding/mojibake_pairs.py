"""Pairs of encodings that cause mojibake, each with an example, and how to reverse one.

They are in `data/mojibake.json`. Each example is a doctest: this module's `__test__` gives them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from cleaners.encoding.codec_names import bytes_by_char, charset_characters
from cleaners.encoding.misread_utf8 import reverse_sequences

MOJIBAKE_FILE = "mojibake.json"

_LOST_BYTE = "\x1a"  # stands in bytes for a character that no byte of the encoding gives
_LOST_RUN = re.compile(f"\ufffd{_LOST_BYTE}+|{_LOST_BYTE}+\ufffd|{_LOST_BYTE}")
_NOT_LATIN_1 = re.compile("[^\x00-\xff]+")
_MULTIBYTE = frozenset(("utf-8", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949"))


@dataclass(frozen=True, slots=True)
class EncodingPair:
    """Bytes of `encoding` that were decoded as `misread_as`; `broken` is an example of `whole`."""

    encoding: str
    misread_as: str
    broken: str = ""
    whole: str = ""

    def __str__(self) -> str:
        return f"{self.encoding} read as {self.misread_as}"

    @property
    def is_multibyte(self) -> bool:
        """Whether the right encoding has characters of several bytes."""
        return self.encoding in _MULTIBYTE


@lru_cache(maxsize=1)
def mojibake_pairs() -> tuple[EncodingPair, ...]:
    """The known pairs, the usual ones first."""
    rows = json.loads((files("cleaners") / "data" / MOJIBAKE_FILE).read_text("utf-8"))["pairs"]
    return tuple(
        EncodingPair(*(row[key] for key in ("was", "read", "broken", "whole"))) for row in rows
    )


def find_pair(name: str) -> EncodingPair:
    """The pair of this name, as in `cp1251 read as koi8-r`; raises StopIteration for none."""
    return next(pair for pair in mojibake_pairs() if str(pair) == name)


def reverse_misreading(text: str, pair: EncodingPair) -> str:
    r"""Text that was decoded as `misread_as`, decoded in the right encoding.

    Characters that `misread_as` lacks are left alone: they were added later. What can't be decoded
    becomes U+FFFD, one for each character that was lost.

    >>> utf8 = EncodingPair("utf-8", "cp1251")
    >>> reverse_misreading("РџР°СЂРѕРј", utf8), reverse_misreading("日 РџР°СЂРѕРј", utf8)
    ('Паром', '日 Паром')
    >>> reverse_misreading("Р\ufffdР»Рё", utf8)
    '\ufffdли'
    """
    if text.isascii():
        return text
    if pair.is_multibyte:
        return _LOST_RUN.sub("\ufffd", _reverse_runs(text, pair.misread_as, pair.encoding))
    return text.translate(_char_exchange(pair.encoding, pair.misread_as))


def reverse_whole_characters(text: str, misread_as: str) -> str:
    """UTF-8 that was decoded as `misread_as`, with the characters left alone that were no part."""
    return reverse_sequences(text, text.translate(_byte_table(misread_as)))


@lru_cache(maxsize=256)
def _char_exchange(was: str, read: str) -> dict[int, str]:
    """What each character of one single-byte encoding is in another."""
    right = charset_characters(was)
    return {char: right[ord(byte)] for char, byte in bytes_by_char(read).items()}


def _reverse_runs(text: str, read: str, was: str) -> str:
    """Reverses the runs of characters that are bytes, and leaves the others alone."""
    table = _byte_table(read)
    as_bytes = text.translate(table)
    if max(as_bytes) < "\u0100":
        return _decode_latin_1(as_bytes, was)
    parts: list[str] = []
    start = 0
    for match in _NOT_LATIN_1.finditer(as_bytes):
        parts += [_decode_latin_1(as_bytes[start : match.start()], was), text[slice(*match.span())]]
        start = match.end()
    return "".join([*parts, _decode_latin_1(as_bytes[start:], was)])


@lru_cache(maxsize=64)
def _byte_table(read: str) -> dict[int, str]:
    """What each character is as a byte; what it is in the private use area where it is none."""
    private = {char: chr(0xE000 + char) for char in range(0x80, 0x100)}
    return private | bytes_by_char(read) | {0xFFFD: _LOST_BYTE}


def _decode_latin_1(as_bytes: str, encoding: str) -> str:
    return as_bytes.encode("latin-1").decode(encoding, "replace")


def __getattr__(name: str) -> dict[str, str]:
    """The doctests: one for each pair, made from its example when somebody asks for them."""
    if name != "__test__":
        raise AttributeError(name)
    return {
        str(
            pair
        ): f">>> reverse_misreading({pair.broken!a}, find_pair({str(pair)!r}))\n{pair.whole!r}\n"
        for pair in mojibake_pairs()
    }
