"""Lists the pairs of encodings that cause mojibake, and reverses the damage of a given pair.

The pairs are in `data/mojibake.json`, each with an example. The examples are run as doctests, which
this module supplies as `__test__`.
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

# Placeholder for an unknown byte: the text has U+FFFD, so the original byte is lost.
_LOST_BYTE = "\x1a"
_LOST_RUN = re.compile(f"\ufffd{_LOST_BYTE}+|{_LOST_BYTE}+\ufffd|{_LOST_BYTE}")
_NOT_LATIN_1 = re.compile("[^\x00-\xff]+")
_MULTIBYTE = frozenset(("utf-8", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949"))


@dataclass(frozen=True, slots=True)
class EncodingPair:
    """A cause of mojibake: bytes in `encoding` that were decoded as `misread_as`.

    `broken` is an example of the result, and `whole` the correct text.
    """

    encoding: str
    misread_as: str
    broken: str = ""
    whole: str = ""

    def __str__(self) -> str:
        return f"{self.encoding} read as {self.misread_as}"

    @property
    def is_multibyte(self) -> bool:
        """Whether the correct encoding has characters of several bytes."""
        return self.encoding in _MULTIBYTE


@lru_cache(maxsize=1)
def mojibake_pairs() -> tuple[EncodingPair, ...]:
    """The known pairs, the most common first."""
    rows = json.loads((files("cleaners") / "data" / MOJIBAKE_FILE).read_text("utf-8"))["pairs"]
    return tuple(
        EncodingPair(*(row[key] for key in ("was", "read", "broken", "whole"))) for row in rows
    )


def find_pair(name: str) -> EncodingPair:
    """The pair with this name, such as `cp1251 read as koi8-r`; raises StopIteration if unknown."""
    return next(pair for pair in mojibake_pairs() if str(pair) == name)


def reverse_misreading(text: str, pair: EncodingPair) -> str:
    r"""The text re-encoded as `pair.misread_as` and decoded as `pair.encoding`.

    Characters that `misread_as` doesn't have were added after the damage, and are kept. Each
    character that can't be recovered becomes one U+FFFD.

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
    """The text with each complete UTF-8 sequence repaired, and all other characters kept.

    The sequences are UTF-8 that was decoded as `misread_as`.
    """
    return reverse_sequences(text, text.translate(_byte_table(misread_as)))


@lru_cache(maxsize=256)
def _char_exchange(was: str, read: str) -> dict[int, str]:
    """Maps each character of `read` to the character with the same byte in `was`.

    Both are single-byte encodings.
    """
    right = charset_characters(was)
    return {char: right[ord(byte)] for char, byte in bytes_by_char(read).items()}


def _reverse_runs(text: str, read: str, was: str) -> str:
    """Reverses the runs of characters that `read` can encode, and keeps the others."""
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
    """Maps each character of `read` to its byte as a Latin-1 character.

    Characters from U+0080 to U+00FF that `read` lacks go to the private use area, so that they are
    not taken for bytes.
    """
    private = {char: chr(0xE000 + char) for char in range(0x80, 0x100)}
    return private | bytes_by_char(read) | {0xFFFD: _LOST_BYTE}


def _decode_latin_1(as_bytes: str, encoding: str) -> str:
    return as_bytes.encode("latin-1").decode(encoding, "replace")


def __getattr__(name: str) -> dict[str, str]:
    """`__test__`: a doctest for each pair, built from its example when doctest asks for it."""
    if name != "__test__":
        raise AttributeError(name)
    return {
        str(
            pair
        ): f">>> reverse_misreading({pair.broken!a}, find_pair({str(pair)!r}))\n{pair.whole!r}\n"
        for pair in mojibake_pairs()
    }
