"""Finds where a response leads: by its status, a Refresh header, or a refresh in its HTML."""

from __future__ import annotations

import re
from urllib.parse import urldefrag, urljoin

import httpx

from flows.sources.content_encoding import decode_content
from flows.sources.errors import ReadError, ReadErrorKind
from flows.sources.page_types import HTTP_OK

_STATUSES = frozenset({301, 302, 303, 307, 308})
# A longer delay reloads a page that people read meanwhile.
_MAX_DELAY_S = 10
# A page with more than this isn't one that only leads elsewhere.
_MAX_BYTES = 1 << 16
_MAX_TEXT_CHARS = 500
_REFRESH = re.compile(
    r"\s*(\d+)[\d.]*\s*[;,\s]\s*(?:url\s*=)?\s*(?:\"([^\"]+)|'([^']+)|(\S+))", re.I
)


def redirect_target(url: str, status: int, headers: httpx.Headers, body: bytes = b"") -> str | None:
    """The URL that the response from `url` leads to, or None; raises ReadError if it is invalid."""
    if status in _STATUSES:
        target = headers.get("location")
    elif status in HTTP_OK and len(body) <= _MAX_BYTES:
        target = _refresh_target(headers.get("refresh") or _refresh_of_page(headers, body))
    else:
        target = None
    if target is None:
        return None
    try:
        target = urljoin(url, target)
    except ValueError as error:
        raise ReadError(
            ReadErrorKind.BAD_ADDRESS, f"it redirects to {target}, which is not a valid URL"
        ) from error
    reloads = status not in _STATUSES and urldefrag(target).url == urldefrag(url).url
    return None if reloads else target


def _refresh_target(refresh: str | None) -> str | None:
    """The URL in a refresh such as `0; url=/new`; None if it reloads the page or is slow."""
    found = _REFRESH.match(refresh or "")
    if found is None or int(found[1]) > _MAX_DELAY_S:
        return None
    return found[2] or found[3] or found[4]


def _refresh_of_page(headers: httpx.Headers, body: bytes) -> str | None:
    """The refresh in a page that has little text of its own."""
    try:
        body = decode_content(body, headers.get("content-encoding", ""), _MAX_BYTES)
    except ReadError:
        return None
    if b"refresh" not in body.lower():
        return None
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse(body.decode("utf-8", "replace"))
    if tree.head is None or tree.body is None or len(tree.body.text or "") > _MAX_TEXT_CHARS:
        return None
    for meta in tree.head.get_elements_by_tag_name("meta"):
        is_refresh = (meta.getattr("http-equiv") or "").strip().lower() == "refresh"
        # A browser that runs scripts ignores a noscript element.
        is_ignored = meta.parent is not None and meta.parent.tag == "noscript"
        if is_refresh and not is_ignored:
            return str(meta.getattr("content") or "")
    return None
