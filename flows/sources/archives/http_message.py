"""Reads HTTP responses as archives store them: head and body in one piece."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from cleaners.model import Capture
from flows.sources.archives.reader import ReadOptions, Skipped
from flows.sources.content_encoding import decode_chunked, decode_content
from flows.sources.errors import too_large
from flows.sources.file_formats import PAGE_MEDIA_TYPES
from flows.sources.page_types import (
    HTTP_OK,
    XML_TYPES,
    charset_of_header,
    media_type_of_header,
    page_media,
)
from flows.sources.rights import header_rights

# The limit for a response's status line and headers.
MAX_HEAD_BYTES = 1 << 16
_STATUS_LINE = re.compile(rb"HTTP/[\d.]+[ \t]+(\d{3})\b[^\n]*\n")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class HttpMessage:
    """A response: its status, its headers by lower-case name, and its body."""

    status: int
    headers: dict[str, str]
    body: bytes


def parse_http(message: bytes) -> HttpMessage | None:
    """Parse a stored response; lines may end in LF alone. None if it isn't a response."""
    status = _STATUS_LINE.match(message)
    if status is None:
        return None
    # The line end of the status line may be the first of the two that end the head.
    end = _END_OF_HEAD.search(message, status.end() - 2, MAX_HEAD_BYTES)
    head = message[status.end() : end.start() if end else None]
    headers: dict[str, str] = {}
    for line in head.decode("latin-1").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            known = headers.get(name.strip().lower())
            value = value.strip()
            headers[name.strip().lower()] = f"{known}, {value}" if known else value
    return HttpMessage(int(status[1]), headers, message[end.end() :] if end else b"")


def page_from_message(
    locator: str,
    message: HttpMessage,
    url: str | None,
    captured_at: datetime | None,
    options: ReadOptions,
) -> Capture | Skipped:
    """The decoded page in a response, or Skipped if it isn't a page; raises ReadError."""
    if message.status not in HTTP_OK:
        return Skipped(f"HTTP {message.status}")
    declared = message.headers.get("content-type", "")
    media_type = media_type_of_header(declared)
    if media_type and media_type not in (*PAGE_MEDIA_TYPES, *XML_TYPES):
        return Skipped(media_type)
    if len(message.body) > options.max_bytes:
        raise too_large(options.max_bytes)
    body = message.body
    if "chunked" in message.headers.get("transfer-encoding", "").lower():
        body = decode_chunked(body)
    encodings = message.headers.get("content-encoding", "")
    body = decode_content(body, encodings, options.max_bytes)
    media = page_media(media_type, body)
    if media is None:
        return Skipped(media_type or "responses without a Content-Type")
    return Capture(
        locator,
        body,
        media,
        url,
        charset_of_header(declared),
        captured_at,
        rights=header_rights(message.headers),
    )
