"""What a page's head says to the classifier: its title, its description, its article, its kind."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from html import unescape
from urllib.parse import urlsplit

from cleaners.blocks.attribute_words import attribute_words
from cleaners.blocks.raw import RawPage

_META_ELEMENT = re.compile(r"<meta\b[^<>]*>", re.I)
_META_NAME = re.compile(
    r"\b(?:name|property)\s*=\s*[\"']?(og:title|og:description|description)\b", re.I
)
_META_CONTENT = re.compile(r"\bcontent\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.I | re.S)
_ARTICLE_BODY = re.compile(r"\"articleBody\"\s*:\s*(\"(?:[^\"\\]|\\.)*\")", re.S)
_MAX_ARTICLE_BODIES = 8
_ANY_TAG = re.compile(r"<[^>]{1,300}>")
_LINKED_DATA_TYPE = re.compile(r"\"@type\"\s*:\s*\"(\w+)\"|itemtype=\"https?://schema.org/(\w+)")
_KIND_ELEMENT = re.compile(
    r"<meta\b[^<>]{0,2000}\b(?:og:type|generator)\b[^<>]{0,2000}>|<(?:body|html)\b[^<>]*>", re.I
)
_KIND_VALUE = re.compile(r"\b(?:content|class|itemtype)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.I)
_OWN_ADDRESS = re.compile(
    r"<(?:link\b[^<>]{0,2000}\bcanonical\b|meta\b[^<>]{0,2000}\bog:url\b)[^<>]{0,2000}>", re.I
)
_ADDRESS = re.compile(r"\b(?:href|content)\s*=\s*[\"']?(https?://[^\"'\s<>]*)", re.I)
_MAX_MARKERS = 200


def read_summary(html: str, page: RawPage) -> None:
    """Title, description and the article's body as the page states them for machines."""
    page.title = _title_element(html)
    for match in _META_ELEMENT.finditer(html):
        attribute, content = _META_NAME.search(match[0]), _META_CONTENT.search(match[0])
        if attribute is None or content is None:
            continue
        value = " ".join(unescape(content[1] or content[2] or "").split())
        name = attribute[1].lower()
        if name == "og:title" and value:
            page.title = value[:500] if not page.title else f"{value[:500]}\n{page.title}"
        elif name.endswith("description") and len(value) > len(page.description):
            page.description = value[:2000]
    bodies = _article_bodies(html)
    if bodies:
        page.article_body = _ANY_TAG.sub(" ", unescape(max(bodies, key=len)))
    page.markers = _kind_markers(html)
    page.path = _path(html)


def _kind_markers(html: str) -> frozenset[str]:
    """The words that tell the kind of a page: schema.org types, og:type, the software, classes."""
    found = [a or b for a, b in _LINKED_DATA_TYPE.findall(html)[:_MAX_MARKERS]]
    for element in _KIND_ELEMENT.finditer(html):
        found += [a or b for a, b in _KIND_VALUE.findall(element[0][:2000])]
    words = {name.lower() for name in found if name.isalnum()}
    return frozenset(words.union(*map(attribute_words, found[:_MAX_MARKERS])))


def _path(html: str) -> str | None:
    """The path of the page's own address, if the page states it."""
    for element in _OWN_ADDRESS.finditer(html):
        if (address := _ADDRESS.search(element[0])) is not None:
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
