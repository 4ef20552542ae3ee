"""Finds where a response leads: by its status, a Refresh header, or a refresh in its HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin

import httpx

from cleaners.text.unspaced import UNSPACED_CHAR
from flows.sources.content_encoding import decode_content
from flows.sources.errors import ReadError, ReadErrorKind

if TYPE_CHECKING:
    from resiliparse.parse.html import HTMLTree

_STATUSES = frozenset({301, 302, 303, 307, 308})
# A longer delay reloads a page that people read meanwhile.
_MAX_DELAY_S = 5
# A page with more than this isn't one that only leads elsewhere.
_MAX_BYTES = 1 << 16
_MAX_TEXT_CHARS = 500
# Notices such as "This page has moved" are shorter, or have a link to the new page.
_MIN_SENTENCE_WORDS = 10
_CHARS_PER_UNSPACED_WORD = 2
_REFRESH = re.compile(
    r"\s*(\d+)[\d.]*\s*[;,\s]\s*(?:url\s*=\s*)?+(?:\"([^\"]+)|'([^']+)|([^\s\"']\S*))", re.I
)
# A link in the text that resiliparse extracts.
_LINK = re.compile(r"\(([^\s()]+)\)")


@dataclass(frozen=True, slots=True)
class Refresh:
    """The URL that a page leads to by itself, and if the page also has a sentence of its own."""

    url: str
    has_sentence: bool


def redirect_target(url: str, status: int, headers: httpx.Headers) -> str | None:
    """The URL that a status leads to, or None; raises ReadError if it is invalid."""
    target: str | None = headers.get("location") if status in _STATUSES else None
    if target is None:
        return None
    try:
        return urljoin(url, target)
    except ValueError as error:
        raise ReadError(
            ReadErrorKind.BAD_ADDRESS, f"it redirects to {target}, which is not a valid URL"
        ) from error


def find_refresh(url: str, headers: httpx.Headers, body: bytes) -> Refresh | None:
    """The refresh to follow; None if the page reloads itself, or is one that people read."""
    if len(body) > _MAX_BYTES:
        return None
    header = headers.get("refresh")
    try:
        body = decode_content(body, headers.get("content-encoding", ""), _MAX_BYTES)
    except ReadError:
        return None
    if not header and b"refresh" not in body.lower():
        return None
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse(body.decode("utf-8", "replace"))
    found = _REFRESH.match(header or _refresh_of_page(tree))
    if found is None or (delay := float(found[1])) > _MAX_DELAY_S:
        return None
    target = _web_url(url, found[2] or found[3] or found[4])
    if target is None or urldefrag(target).url == urldefrag(url).url:
        return None
    if tree.body is not None and len(tree.body.text or "") > _MAX_TEXT_CHARS:
        return None
    has_sentence = _has_sentence(tree, url, target)
    return None if delay and has_sentence else Refresh(target, has_sentence)


def _refresh_of_page(tree: HTMLTree) -> str:
    for meta in tree.head.get_elements_by_tag_name("meta") if tree.head else ():
        is_refresh = (meta.getattr("http-equiv") or "").strip().lower() == "refresh"
        # A browser that runs scripts ignores a noscript element.
        is_ignored = meta.parent is not None and meta.parent.tag == "noscript"
        if is_refresh and not is_ignored:
            return str(meta.getattr("content") or "")
    return ""


def _has_sentence(tree: HTMLTree, url: str, target: str) -> bool:
    """Whether a page has a line as long as a sentence, without a link to the target."""
    from resiliparse.extract.html2text import extract_plain_text

    lines = extract_plain_text(tree, links=True).splitlines()
    return any(
        _count_words(line) >= _MIN_SENTENCE_WORDS
        and all(_web_url(url, link) != target for link in _LINK.findall(line))
        for line in lines
    )


def _count_words(line: str) -> int:
    unspaced = len(re.findall(UNSPACED_CHAR, line)) // _CHARS_PER_UNSPACED_WORD
    return max(len(line.split()), unspaced)


def _web_url(base: str, address: str) -> str | None:
    """The absolute URL; None if it is invalid, or is neither http nor https."""
    try:
        url = urljoin(base, address)
    except ValueError:
        return None
    return url if url.lower().startswith(("http://", "https://")) else None
