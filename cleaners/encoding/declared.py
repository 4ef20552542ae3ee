"""The encodings that a server and a page name, and whether the bytes agree."""

from __future__ import annotations

import re
from typing import NamedTuple

from cleaners.encoding.anomalies import ENOUGH, is_strange, oddness
from cleaners.encoding.charsets import codec, is_single
from cleaners.encoding.detect import detect, sample_of
from cleaners.encoding.language_model import tables
from cleaners.encoding.reading import CONTENT, HEADER, META, Reading, decoded, reading

_META = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,400}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:+-]+)""", re.I
)
_HEAD = 16384  # bytes in which a page may name its encoding
_ODD = 0.7  # sixteenths of a nat for each character beyond ASCII that sound text is odd by
_SOUND = 9.5  # nats a character up to which text of many characters is sound
_TORN = 0.002  # share of characters of several bytes that may be broken


class Named(NamedTuple):
    """An encoding that was named, and by whom."""

    encoding: str
    source: str


def names(payload: bytes, html: bool, charset: str | None) -> list[Named]:
    """The known encodings that are named, the most trusted first; those with NULs can't be meant.

    >>> page = b'<meta charset="windows-1251"><p>'
    >>> names(page, True, "nonsense")
    [Named(encoding='cp1251', source='meta declaration')]
    """
    named = [(charset or "", HEADER)]
    if html and (match := _META.search(payload[:_HEAD])):
        named.append((match[1].decode("ascii", "replace"), META))
    found = []
    for name, source in named:
        known = codec(name)
        if known and known != "utf-8" and not known.startswith(("utf-16", "utf-32", "utf_")):
            found.append(Named(known, source))
    return found


def by_declaration(payload: bytes, html: bool, charset: str | None) -> Reading:
    """The reading that is declared, where the bytes are sound text in it; else the likeliest."""
    named = names(payload, html, charset)
    for name in named:
        if _agrees(payload, html, name.encoding):
            return reading(payload, name.encoding, name.source)
    encoding = detect(payload, html, tuple(name.encoding for name in named))
    for name in named:
        if name.encoding == encoding:
            return reading(payload, encoding, name.source)
    if not named:
        return reading(payload, encoding, CONTENT)
    said = ", ".join(f"{name.source} of {name.encoding}" for name in named)
    return reading(payload, encoding, f"{CONTENT}, overruling the {said}")


def _agrees(payload: bytes, html: bool, encoding: str) -> bool:
    """Whether bytes are sound text in an encoding: nothing odd, and of one language."""
    if not is_single(encoding):
        try:
            payload.decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(payload) - 8:
                return False
    text = decoded(sample_of(payload, html), encoding)
    beyond = sum(char > "\x7f" for char in text)
    if "\ufffd" in text or oddness(text) > max(ENOUGH - 1, _ODD * beyond):
        return False
    score = tables().score(text)
    if score.script == "wide":
        return score.rate < _SOUND
    return not is_strange(text) and not any("\x80" <= char < "\xa0" for char in text)
