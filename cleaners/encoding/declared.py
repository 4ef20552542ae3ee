"""Decodes a page in the encoding that its server or its HTML declares, if the bytes agree."""

from __future__ import annotations

import re
from typing import NamedTuple

from cleaners.encoding.anomalies import MIN_LINE_ANOMALY, anomaly_score, has_misfit_accents
from cleaners.encoding.codec_names import is_single_byte, python_codec
from cleaners.encoding.detect import detect_encoding, non_ascii_sample
from cleaners.encoding.language_model import language_model
from cleaners.encoding.replacement import (
    DecodedBytes,
    EncodingSource,
    decode_as,
    decode_with_replacement,
)

_META_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,400}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:+-]+)""", re.I
)
# Bytes that are searched for a declaration. Browsers search 1024, but some pages declare it later.
_META_SEARCH_BYTES = 16384
# Text above this anomaly score, in sixteenths of a nat per non-ASCII character, is mojibake.
_MAX_ANOMALY_PER_CHAR = 0.7
# Chinese, Japanese or Korean text that costs more than this, in nats per character, is mojibake.
_MAX_CJK_NATS = 9.5


class DeclaredEncoding(NamedTuple):
    """A declared encoding, and where it was declared."""

    encoding: str
    source: EncodingSource


def declared_encodings(payload: bytes, html: bool, charset: str | None) -> list[DeclaredEncoding]:
    """The declared encodings that Python knows, most trusted first.

    `charset` is from Content-Type. UTF-8, UTF-16 and UTF-32 are left out: they are detected from
    the bytes.

    >>> page = b'<meta charset="windows-1251"><p>'
    >>> declared_encodings(page, True, "nonsense")
    [DeclaredEncoding(encoding='cp1251', source=<EncodingSource.META: 'meta charset'>)]
    """
    named = [(charset or "", EncodingSource.HTTP)]
    if html and (match := _META_CHARSET.search(payload[:_META_SEARCH_BYTES])):
        named.append((match[1].decode("ascii", "replace"), EncodingSource.META))
    found = []
    for name, source in named:
        known = python_codec(name)
        if known and known != "utf-8" and not known.startswith(("utf-16", "utf-32", "utf_")):
            found.append(DeclaredEncoding(known, source))
    return found


def decode_declared(payload: bytes, html: bool, charset: str | None) -> DecodedBytes:
    """The payload decoded in a declared encoding if that gives plausible text.

    Otherwise it is decoded in the encoding that gives the most plausible text.
    """
    named = declared_encodings(payload, html, charset)
    for name in named:
        if _agrees(payload, html, name.encoding):
            return decode_as(payload, name.encoding, name.source)
    encoding = detect_encoding(payload, html, tuple(name.encoding for name in named))
    for name in named:
        if name.encoding == encoding:
            return decode_as(payload, encoding, name.source)
    if not named:
        return decode_as(payload, encoding, EncodingSource.CONTENT)
    overridden = ", ".join(f"{name.source}={name.encoding}" for name in named)
    return decode_as(payload, encoding, f"{EncodingSource.CONTENT}; overrides {overridden}")


def _agrees(payload: bytes, html: bool, encoding: str) -> bool:
    """Whether the bytes are plausible text in an encoding: few anomalies and a single language."""
    if not is_single_byte(encoding):
        try:
            payload.decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(payload) - 8:
                return False
    text = decode_with_replacement(non_ascii_sample(payload, html), encoding)
    beyond = sum(char > "\x7f" for char in text)
    if "\ufffd" in text or anomaly_score(text) > max(
        MIN_LINE_ANOMALY - 1, _MAX_ANOMALY_PER_CHAR * beyond
    ):
        return False
    score = language_model().score(text)
    if score.script == "wide":
        return score.nats_per_char < _MAX_CJK_NATS
    return not has_misfit_accents(text) and not any("\x80" <= char < "\xa0" for char in text)
