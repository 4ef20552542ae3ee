"""Reads what a page and its server say about its use by machines: noai, TDM reservation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cleaners.model import Capture, Media
from flows.sources.errors import ReadError, ReadErrorKind

_HEAD_BYTES = 1 << 16
_META = re.compile(rb"<meta\s[^>]{1,500}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""\b(name|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.I)
_ROBOTS_WORDS = frozenset(("noai", "noimageai", "noml"))
# TDM Reservation Protocol, W3C Community Group, 2024.
_TDM = "tdm-reservation"
# The statements that reserve the use of text; noimageai is only about pictures.
_RESERVING = frozenset(("noai", "noml", _TDM))


def header_rights(headers: Mapping[str, str]) -> tuple[str, ...]:
    """The rights statements in the headers of a response, whose names are in lower case.

    >>> header_rights({"tdm-reservation": "1", "x-robots-tag": "noindex, noai"})
    ('noai', 'tdm-reservation')
    """
    return _words(
        [("robots", headers.get("x-robots-tag", "")), (_TDM, headers.get("tdm-reservation", ""))]
    )


def page_rights(capture: Capture) -> tuple[str, ...]:
    """The rights statements in the meta elements at the beginning of a page."""
    if capture.media_type is Media.TEXT:
        return ()
    metas = []
    for element in _META.findall(capture.payload[:_HEAD_BYTES]):
        values = {
            name.lower(): (one or two or three).decode("latin-1")
            for name, one, two, three in _ATTRIBUTE.findall(element)
        }
        metas.append((values.get(b"name", "").lower(), values.get(b"content", "")))
    return _words(metas)


def refuse_reserved(rights: Iterable[str]) -> None:
    """Raise ReadError (RESERVED) if these statements reserve the use of the text."""
    if found := _RESERVING.intersection(rights):
        why = f"its publisher reserves text and data mining ({', '.join(sorted(found))})"
        raise ReadError(ReadErrorKind.RESERVED, why)


def _words(statements: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    found: set[str] = set()
    for name, value in statements:
        if name == "robots":
            found |= _ROBOTS_WORDS.intersection(re.split(r"[\s,:]+", value.lower()))
        elif name == _TDM and value.strip() == "1":
            found.add(_TDM)
    return tuple(sorted(found))
