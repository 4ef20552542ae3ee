"""Tells from a Content-Type and the first bytes whether a response is a page."""

from __future__ import annotations

from cleaners.encoding.sniff import detect_media
from cleaners.model import Capture, Media
from flows.sources.file_formats import PAGE_MEDIA_TYPES
from flows.sources.sniff_format import looks_like_html

HTTP_OK = frozenset({200, 203})  # 203: a proxy on the way changed the page
XML_TYPES = frozenset(("application/xml", "text/xml"))
_SHORT_NAMES = {"html": "text/html", "text": "text/plain", "htm": "text/html"}


def media_type_of_header(content_type: str) -> str:
    """The media type in a Content-Type, the last of several; '' if it has none.

    >>> media_type_of_header("text/plain, Text/HTML; charset=utf-8"), media_type_of_header("html")
    ('text/html', 'text/html')
    """
    types = (part.partition(";")[0].strip().lower() for part in content_type.split(","))
    named = [_SHORT_NAMES.get(name, name) for name in types]
    return next((name for name in reversed(named) if "/" in name), "")


def charset_of_header(content_type: str) -> str | None:
    """The charset in a Content-Type, the last of several; None if it has none."""
    found = None
    for parameter in content_type.replace(",", ";").split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            found = value.strip("\"' ").lower() or found
    return found


def page_media(media_type: str, body: bytes) -> Media | None:
    """The media type of a page with this declared type; None if it is no page.

    Without a declared type, or with that of any XML, only HTML counts as a page.
    """
    if media_type in PAGE_MEDIA_TYPES:
        return PAGE_MEDIA_TYPES[media_type]
    head = body[:4096]
    if media_type in XML_TYPES:
        return Media.HTML if looks_like_html(head) else None
    if media_type or b"\x00" in head[:64]:
        return None
    return Media.HTML if detect_media(Capture("", head)) is Media.HTML else None
