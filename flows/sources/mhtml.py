"""Reads .mhtml, a page that a browser saved with all its parts in one file (RFC 2557)."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import Message

from cleaners.model import Capture, Media
from flows.sources.timestamps import parse_timestamp

_PAGES = {"text/html": Media.HTML, "application/xhtml+xml": Media.HTML, "text/plain": Media.TEXT}


class NoPage(Exception):
    """A saved page without a page in it."""


def extract_mhtml_page(capture: Capture) -> Capture:
    """The page of a saved page, with its address and the moment of saving; raises NoPage."""
    try:
        message = message_from_bytes(capture.payload, policy=policy.compat32)
        part = _root_part(message)
    except RecursionError as error:
        raise NoPage("its parts are nested too deeply") from error
    if part is None:
        raise NoPage("there is no HTML or text part in it")
    payload = part.get_payload(decode=True)
    at = parse_timestamp(str(message.get("Date", "")))
    return replace(
        capture,
        payload=payload if isinstance(payload, bytes) else b"",
        media_type=_PAGES[part.get_content_type()],
        url=_page_url(part, message),
        charset=part.get_content_charset(),
        captured_at=at or capture.captured_at,
    )


def _root_part(message: Message) -> Message | None:
    """The part to show first: the one named as the start, else the first page among the parts."""
    parts = [part for part in message.walk() if part.get_content_type() in _PAGES]
    if not message.keys():
        return None
    start = message.get_param("start")
    named = [part for part in parts if start and part.get("Content-ID") == start]
    html = [part for part in parts if _PAGES[part.get_content_type()] is Media.HTML]
    return next(iter([*named, *html, *parts]), None)


def _page_url(part: Message, message: Message) -> str | None:
    for found in (part.get("Content-Location"), message.get("Snapshot-Content-Location")):
        if found and str(found).startswith(("http://", "https://")):
            return str(found)
    return None
