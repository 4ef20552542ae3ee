"""Lists the unusual characters of a text, which rule out most tests of a page."""

from __future__ import annotations

from functools import lru_cache

_PLAIN_ASCII = bytes({*range(0x20, 0x7F), *b"\t\n"})


@lru_cache(maxsize=2)  # the page before and after a repair
def unusual_chars(text: str) -> str:
    r"""The distinct characters that are neither printable ASCII nor a tab or line feed, sorted.

    >>> unusual_chars("Über Öl, über Café\r\n")
    '\rÖÜéü'
    """
    unusual = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN_ASCII)
    return "".join(sorted(set(unusual.decode("utf-8", "surrogatepass"))))
