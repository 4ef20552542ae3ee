"""Reads lists of URLs: feeds (RSS, Atom), sitemaps and sitemap indexes, plain text."""

from __future__ import annotations

import codecs
import io
import re
from html.entities import html5
from urllib.parse import urldefrag, urljoin

from flows.sources.web.responses import LinkList

MAX_URLS = 50_000  # that a sitemap may have: sitemaps.org/protocol.html

# What may precede the root element. It is removed piece by piece: one expression for all of it
# would backtrack over every way to split a row of comments.
_PROLOG = re.compile(rb"\s+|<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_ROOT_ELEMENT = re.compile(rb"<(?:[A-Za-z][\w.-]*:)?(rss|feed|RDF|urlset|sitemapindex)[\s>]")
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_DECLARATION = re.compile(rb"<\?xml\s[^>]*\?>")
_URL = re.compile(r"https?://\S+")
# An & and the name behind it, up to its semicolon; numeric references stay as they are.
_REFERENCE = re.compile(rb"&(?!#\w+;)([A-Za-z][A-Za-z0-9]*;|)")
_XML_ENTITIES = frozenset(("amp", "lt", "gt", "quot", "apos"))


def extract_links(content: bytes, base: str, content_type: str) -> LinkList | None:
    """The URLs in a feed or sitemap, also one in plain text; None if it is neither."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", "replace")
        # The declared encoding is no longer the real one.
        content = _XML_DECLARATION.sub("", text, count=1).encode()
        content_type = "application/xml; charset=utf-8"
    content = _without_warnings(content.removeprefix(codecs.BOM_UTF8))
    root = _root_name(content[:8192])
    if root is None:
        return _text_sitemap(content, base)
    if root in (b"urlset", b"sitemapindex"):
        return _absolute_links(_sitemap_urls(content), base)
    return _absolute_links(_feed_urls(content, base, content_type), base)


def parse_url_list(text: str) -> list[tuple[int, str]]:
    """The URLs of a plain list, each with its line number from 1; # begins a comment."""
    stripped = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return [(number, line) for number, line in stripped if line and not line.startswith("#")]


def _without_warnings(content: bytes) -> bytes:
    """A feed or sitemap without what a program on the server printed before it."""
    at = _DECLARATION.search(content, 0, 8192)
    is_page = at is not None and b"<html" in content[: at.start()].lower()
    return content[at.start() :] if at and not is_page else content


def _text_sitemap(content: bytes, base: str) -> LinkList | None:
    """The URLs of a sitemap in plain text: one a line, and nothing else."""
    if not content.lstrip().startswith((b"http://", b"https://")):
        return None
    lines = parse_url_list(content[: MAX_URLS * 2048].decode("utf-8", "replace"))
    urls = [line for _, line in lines]
    if not all(_URL.fullmatch(url) for url in urls):
        return None
    return _absolute_links(urls, base)


def _root_name(head: bytes) -> bytes | None:
    """The name of the root element, if it is that of a feed or a sitemap."""
    at = 0
    while before := _PROLOG.match(head, at):
        at = before.end()
    root = _ROOT_ELEMENT.match(head, at)
    return None if root is None else root[1]


def _sitemap_urls(content: bytes) -> list[str]:
    from lxml import etree

    found = etree.iterparse(
        io.BytesIO(_REFERENCE.sub(_as_number, content)),
        tag="{*}loc",
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
    )
    parents = ("url", "sitemap")
    addresses = []
    for _, element in found:
        parent = element.getparent()
        # A recovered tag need not be a name that QName would take.
        name = "" if parent is None else str(parent.tag).rpartition("}")[2]
        if name in parents and element.text:
            addresses.append(element.text.strip())
        element.clear()
    return addresses


def _as_number(reference: re.Match[bytes]) -> bytes:
    """A reference that XML knows: a bare & as its own, an entity of HTML as its character."""
    name = reference[1].decode()
    if not name:
        return b"&amp;"
    if name.rstrip(";") in _XML_ENTITIES or name not in html5:
        return reference[0]
    return "".join(f"&#{ord(char)};" for char in html5[name]).encode()


def _feed_urls(content: bytes, base: str, content_type: str) -> list[str]:
    import feedparser

    headers = {"content-location": base, "content-type": content_type}
    feed = feedparser.parse(io.BytesIO(content), response_headers=headers)
    return [str(entry.link) for entry in feed.entries if entry.get("link")]


def _absolute_links(addresses: list[str], base: str) -> LinkList:
    whole = (_absolute_url(base, address) for address in addresses[:MAX_URLS])
    return LinkList(
        tuple(
            dict.fromkeys(
                urldefrag(one).url for one in whole if one.startswith(("http:", "https:"))
            )
        )
    )


def _absolute_url(base: str, address: str) -> str:
    """The absolute URL; '' if it is invalid, for example with a bracket that is never closed."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""
