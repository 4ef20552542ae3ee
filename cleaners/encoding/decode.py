"""Bytes to text: which encoding, who said so, and the repairs made on the way.

The order of trust, each step in a file of `cleaners/encoding`:

1. a byte order mark;
2. the form of the bytes: UTF-16 and UTF-32 by where their NULs stand, ISO-2022 and HZ by their
   escapes, UTF-8 because no other text is UTF-8 by chance, a torn or a few bad bytes included;
3. the declaration of the server, then that of the page, where the bytes are sound text in it;
4. the content: the reading that is the most plausible text.

Then mojibake is put right, text that was decoded wrongly before, and unseen characters go.
"""

from __future__ import annotations

import codecs
import re

from cleaners.encoding.reading import CONTENT, MARK, Reading, reading
from cleaners.model import Decoded, Media, Rejection, Stage

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]*>")


def decode(payload: bytes, media: Media, charset: str | None = None) -> Decoded:
    """The text of `payload`; `charset` is what the server declared, if it did.

    Raises Rejection (stage decode) where no reading of the bytes gives text.
    """
    html = media is Media.HTML
    read = _by_mark(payload, html) or _by_form(payload, html) or _by_words(payload, html, charset)
    notes = read.notes
    # Mojibake first: what looks like a control character may be the half of a broken letter.
    text, mended = _mend(read.text, html)
    text, tidied = _tidy(text, html)
    if not text.strip():
        raise Rejection(Stage.DECODE, "EmptyInput", "there is nothing in it but white space")
    return Decoded(text, read.encoding, read.source, (*notes, *mended, *tidied))


def _by_mark(payload: bytes, html: bool) -> Reading | None:
    if payload.startswith(codecs.BOM_UTF8):
        from cleaners.encoding.mixed_utf8 import utf8

        return utf8(payload[len(codecs.BOM_UTF8) :], html, MARK)
    for mark, encoding in _MARKS:
        if payload.startswith(mark):
            return reading(payload[len(mark) :], encoding, MARK)
    return None


def _by_form(payload: bytes, html: bool) -> Reading | None:
    if b"\x1b" in payload or b"~{" in payload:
        from cleaners.encoding.utf16 import escaped_encoding

        if (encoding := escaped_encoding(payload)) is not None:
            return reading(payload, encoding, CONTENT)
    if _may_be_wide(payload):
        from cleaners.encoding.utf16 import wide_encoding

        if (encoding := wide_encoding(payload)) is not None:
            return reading(payload, encoding, CONTENT)
    try:
        return Reading(payload.decode("utf-8"), "utf-8", CONTENT)
    except UnicodeDecodeError:
        from cleaners.encoding.mixed_utf8 import utf8

        return utf8(payload, html)


def _by_words(payload: bytes, html: bool, charset: str | None) -> Reading:
    from cleaners.encoding.declared import by_declaration

    return by_declaration(payload, html, charset)


_CONTROLS = bytes({*range(32)} - {*b"\t\n\r\f\x1b"})


def _may_be_wide(payload: bytes) -> bool:
    head = payload[:4096]
    return len(head.translate(None, _CONTROLS)) < len(head)


def _mend(text: str, html: bool) -> tuple[str, tuple[str, ...]]:
    """Entities read where a page of text has some, and mojibake put right."""
    notes: tuple[str, ...] = ()
    if not html and "&" in text and not _TAG.search(text):
        from ftfy.fixes import unescape_html

        read = unescape_html(text)
        if read != text:
            text, notes = read, ("entities were read",)
    if text.isascii():
        return text, notes
    from cleaners.encoding.mojibake import mend

    text, mended = mend(text, html)
    return text, (*notes, *mended)


def _tidy(text: str, html: bool) -> tuple[str, tuple[str, ...]]:
    from cleaners.encoding.control_chars import tidy, unseen_read

    return tidy(unseen_read(text) if html else text)
