"""Reads lists of URLs: feeds (RSS, Atom), sitemaps and sitemap indexes, plain text."""

from __future__ import annotations

import codecs
import io
import re
from urllib.parse import urljoin

from flows.sources.web.responses import LinkList

MAX_URLS = 50_000  # that a sitemap may have: sitemaps.org/protocol.html

# What may precede the root element. It is removed piece by piece: one expression for all of it
# would backtrack over every way to split a row of comments.
_PROLOG = re.compile(rb"\s+|<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_ROOT_ELEMENT = re.compile(rb"<(?:[A-Za-z][\w.-]*:)?(rss|feed|RDF|urlset|sitemapindex)[\s>]")


def extract_links(content: bytes, base: str, content_type: str) -> LinkList | None:
    """The URLs in a feed or sitemap; None if it is neither."""
    root = _root_name(content[:8192].removeprefix(codecs.BOM_UTF8))
    if root is None:
        return None
    if root in (b"urlset", b"sitemapindex"):
        return _absolute_links(_sitemap_urls(content), base)
    return _absolute_links(_feed_urls(content, base, content_type), base)


def parse_url_list(text: str) -> list[tuple[int, str]]:
    """The URLs of a plain list, each with its line number from 1; # begins a comment."""
    stripped = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return [(number, line) for number, line in stripped if line and not line.startswith("#")]


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
        io.BytesIO(content),
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


def _feed_urls(content: bytes, base: str, content_type: str) -> list[str]:
    import feedparser

    headers = {"content-location": base, "content-type": content_type}
    feed = feedparser.parse(io.BytesIO(content), response_headers=headers)
    return [str(entry.link) for entry in feed.entries if entry.get("link")]


def _absolute_links(addresses: list[str], base: str) -> LinkList:
    whole = (_absolute_url(base, address) for address in addresses[:MAX_URLS])
    return LinkList(
        tuple(dict.fromkeys(one for one in whole if one.startswith(("http:", "https:"))))
    )


def _absolute_url(base: str, address: str) -> str:
    """The absolute URL; '' if it is invalid, for example with a bracket that is never closed."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""
