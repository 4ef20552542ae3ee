"""Computes shingles, the runs of four words by which blocks and pages are compared.

Words are case folded and have no punctuation, so that quotes, commas and entities don't matter. In
scripts without spaces, each character is a word. The method is from Broder, "On the resemblance and
containment of documents" (1997).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from cleaners.text.unspaced import UNSPACED_CHAR, UNSPACED_RANGES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes: TypeAlias = NDArray[np.uint64]

SHINGLE_WORDS = 4

SHINGLE_TOKEN = re.compile(rf"{UNSPACED_CHAR}|[^\W_{UNSPACED_RANGES}]+")
# In ASCII texts, what stands between words; blanks for them.
_ASCII_BLANKS = {code: " " for code in range(128) if not chr(code).isalnum()}
_SUPPLEMENTARY_CHAR = re.compile(r"[\U00010000-\U0010ffff]")

_OTHER_CHAR, _LETTER_CHAR, _UNSPACED_CHAR, _DIGIT_CHAR, _SURROGATE = range(5)
_UTF16_UNITS = 1 << 16
_WITH_CAPITALS = ((0, 0x2E00), (0xA640, 0xAC00), (0xFB00, 0xFB20), (0xFF00, 0xFF60))
_N_MULTIPLIERS = (
    64  # a power of two; the multipliers are reused after this many characters of a token
)


def tokens(text: str) -> list[str]:
    """The case-folded words of a text; in scripts without spaces, its characters.

    >>> tokens("“Yes,” she said — 東京")
    ['yes', 'she', 'said', '東', '京']
    """
    return spelled_tokens(text.casefold())


def spelled_tokens(text: str) -> list[str]:
    """The words of a text as they are spelled; in scripts without spaces, its characters.

    >>> spelled_tokens("“Yes,” she said — 東京")
    ['Yes', 'she', 'said', '東', '京']
    """
    if text.isascii():  # far faster than the expression
        return text.translate(_ASCII_BLANKS).split()
    return SHINGLE_TOKEN.findall(text)


def local_shingles(words: list[str]) -> frozenset[int]:
    """The shingles of a block, as hashes that are valid only in this process."""
    if len(words) < SHINGLE_WORDS:
        return frozenset((hash(tuple(words)),)) if words else frozenset()
    runs = zip(words, words[1:], words[2:], words[3:], strict=False)
    return frozenset(map(hash, runs))


def shingle_hashes(text: str) -> Hashes:
    """The sorted, distinct 64-bit hashes of all runs of four tokens.

    A text with fewer tokens is a single shingle. The hashes are the same on all machines.
    """
    return shingles_from_tokens(token_hashes(text).hashes)


def shingles_from_tokens(words: Hashes) -> Hashes:
    """The shingles of a text, given the hashes of its tokens; sorted and distinct."""
    import numpy as np

    runs = max(1, len(words) - SHINGLE_WORDS + 1)
    if not len(words):
        return words
    found: Hashes = np.zeros(runs, dtype=np.uint64)
    for factor, start in zip(_multipliers()[:SHINGLE_WORDS], range(len(words)), strict=False):
        found += words[start : start + runs] * factor
    return sorted_distinct(mix_bits(found))


def sorted_distinct(hashes: Hashes) -> Hashes:
    """The distinct hashes of at least one, sorted. For this, `numpy.unique` imports `numpy.ma`."""
    import numpy as np

    found = np.sort(hashes)
    once: Hashes = found[np.append(True, found[1:] != found[:-1])]
    return once


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """The tokens of a text in order: the hash of each, and whether it is a number."""

    hashes: Hashes
    numeric: NDArray[np.bool_]


def token_hashes(text: str) -> Tokens:
    """The hashes of a text's tokens, split as by `tokens`; vectorised.

    A token's hash is the sum of its characters, each multiplied by an odd random number for its
    place in the token (Carter and Wegman, "Universal classes of hash functions", 1979). Then its
    bits are mixed.
    """
    import numpy as np

    folded, kinds = _char_tables()
    units = _utf16_units(text)
    kind = kinds.take(units)
    if (kind == _SURROGATE).any():
        # Of characters with two units, a letter counts as two letters, and an emoji is dropped.
        units = _utf16_units(
            _SUPPLEMENTARY_CHAR.sub(lambda rare: rare[0] if rare[0].isalnum() else " ", text)
        )
        kind = kinds.take(units)
    inside = kind != _OTHER_CHAR
    starts = inside.copy()
    joined = inside & (kind != _UNSPACED_CHAR)
    starts[1:] &= ~(joined[1:] & joined[:-1])
    places = inside.nonzero()[0]
    opens = starts[places]
    first = opens.nonzero()[0]
    if not len(first):
        return Tokens(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.bool_))
    letters = folded.take(units[places]).astype(np.uint64) + np.uint64(1)
    offsets = np.arange(len(letters)) - first[opens.cumsum() - 1]
    weighed = letters * _multipliers()[offsets & (_N_MULTIPLIERS - 1)]
    numeric = kind[places[first]] == _DIGIT_CHAR
    return Tokens(mix_bits(np.add.reduceat(weighed, first)), numeric)


def _utf16_units(text: str) -> NDArray[np.uint16]:
    import numpy as np

    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")


def mix_bits(hashes: Hashes) -> Hashes:
    """The 64-bit finalizer of MurmurHash3, in which each input bit affects each output bit."""
    import numpy as np

    shift = np.uint64(33)
    hashes = (hashes ^ (hashes >> shift)) * np.uint64(0xFF51AFD7ED558CCD)
    hashes = (hashes ^ (hashes >> shift)) * np.uint64(0xC4CEB9FE1A85EC53)
    return hashes ^ (hashes >> shift)


@cache
def _multipliers() -> Hashes:
    """Odd random numbers, one for each place of a character in its token."""
    import numpy as np

    # RandomState's sequence is fixed for ever; newer generators may change theirs.
    draw = np.random.RandomState(4).randint(0, 1 << 63, _N_MULTIPLIERS, dtype=np.uint64)
    return draw * np.uint64(2) + np.uint64(1)


@cache
def _char_tables() -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
    """For each UTF-16 code unit, the unit that it folds to, and its kind of character."""
    import numpy as np

    every = np.arange(_UTF16_UNITS, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    kinds = np.zeros(_UTF16_UNITS, dtype=np.uint8)
    for kind, pattern in (
        (_LETTER_CHAR, r"[^\W_]+"),
        (_DIGIT_CHAR, r"\d+"),
        (_UNSPACED_CHAR, UNSPACED_CHAR + "+"),
    ):
        for run in re.finditer(pattern, every):
            kinds[run.start() : run.end()] = kind
    kinds[0xD800:0xE000] = _SURROGATE
    folded = np.arange(_UTF16_UNITS, dtype=np.uint16)
    for first, last in _WITH_CAPITALS:
        small = [ord(character.casefold()[0]) for character in every[first:last]]
        folded[first:last] = small
    return folded, kinds
