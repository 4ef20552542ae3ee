"""Decides from the Content-Type and the first bytes whether a response is a page."""

from __future__ import annotations

from cleaners.encoding.sniff import detect_media
from cleaners.model import Capture, Media
from flows.sources.file_formats import PAGE_MEDIA_TYPES
from flows.sources.sniff_format import looks_like_html

# 203 means that a proxy modified the page.
HTTP_OK = frozenset({200, 203})
XML_TYPES = frozenset(("application/xml", "text/xml"))
# What servers send for any file, and for compressed ones, which are decompressed first.
_UNSPECIFIC_TYPES = frozenset(
    f"{kind}/{name}"
    for kind in ("application", "binary")
    for name in ("octet-stream", "download", "force-download", "gzip", "x-gzip")
)
_SHORT_NAMES = {"html": "text/html", "text": "text/plain", "htm": "text/html"}


def media_type_of_header(content_type: str) -> str:
    """The media type in a Content-Type header, the last if there are several; '' if none.

    >>> media_type_of_header("text/plain, Text/HTML; charset=utf-8"), media_type_of_header("html")
    ('text/html', 'text/html')
    """
    types = (part.partition(";")[0].strip().lower() for part in content_type.split(","))
    named = [_SHORT_NAMES.get(name, name) for name in types]
    return next((name for name in reversed(named) if "/" in name), "")


def charset_of_header(content_type: str) -> str | None:
    """The charset in a Content-Type header, the last if there are several; None if none."""
    found = None
    for parameter in content_type.replace(",", ";").split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            found = value.strip("\"' ").lower() or found
    return found


def page_media(media_type: str, body: bytes) -> Media | None:
    """The media type of a page declared as `media_type`; None if it isn't a page.

    If the type is missing or unspecific, or says only XML, the body must be HTML to count as a
    page. A whole HTML page is one also if it is declared as plain text.
    """
    head = body[:4096]
    if media_type in PAGE_MEDIA_TYPES:
        return Media.HTML if looks_like_html(head) else PAGE_MEDIA_TYPES[media_type]
    if media_type in XML_TYPES or media_type in _UNSPECIFIC_TYPES:
        return Media.HTML if looks_like_html(head) else None
    if media_type or b"\x00" in head[:64]:
        return None
    return Media.HTML if detect_media(Capture("", head)) is Media.HTML else None
