"""Defines the scripts without spaces between words, for all of the project."""

from __future__ import annotations

import re
from functools import cache

THAI_TO_KHMER = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF))
"""Thai and Lao, Burmese, Khmer: first and last code point of their Unicode blocks."""
EAST_ASIAN = ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF))
"""Kana, Han, and compatibility Han."""

UNSPACED_RANGES = "".join(
    rf"\u{first:04x}-\u{last:04x}" for first, last in THAI_TO_KHMER + EAST_ASIAN
)
UNSPACED_CHAR = rf"[{UNSPACED_RANGES}]"

WORD_BREAK = " "
# Vowel and tone marks of Thai and similar scripts count as letters here, unlike in \w.
_LETTER = rf"[\w{UNSPACED_RANGES}]"


def insert_word_breaks(text: str) -> str:
    """The text with spaces around each letter of a script without spaces, for full-text search.

    >>> insert_word_breaks("the 東京 Metro")
    'the 東 京 Metro'
    """
    return text if text.isascii() else _word_break_place().sub(WORD_BREAK, text)


@cache  # compiled when it is needed: this takes 4 ms
def _word_break_place() -> re.Pattern[str]:
    return re.compile(rf"(?<={_LETTER})(?={UNSPACED_CHAR})|(?<={UNSPACED_CHAR})(?={_LETTER})")
