"""Finds lines that may be mojibake: those with character pairs that occur in no language.

This is the fast first test of mojibake repair: an undamaged page takes well under a millisecond.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from cleaners.encoding.char_classes import NGRAMS_FILE
from cleaners.encoding.language_model import language_model, utf16_codes

if TYPE_CHECKING:
    import numpy.typing as npt

    Codes = npt.NDArray[np.uint16]
    Small = npt.NDArray[np.uint8]

_LINE_FEED = 10
_CASELESS_CLASS = 3
# A symbol's case is stored from this bit on: 1 for lower case, 2 for upper case.
_CASE_SHIFT = 8
MIN_LINE_ANOMALY = 24
"""The lowest anomaly score of a line to examine, in sixteenths of a nat."""

# What UTF-8 typographic punctuation starts with when it is decoded as Mac Roman. Its character
# pairs occur in real text, so the pair table doesn't find it.
_MAC_ROMAN_PUNCTUATION = "‚Ä"
_ACCENTED_CHAR = re.compile("[\x80-\u024f]")
_LAST_ASCII = 0x7F
_SPACE_CODE, _LAST_BMP_CHAR = 32, "\uffff"
# Texts shorter than this are scored by a plain loop, which is faster than numpy for them.
_MAX_WORD_CHARS = 48
# If fewer than one character in this many is non-ASCII, only the pairs around those are looked up.
_SPARSE_RATIO = 6
# The accents of a text fit no single language if they cost more than this, in nats per character
# pair. Correct text costs 3 to 4.4, mojibake 5 to 9.
_MAX_ACCENT_NATS = 4.9
# Anomaly of an upper-case letter directly after a lower-case one, in sixteenths of a nat.
_CASE_TURN_ANOMALY = 40


class _PairTables:
    """The anomaly score of each pair of symbols, and the symbol and case of each character.

    A symbol stands for one letter or for a whole class of characters.
    """

    def __init__(self) -> None:
        with (files("cleaners") / "data" / NGRAMS_FILE).open("rb") as file:
            data = np.load(file)
            self.odd: Small = data["odd pairs"].reshape(-1)
            cases = (data["odd cases"] % _CASELESS_CLASS).astype(np.uint16)
            self.symbols: Codes = data["odd symbols"] | cases << _CASE_SHIFT


@lru_cache(maxsize=1)
def _pair_tables() -> _PairTables:
    return _PairTables()


@lru_cache(maxsize=1)
def _pair_sequences() -> tuple[list[int], bytes]:
    """The pair tables as plain sequences, which are faster than arrays for single lookups."""
    pairs = _pair_tables()
    return pairs.symbols.tolist(), pairs.odd.tobytes()


def anomalous_lines(lines: Sequence[str]) -> tuple[list[int], bool]:
    """The indices of the lines with character pairs that occur in no language.

    The second result says whether the accented letters of all lines fit no single language. In that
    case every line with accented letters is included.

    >>> anomalous_lines(["Паром пришёл.", "оЮПНЛ ОПХЬЕК.", "The ferry came."])
    ([1], False)
    """
    are_ascii = map(str.isascii, lines)
    numbers = [number for number, is_ascii in enumerate(are_ascii) if not is_ascii]
    if not numbers:
        return [], False
    text = "".join([f"{lines[number]}\n" for number in numbers])
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
    beyond = np.flatnonzero(codes > _LAST_ASCII)
    n_chars = len(codes) + sum(map(len, lines)) + len(lines) - len(text)
    places, odd = _anomalies(codes, beyond, n_chars)
    scores = [0] * len(numbers)
    if len(places):
        ends = np.flatnonzero(codes == _LINE_FEED)
        for at, much in zip(np.searchsorted(ends, places).tolist(), odd.tolist(), strict=True):
            scores[at] += much
    misfit = language_model().accent_misfit(codes, beyond, n_chars) > _MAX_ACCENT_NATS
    telling = _MAC_ROMAN_PUNCTUATION in text
    found = [
        number
        for number, score in zip(numbers, scores, strict=True)
        if score >= MIN_LINE_ANOMALY
        or (misfit and has_accents(lines[number]))
        or (telling and _MAC_ROMAN_PUNCTUATION in lines[number])
    ]
    return found, misfit


def has_misfit_accents(text: str) -> bool:
    """Whether the accented letters of a text fit no single language."""
    codes = utf16_codes(text)
    beyond = np.flatnonzero(codes > _LAST_ASCII)
    return language_model().accent_misfit(codes, beyond, len(codes)) > _MAX_ACCENT_NATS


def has_accents(text: str) -> bool:
    """Whether a text has accented Latin letters, or other characters from U+0080 to U+024F."""
    return not text.isascii() and _ACCENTED_CHAR.search(text) is not None


def anomaly_score(text: str) -> int:
    """The sum of the anomaly scores of a text's character pairs, in sixteenths of a nat."""
    if text.isascii():
        return 0
    if len(text) < _MAX_WORD_CHARS and max(text) <= _LAST_BMP_CHAR:
        return _anomaly_score_of_word(text)
    codes = utf16_codes(text)
    odd = _anomalies(codes, np.flatnonzero(codes > _LAST_ASCII), len(codes))[1]
    return int(odd.sum(dtype=np.int64)) + MIN_LINE_ANOMALY * text.count(_MAC_ROMAN_PUNCTUATION)


@lru_cache(maxsize=16384)  # most words recur on other pages
def _anomaly_score_of_word(text: str) -> int:
    """The anomaly score of a short text, computed without numpy."""
    symbols, odd = _pair_sequences()
    total = MIN_LINE_ANOMALY * text.count(_MAC_ROMAN_PUNCTUATION)
    first = symbols[_SPACE_CODE]
    for character in f"{text} ":
        second = symbols[ord(character)]
        much = odd[(first & 0xFF) << 8 | second & 0xFF]
        if first >> _CASE_SHIFT & second >> (_CASE_SHIFT + 1) & 1:
            much = max(much, _CASE_TURN_ANOMALY)
        total += much
        first = second
    return total


def _anomalies(
    codes: Codes, beyond: npt.NDArray[np.intp], n_chars: int
) -> tuple[npt.NDArray[np.intp], Small]:
    """The positions where an anomalous pair of UTF-16 code units starts, and the pairs' scores.

    Only pairs with ASCII control characters score without any of the positions `beyond` ASCII, so
    mostly ASCII text only needs the others looked up. `n_chars` is the length of the whole text.
    """
    pairs = _pair_tables()
    if len(beyond) * _SPARSE_RATIO < n_chars:
        beside = np.zeros(len(codes), bool)
        beside[beyond] = beside[beyond - 1] = True
        looked = np.flatnonzero(beside[:-1])
        first, second = pairs.symbols.take(codes[looked]), pairs.symbols.take(codes[looked + 1])
    else:
        symbols = pairs.symbols.take(codes)
        looked, first, second = None, symbols[:-1], symbols[1:]
    both = first << 8 | second & 0xFF
    odd = pairs.odd.take(both)
    turns = np.flatnonzero(first >> _CASE_SHIFT & second >> (_CASE_SHIFT + 1) & 1)
    odd[turns] = np.maximum(odd[turns], _CASE_TURN_ANOMALY)
    found = np.flatnonzero(odd)
    return (found if looked is None else looked[found]), odd[found]
