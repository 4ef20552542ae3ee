"""Lists the distinct non-ASCII characters of a text, which rule out most later tests of a page."""

from __future__ import annotations

from functools import lru_cache

_ASCII_BYTES = bytes(range(0x80))


@lru_cache(maxsize=2)  # the page before and after a repair
def chars_beyond_ascii(text: str) -> str:
    """The distinct non-ASCII characters of a text, sorted by code point.

    >>> chars_beyond_ascii("Über Öl, über Café")
    'ÖÜéü'
    """
    if text.isascii():
        return ""
    beyond = text.encode("utf-8", "surrogatepass").translate(None, _ASCII_BYTES)
    return "".join(sorted(set(beyond.decode("utf-8", "surrogatepass"))))
