"""Decodes a page: detects the encoding, decodes the bytes, and repairs the text.

The encoding is taken from the first of these that applies:

1. a byte order mark;
2. the structure of the bytes: NULs for UTF-16 and UTF-32, escapes for ISO-2022 and HZ, and valid
   sequences for UTF-8, which may have a few invalid bytes;
3. the charset in Content-Type, then the one in the HTML, if the decoded text is plausible;
4. the encoding that gives the most plausible text.

Then mojibake is repaired and invisible characters are removed.
"""

from __future__ import annotations

import codecs
import re

from cleaners.encoding.replacement import DecodedBytes, EncodingSource, decode_as
from cleaners.model import Decoded, Media, Rejection, Stage

_BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Levels of repeated HTML escaping that are undone: “&amp;amp;amp;” has three.
_MAX_ESCAPES = 3
# Non-ASCII bytes that are examined for half-width kana, and how many are needed to decide.
_KANA_SAMPLE_BYTES, _MIN_KANA = 4000, 12
_ANY_HTML_TAG = re.compile(r"</?[a-zA-Z][^<>\n]*>")


def decode(payload: bytes, media: Media, charset: str | None = None) -> Decoded:
    """The decoded text of `payload`; `charset` is from the Content-Type header.

    Raises Rejection (stage decode) if the text is blank.
    """
    html = media is Media.HTML
    read = (
        _decode_with_bom(payload, html)
        or _decode_by_structure(payload, html)
        or _decode_by_content(payload, html, charset)
    )
    notes = read.notes
    # Mojibake first: an apparent control character can be one byte of a broken letter.
    text, repairs = _repair(read.text, html)
    text, tidied = _strip_invisible(text, html)
    if not text.strip():
        raise Rejection(Stage.DECODE, "EmptyInput", "it contains only white space")
    return Decoded(text, read.encoding, read.source, (*notes, *repairs, *tidied))


def _decode_with_bom(payload: bytes, html: bool) -> DecodedBytes | None:
    if payload.startswith(codecs.BOM_UTF8):
        from cleaners.encoding.mixed_utf8 import decode_mixed_utf8

        return decode_mixed_utf8(payload[len(codecs.BOM_UTF8) :], html, EncodingSource.BOM)
    for mark, encoding in _BYTE_ORDER_MARKS:
        if payload.startswith(mark):
            return decode_as(payload[len(mark) :], encoding, EncodingSource.BOM)
    return None


def _decode_by_structure(payload: bytes, html: bool) -> DecodedBytes | None:
    if b"\x1b" in payload or b"~{" in payload:
        from cleaners.encoding.utf16 import detect_escaped

        if (encoding := detect_escaped(payload)) is not None:
            return decode_as(payload, encoding, EncodingSource.CONTENT)
    if _may_be_utf16(payload):
        from cleaners.encoding.utf16 import detect_utf16

        if (encoding := detect_utf16(payload)) is not None:
            return decode_as(payload, encoding, EncodingSource.CONTENT)
    try:
        return DecodedBytes(payload.decode("utf-8"), "utf-8", EncodingSource.CONTENT)
    except UnicodeDecodeError:
        from cleaners.encoding.mixed_utf8 import decode_mixed_utf8

        return decode_mixed_utf8(payload, html)


def _decode_by_content(payload: bytes, html: bool, charset: str | None) -> DecodedBytes:
    from cleaners.encoding.declared import decode_declared

    if charset is None and not html and _is_half_width_kana(payload):
        return decode_as(payload, "cp932", EncodingSource.CONTENT)
    return decode_declared(payload, html, charset)


def _is_half_width_kana(payload: bytes) -> bool:
    """Whether all non-ASCII bytes are half-width kana in cp932.

    They must all be in the narrow range A1 to DF, with enough voicing marks (DE and DF) and letters
    from both halves of the range.
    """
    high = payload.translate(None, bytes(range(0x80)))[:_KANA_SAMPLE_BYTES]
    if len(high) < _MIN_KANA or high.translate(None, bytes(range(0xA1, 0xE0))):
        return False
    voiced = high.count(b"\xde") + high.count(b"\xdf")
    first_half = len(high) - len(high.translate(None, bytes(range(0xB1, 0xC0))))
    second_half = len(high) - len(high.translate(None, bytes(range(0xC0, 0xDE))))
    return voiced >= 0.03 * len(high) and min(first_half, second_half) >= 0.2 * len(high)


_UTF16_CONTROLS = bytes({*range(32)} - {*b"\t\n\r\f\x1b"})


def _may_be_utf16(payload: bytes) -> bool:
    head = payload[:4096]
    return len(head.translate(None, _UTF16_CONTROLS)) < len(head)


def _repair(text: str, html: bool) -> tuple[str, tuple[str, ...]]:
    """Decode HTML entities in plain text, and repair mojibake."""
    notes: tuple[str, ...] = ()
    if not html and "&" in text and not _ANY_HTML_TAG.search(text):
        from ftfy.fixes import unescape_html

        read = text
        for _ in range(_MAX_ESCAPES):
            read = unescape_html(read)
        if read != text:
            text, notes = read, ("HTML entities were decoded",)
    if text.isascii():
        return text, notes
    from cleaners.encoding.mojibake import repair_mojibake
    from cleaners.encoding.visual_hebrew import repair_visual_hebrew

    text, repairs = repair_mojibake(text, html)
    text, reversals = repair_visual_hebrew(text)
    return text, (*notes, *repairs, *reversals)


def _strip_invisible(text: str, html: bool) -> tuple[str, tuple[str, ...]]:
    from cleaners.encoding.control_chars import strip_control_chars, unescape_invisible

    return strip_control_chars(unescape_invisible(text) if html else text)
