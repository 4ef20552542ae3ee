"""Reads lists of addresses: feeds (RSS, Atom), sitemaps and their indexes, plain lists of lines."""

from __future__ import annotations

import io
import re
from urllib.parse import urljoin

from flows.sources.web.answers import Links

MOST = 50_000  # that a sitemap may have: sitemaps.org/protocol.html

_ROOT = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>|\s)*"
    rb"<(?:[A-Za-z][\w.-]*:)?(rss|feed|RDF|urlset|sitemapindex)[\s>]",
    re.DOTALL,
)


def links_in(content: bytes, base: str, content_type: str) -> Links | None:
    """The addresses in a feed or sitemap; None where it is neither."""
    root = _ROOT.match(content[:8192])
    if root is None:
        return None
    if root[1] in (b"urlset", b"sitemapindex"):
        return _unique(_in_sitemap(content), base)
    return _unique(_in_feed(content, base, content_type), base)


def lines(text: str) -> list[tuple[int, str]]:
    """The addresses of a plain list, each with the number of its line; # begins a comment."""
    stripped = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return [(number, line) for number, line in stripped if line and not line.startswith("#")]


def _in_sitemap(content: bytes) -> list[str]:
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
        if parent is not None and etree.QName(parent).localname in parents and element.text:
            addresses.append(element.text.strip())
        element.clear()
    return addresses


def _in_feed(content: bytes, base: str, content_type: str) -> list[str]:
    import feedparser

    headers = {"content-location": base, "content-type": content_type}
    feed = feedparser.parse(io.BytesIO(content), response_headers=headers)
    return [str(entry.link) for entry in feed.entries if entry.get("link")]


def _unique(addresses: list[str], base: str) -> Links:
    whole = (urljoin(base, address) for address in addresses[:MOST])
    return Links(tuple(dict.fromkeys(one for one in whole if one.startswith(("http:", "https:")))))
