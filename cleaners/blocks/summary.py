"""Reads a page's head for the classifier: title, description, article body and type markers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from html import unescape
from urllib.parse import urlsplit

from cleaners.blocks.attribute_words import attribute_words
from cleaners.blocks.raw import RawPage

_ELEMENT = re.compile(r"<(meta|link|body|html)\b[^<>]*>", re.I)
_META_NAME = re.compile(
    r"\b(?:name|property)\s*=\s*[\"']?(og:title|og:description|description)\b", re.I
)
_META_CONTENT = re.compile(r"\bcontent\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.I | re.S)
_ARTICLE_BODY = re.compile(r"\"articleBody\"\s*:\s*(\"(?:[^\"\\]|\\.)*\")", re.S)
_MAX_ARTICLE_BODIES = 8
_ANY_TAG = re.compile(r"<[^>]{1,300}>")
_LINKED_DATA_TYPE = re.compile(r"\"@type\"\s*:\s*\"(\w+)\"")
_MICRODATA_TYPE = re.compile(r"itemtype=\"https?://schema.org/(\w+)")
_KIND_META = re.compile(r"\b(?:og:type|generator)\b", re.I)
_KIND_VALUE = re.compile(r"\b(?:content|class|itemtype)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.I)
_OWN_ADDRESS = {
    "link": re.compile(r"\bcanonical\b", re.I),
    "meta": re.compile(r"\bog:url\b", re.I),
}
_ADDRESS = re.compile(r"\b(?:href|content)\s*=\s*[\"']?(https?://[^\"'\s<>]*)", re.I)
_MAX_MARKERS = 200


def read_summary(html: str, page: RawPage) -> None:
    """Set the title, description, article body, markers and path of `page` from its HTML."""
    page.title = _title_element(html)
    elements = [(found[1].lower(), found[0]) for found in _ELEMENT.finditer(html)]
    for name, element in elements:
        if name == "meta":
            _read_meta(element, page)
    bodies = _article_bodies(html)
    if bodies:
        page.article_body = _ANY_TAG.sub(" ", unescape(max(bodies, key=len)))
    page.markers = _kind_markers(html, elements)
    page.path = _path(elements)


def _read_meta(element: str, page: RawPage) -> None:
    attribute, content = _META_NAME.search(element), _META_CONTENT.search(element)
    if attribute is None or content is None:
        return
    value = " ".join(unescape(content[1] or content[2] or "").split())
    name = attribute[1].lower()
    if name == "og:title" and value:
        page.title = value[:500] if not page.title else f"{value[:500]}\n{page.title}"
    elif name.endswith("description") and len(value) > len(page.description):
        page.description = value[:2000]


def _kind_markers(html: str, elements: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Words that indicate the page type: schema.org types, og:type, the generator, body classes."""
    types = [*_LINKED_DATA_TYPE.finditer(html)]
    if 'itemtype="http' in html:
        types += _MICRODATA_TYPE.finditer(html)
    found = [one[1] for one in sorted(types, key=re.Match.start)[:_MAX_MARKERS]]
    for name, element in elements:
        if name in ("body", "html") or (name == "meta" and _KIND_META.search(element)):
            found += [a or b for a, b in _KIND_VALUE.findall(element[:2000])]
    words = {name.lower() for name in found if name.isalnum()}
    return frozenset(words.union(*map(attribute_words, found[:_MAX_MARKERS])))


def _path(elements: Iterable[tuple[str, str]]) -> str | None:
    """The path and query of the page's own URL, if the page states it."""
    for name, element in elements:
        says_own = _OWN_ADDRESS.get(name)
        if says_own is None or not says_own.search(element):
            continue
        if (address := _ADDRESS.search(element)) is not None:
            with suppress(ValueError):
                parts = urlsplit(address[1])
                return f"{parts.path}?{parts.query}".rstrip("?")
    return None


def _title_element(html: str) -> str:
    start = html.find("<title")
    if start < 0:
        return ""
    start = html.find(">", start) + 1
    end = html.find("</title", start)
    return " ".join(unescape(html[start : end if end >= 0 else start]).split())[:500]


def _article_bodies(html: str) -> list[str]:
    """The article bodies in the page's JSON-LD."""
    bodies = []
    at = html.find('"articleBody"')
    for _ in range(_MAX_ARTICLE_BODIES):
        if at < 0:
            break
        if found := _ARTICLE_BODY.match(html, at):
            with suppress(ValueError):
                bodies.append(str(json.loads(found[1], strict=False)))
        at = html.find('"articleBody"', at + 1)
    return bodies
