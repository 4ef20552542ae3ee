"""The characters that occur in a text, so that most questions about a page need no second look."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

_LAST_ASCII = 0x7F
_N_CODE_POINTS = 0x110000


@lru_cache(maxsize=2)  # the page as it is, and as it is after a repair
def chars_beyond_ascii(text: str) -> str:
    """The characters of a text beyond ASCII, each once, in the order of their code points.

    >>> chars_beyond_ascii("Über Öl, über Café")
    'ÖÜéü'
    """
    if text.isascii():
        return ""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    occurs = np.zeros(_N_CODE_POINTS, dtype=bool)
    occurs[codes] = True
    return "".join(map(chr, (np.flatnonzero(occurs[_LAST_ASCII + 1 :]) + _LAST_ASCII + 1).tolist()))
