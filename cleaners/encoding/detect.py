"""Detects the encoding of bytes from their content.

Each candidate encoding is scored by the cost of the decoded text in the character language model.
Declared encodings and chardet's guess get a bonus in nats. It is small enough for the model to
decide even on short texts, for which chardet is often wrong.
"""

from __future__ import annotations

import re

from cleaners.encoding.codec_names import candidate_penalties, is_single_byte, python_codec
from cleaners.encoding.language_model import language_model
from cleaners.encoding.replacement import decode_with_replacement

# An unclosed element extends to the end of the page, which keeps the search linear.
_MARKUP_BYTES = re.compile(
    rb"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>", re.I | re.S
)
_LINE_BREAKS = re.compile(rb"[\r\n]+|  +")
_ENCODING_SAMPLE_BYTES = 1200  # intended size of the sample on which encodings are compared
_MAX_SAMPLE_LINE_BYTES = 600  # bytes of a line that the sample may have
_CHARDET_NATS = 6.0  # bonus in nats for chardet's guess
_DECLARED_NATS = 12.0  # bonus in nats for a declared encoding
_LOST_CHAR_NATS = 12.0  # cost in nats of an invalid byte
# A multi-byte encoding is ruled out if more than this share of the page's characters is invalid.
_MAX_LOST_SHARE = 0.01


def detect_encoding(payload: bytes, html: bool, declared: tuple[str, ...] = ()) -> str:
    """The most plausible encoding of bytes that are not UTF-8; declared ones get a bonus.

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
    """Among the encodings that give the same text, a declared one or else the most common."""
    if not is_single_byte(encoding):
        return encoding
    text = decode_with_replacement(payload, encoding)
    against = candidate_penalties()
    for other in (*declared, *sorted(against, key=against.__getitem__)):
        if other == encoding or (
            is_single_byte(other) and decode_with_replacement(payload, other) == text
        ):
            return other
    return encoding


def chardet_encoding(payload: bytes) -> str | None:
    """Python's name of the encoding that chardet guesses; None for UTF-8 or no guess."""
    import chardet

    found = chardet.detect(payload)["encoding"]
    known = python_codec(found) if found else None
    return None if known in (None, "utf-8") else known


def non_ascii_sample(payload: bytes, html: bool) -> bytes:
    """A sample of the lines with non-ASCII bytes, without markup, from all parts of the page."""
    text = _MARKUP_BYTES.sub(b"\n", payload[:400_000]) if html else payload
    lines = [line.strip() for line in _LINE_BREAKS.split(text) if not line.isascii()]
    lines = list(dict.fromkeys(line[:_MAX_SAMPLE_LINE_BYTES] for line in lines))
    step = 1 + sum(map(len, lines)) // _ENCODING_SAMPLE_BYTES
    return b"\n".join(lines[::step])[: 2 * _ENCODING_SAMPLE_BYTES]


def _reading_cost(payload: bytes, sample: bytes, encoding: str) -> float:
    """The cost in nats of the decoded sample; infinite if too much of the page is invalid."""
    if not is_single_byte(encoding):
        whole = payload.decode(encoding, "replace")
        if whole.count("\ufffd") > 1 + _MAX_LOST_SHARE * len(whole):
            return float("inf")
    text = decode_with_replacement(sample, encoding)
    return language_model().score(text).cost + _LOST_CHAR_NATS * text.count("\ufffd")
