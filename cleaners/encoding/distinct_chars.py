"""Lists the distinct non-ASCII characters of a text, which rule out most later tests of a page."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

_LAST_ASCII = 0x7F
_N_CODE_POINTS = 0x110000


@lru_cache(maxsize=2)  # the page before and after a repair
def chars_beyond_ascii(text: str) -> str:
    """The distinct non-ASCII characters of a text, sorted by code point.

    >>> chars_beyond_ascii("Über Öl, über Café")
    'ÖÜéü'
    """
    if text.isascii():
        return ""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    occurs = np.zeros(_N_CODE_POINTS, dtype=bool)
    occurs[codes] = True
    return "".join(map(chr, (np.flatnonzero(occurs[_LAST_ASCII + 1 :]) + _LAST_ASCII + 1).tolist()))
