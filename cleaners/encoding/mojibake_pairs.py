"""The pairs of encodings that mojibake comes of, each with an example, and how to reverse one.

They are in `data/mojibake.json`. Each example is a doctest: this module's `__test__` gives them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from cleaners.encoding.charsets import byte_of, characters

PAIRS = "mojibake.json"

_LOST = "\x1a"  # stands in bytes for a character that no byte of the encoding gives
_HOLES = re.compile(f"\ufffd{_LOST}+|{_LOST}+\ufffd|{_LOST}")
_NO_BYTES = re.compile("[^\x00-\xff]+")
_WIDE = frozenset(("utf-8", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949"))


@dataclass(frozen=True, slots=True)
class Pair:
    """Bytes of the encoding `was` that were read as `read`, and what that does to a text."""

    was: str
    read: str
    broken: str = ""
    whole: str = ""

    def __str__(self) -> str:
        return f"{self.was} read as {self.read}"

    @property
    def wide(self) -> bool:
        """Whether the right encoding has characters of several bytes."""
        return self.was in _WIDE


@lru_cache(maxsize=1)
def pairs() -> tuple[Pair, ...]:
    """The known pairs, the usual ones first."""
    rows = json.loads((files("cleaners") / "data" / PAIRS).read_text("utf-8"))["pairs"]
    return tuple(Pair(**row) for row in rows)


def pair_named(name: str) -> Pair:
    """The pair of this name, as in `cp1251 read as koi8-r`; raises StopIteration for none."""
    return next(pair for pair in pairs() if str(pair) == name)


def reverse(text: str, pair: Pair) -> str:
    r"""Text that was decoded as `read`, decoded as what it was.

    Characters that `read` doesn't have stay as they are: they came later. What can't be decoded
    becomes U+FFFD, one for each character that was lost.

    >>> utf8 = Pair("utf-8", "cp1251")
    >>> reverse("РџР°СЂРѕРј", utf8), reverse("日 РџР°СЂРѕРј", utf8), reverse("Р\ufffdР»Рё", utf8)
    ('Паром', '日 Паром', '\ufffdли')
    """
    if text.isascii():
        return text
    if pair.wide:
        return _HOLES.sub("\ufffd", _by_runs(text, pair.read, pair.was))
    return text.translate(_exchange(pair.was, pair.read))


@lru_cache(maxsize=256)
def _exchange(was: str, read: str) -> dict[int, str]:
    """What each character of one single-byte encoding is in another."""
    right = characters(was)
    return {char: right[ord(byte)] for char, byte in byte_of(read).items()}


def _by_runs(text: str, read: str, was: str) -> str:
    """Reverses the runs of characters that are bytes, and leaves the others alone."""
    table = _bytes_or_not(read)
    as_bytes = text.translate(table)
    if max(as_bytes) < "\u0100":
        return _decoded(as_bytes, was)
    parts: list[str] = []
    start = 0
    for match in _NO_BYTES.finditer(as_bytes):
        parts += [_decoded(as_bytes[start : match.start()], was), text[slice(*match.span())]]
        start = match.end()
    return "".join([*parts, _decoded(as_bytes[start:], was)])


@lru_cache(maxsize=64)
def _bytes_or_not(read: str) -> dict[int, str]:
    """What each character is as a byte; what it is in the private use area where it is none."""
    private = {char: chr(0xE000 + char) for char in range(0x80, 0x100)}
    return private | byte_of(read) | {0xFFFD: _LOST}


def _decoded(as_bytes: str, encoding: str) -> str:
    return as_bytes.encode("latin-1").decode(encoding, "replace")


def __getattr__(name: str) -> dict[str, str]:
    """The doctests: one for each pair, made from its example when somebody asks for them."""
    if name != "__test__":
        raise AttributeError(name)
    return {
        str(pair): f">>> reverse({pair.broken!a}, pair_named({str(pair)!r}))\n{pair.whole!r}\n"
        for pair in pairs()
    }
