"""Which encoding bytes are in, where nothing but they can tell.

chardet is asked first: of the libraries measured (`BENCHMARKS.md`) it is right most often by far.
Every encoding that a page may be in is tried beside it: the reading that is most plausible by
character pairs is taken, and chardet's word counts for some nats. So short lines, where chardet
errs, are read by what they would say.
"""

from __future__ import annotations

import re

from cleaners.encoding.charsets import codec, is_single, tried
from cleaners.encoding.language_model import tables
from cleaners.encoding.reading import decoded

# What is never closed goes to the end: to look for its end again at each would take for ever.
_MARKUP = re.compile(
    rb"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>", re.I | re.S
)
_LINES = re.compile(rb"[\r\n]+|  +")
_SAMPLE = 1200  # bytes that encodings are tried on
_LONGEST = 600  # bytes of one line
_LIBRARY = 6.0  # nats that chardet's word is worth
_DECLARED = 12.0  # nats that a declaration is worth
_LOST = 12.0  # nats that a byte costs that is no character
_BROKEN = 0.01  # share of characters that may be none


def detect(payload: bytes, html: bool, declared: tuple[str, ...] = ()) -> str:
    """The most plausible encoding of bytes that are not UTF-8; what is declared counts too.

    >>> detect("Погода в Алматы".encode("koi8-r"), html=False)
    'koi8-r'
    """
    sample = sample_of(payload, html)
    favour = dict.fromkeys(declared, _DECLARED)
    if (library := by_library(sample)) is not None:
        favour[library] = favour.get(library, 0.0) + _LIBRARY
    costs = {
        encoding: _cost(payload, sample, encoding) + against - favour.get(encoding, 0.0)
        for encoding, against in (dict.fromkeys(favour, 2.0) | tried()).items()
    }
    return _usual(payload, min(costs, key=costs.__getitem__), declared)


def _usual(payload: bytes, encoding: str, declared: tuple[str, ...]) -> str:
    """The encoding that is declared, or the most usual one, of those that give the same text."""
    if not is_single(encoding):
        return encoding
    text = decoded(payload, encoding)
    against = tried()
    for other in (*declared, *sorted(against, key=against.__getitem__)):
        if other == encoding or (is_single(other) and decoded(payload, other) == text):
            return other
    return encoding


def by_library(payload: bytes) -> str | None:
    """What chardet takes bytes for, as Python names it."""
    import chardet

    found = chardet.detect(payload)["encoding"]
    known = codec(found) if found else None
    return None if known in (None, "utf-8") else known


def sample_of(payload: bytes, html: bool) -> bytes:
    """Lines that are not all ASCII, without markup, from all over the page."""
    text = _MARKUP.sub(b"\n", payload[:400_000]) if html else payload
    lines = [line.strip() for line in _LINES.split(text) if not line.isascii()]
    lines = list(dict.fromkeys(line[:_LONGEST] for line in lines))
    step = 1 + sum(map(len, lines)) // _SAMPLE
    return b"\n".join(lines[::step])[: 2 * _SAMPLE]


def _cost(payload: bytes, sample: bytes, encoding: str) -> float:
    """What a reading of the sample costs; infinite where too much of the page is none."""
    if not is_single(encoding):
        whole = payload.decode(encoding, "replace")
        if whole.count("\ufffd") > 1 + _BROKEN * len(whole):
            return float("inf")
    text = decoded(sample, encoding)
    return tables().score(text).cost + _LOST * text.count("\ufffd")
