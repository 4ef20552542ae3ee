"""Reads MHTML files, in which a browser saved a page with all its parts (RFC 2557)."""

from __future__ import annotations

import codecs
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import Message
from itertools import chain

from cleaners.model import Capture, Media
from flows.sources.errors import ReadError, ReadErrorKind
from flows.sources.file_formats import PAGE_MEDIA_TYPES
from flows.sources.sniff_format import looks_like_html
from flows.sources.timestamps import parse_timestamp


def extract_mhtml_page(capture: Capture) -> Capture:
    """The page in an MHTML file, with its URL and the time it was saved.

    Raises ReadError if the file has no page.
    """
    try:
        content = capture.payload.removeprefix(codecs.BOM_UTF8).lstrip()
        message = message_from_bytes(content, policy=policy.compat32)
        part = _root_part(message)
    except RecursionError as error:
        raise ReadError(ReadErrorKind.NO_PAGE, "its parts are nested too deeply") from error
    if part is None:
        raise ReadError(ReadErrorKind.NO_PAGE, "it has no HTML or text part")
    payload = part.get_payload(decode=True)
    at = parse_timestamp(str(message.get("Date", "")))
    return replace(
        capture,
        payload=payload if isinstance(payload, bytes) else b"",
        media_type=PAGE_MEDIA_TYPES.get(part.get_content_type()),
        url=_page_url(part, message),
        charset=part.get_content_charset(),
        captured_at=at or capture.captured_at,
    )


def _root_part(message: Message) -> Message | None:
    """The part to display: the one named as the start, or else the first page."""
    parts = [part for part in message.walk() if part.get_content_type() in PAGE_MEDIA_TYPES]
    if not message.keys():
        return None
    start = message.get_param("start")
    named = [part for part in parts if start and part.get("Content-ID") == start]
    html = [part for part in parts if PAGE_MEDIA_TYPES[part.get_content_type()] is Media.HTML]
    saved = message.get("Snapshot-Content-Location")
    shown = [part for part in html if saved and part.get("Content-Location") == saved]
    untyped = (
        part
        for part in message.walk()
        if part.get_content_type() == "application/octet-stream" and _is_html(part)
    )
    return next(chain(named, shown, html, parts, untyped), None)


def _is_html(part: Message) -> bool:
    payload = part.get_payload(decode=True)
    return isinstance(payload, bytes) and looks_like_html(payload[:4096])


def _page_url(part: Message, message: Message) -> str | None:
    for found in (part.get("Content-Location"), message.get("Snapshot-Content-Location")):
        if found and str(found).startswith(("http://", "https://")):
            return str(found)
    return None
