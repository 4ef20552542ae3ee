"""Which encoding bytes are in, where nothing but they can tell.

chardet is asked first: of the libraries measured (`BENCHMARKS.md`) it is right most often by far.
Every encoding that a page may be in is tried beside it: the reading that is most plausible by
character pairs is taken, and chardet's word counts for some nats. So short lines, where chardet
errs, are read by what they would say.
"""

from __future__ import annotations

import re

from cleaners.encoding.charsets import candidate_penalties, is_single_byte, python_codec
from cleaners.encoding.language_model import language_model
from cleaners.encoding.reading import decode_lossy

# What is never closed goes to the end: to look for its end again at each would take for ever.
_MARKUP_BYTES = re.compile(
    rb"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>", re.I | re.S
)
_LINE_BREAKS = re.compile(rb"[\r\n]+|  +")
_ENCODING_SAMPLE_BYTES = 1200  # bytes that encodings are tried on
_MAX_SAMPLE_LINE_BYTES = 600  # bytes of one line
_CHARDET_NATS = 6.0  # nats that chardet's word is worth
_DECLARED_NATS = 12.0  # nats that a declaration is worth
_LOST_CHAR_NATS = 12.0  # nats that a byte costs that is no character
_MAX_LOST_SHARE = 0.01  # share of characters that may be none


def detect_encoding(payload: bytes, html: bool, declared: tuple[str, ...] = ()) -> str:
    """The most plausible encoding of bytes that are not UTF-8; what is declared counts too.

    >>> detect_encoding("Погода в Алматы".encode("koi8-r"), html=False)
    'koi8-r'
    """
    sample = non_ascii_sample(payload, html)
    favour = dict.fromkeys(declared, _DECLARED_NATS)
    if (library := chardet_encoding(sample)) is not None:
        favour[library] = favour.get(library, 0.0) + _CHARDET_NATS
    costs = {
        encoding: _reading_cost(payload, sample, encoding) + against - favour.get(encoding, 0.0)
        for encoding, against in (dict.fromkeys(favour, 2.0) | candidate_penalties()).items()
    }
    return _most_usual(payload, min(costs, key=costs.__getitem__), declared)


def _most_usual(payload: bytes, encoding: str, declared: tuple[str, ...]) -> str:
    """The encoding that is declared, or the most usual one, of those that give the same text."""
    if not is_single_byte(encoding):
        return encoding
    text = decode_lossy(payload, encoding)
    against = candidate_penalties()
    for other in (*declared, *sorted(against, key=against.__getitem__)):
        if other == encoding or (is_single_byte(other) and decode_lossy(payload, other) == text):
            return other
    return encoding


def chardet_encoding(payload: bytes) -> str | None:
    """What chardet takes bytes for, as Python names it."""
    import chardet

    found = chardet.detect(payload)["encoding"]
    known = python_codec(found) if found else None
    return None if known in (None, "utf-8") else known


def non_ascii_sample(payload: bytes, html: bool) -> bytes:
    """Lines that are not all ASCII, without markup, from all over the page."""
    text = _MARKUP_BYTES.sub(b"\n", payload[:400_000]) if html else payload
    lines = [line.strip() for line in _LINE_BREAKS.split(text) if not line.isascii()]
    lines = list(dict.fromkeys(line[:_MAX_SAMPLE_LINE_BYTES] for line in lines))
    step = 1 + sum(map(len, lines)) // _ENCODING_SAMPLE_BYTES
    return b"\n".join(lines[::step])[: 2 * _ENCODING_SAMPLE_BYTES]


def _reading_cost(payload: bytes, sample: bytes, encoding: str) -> float:
    """What a reading of the sample costs; infinite where too much of the page is none."""
    if not is_single_byte(encoding):
        whole = payload.decode(encoding, "replace")
        if whole.count("\ufffd") > 1 + _MAX_LOST_SHARE * len(whole):
            return float("inf")
    text = decode_lossy(sample, encoding)
    return language_model().score(text).cost + _LOST_CHAR_NATS * text.count("\ufffd")
