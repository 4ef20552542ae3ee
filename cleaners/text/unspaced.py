"""Scripts written without blanks between words: where one letter ends, a word may end."""

from __future__ import annotations

import re

# Thai, Lao, Burmese, Khmer, kana and Han.
UNSPACED_RANGES = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
UNSPACED_CHAR = rf"[{UNSPACED_RANGES}]"

_ZERO_WIDTH_SPACE = "\u200b"
_WORD_BREAK = re.compile(rf"(?<=\w)(?={UNSPACED_CHAR})|(?<={UNSPACED_CHAR})(?=\w)")


def insert_word_breaks(text: str) -> str:
    r"""The text with a blank of no width on either side of each such letter, for a search by words.

    >>> insert_word_breaks("the 東京 Metro")
    'the 東\u200b京 Metro'
    """
    return text if text.isascii() else _WORD_BREAK.sub(_ZERO_WIDTH_SPACE, text)


def remove_word_breaks(text: str) -> str:
    """A text that was spread, as it was before."""
    return text.replace(_ZERO_WIDTH_SPACE, "")
