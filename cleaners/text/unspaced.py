"""Scripts written without blanks between words: where one letter ends, a word may end."""

from __future__ import annotations

import re

# Thai, Lao, Burmese, Khmer, kana and Han.
RANGES = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
UNSPACED = rf"[{RANGES}]"

_GAP = "\u200b"
_BESIDE = re.compile(rf"(?<=\w)(?={UNSPACED})|(?<={UNSPACED})(?=\w)")


def spread(text: str) -> str:
    r"""The text with a blank of no width on either side of each such letter, for a search by words.

    >>> spread("the 東京 Metro")
    'the 東\u200b京 Metro'
    """
    return text if text.isascii() else _BESIDE.sub(_GAP, text)


def gathered(text: str) -> str:
    """A text that was spread, as it was before."""
    return text.replace(_GAP, "")
