"""Reads lists of addresses: feeds (RSS, Atom), sitemaps and their indexes, plain lists of lines."""

from __future__ import annotations

import codecs
import io
import re
from urllib.parse import urljoin

from flows.sources.web.responses import Links

MOST = 50_000  # that a sitemap may have: sitemaps.org/protocol.html

# What may stand before the root. It is taken off piece by piece: one expression for all of it would
# try every way to cut a row of comments into pieces.
_BEFORE = re.compile(rb"\s+|<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_ROOT = re.compile(rb"<(?:[A-Za-z][\w.-]*:)?(rss|feed|RDF|urlset|sitemapindex)[\s>]")


def links_in(content: bytes, base: str, content_type: str) -> Links | None:
    """The addresses in a feed or sitemap; None where it is neither."""
    root = _root(content[:8192].removeprefix(codecs.BOM_UTF8))
    if root is None:
        return None
    if root in (b"urlset", b"sitemapindex"):
        return _unique(_in_sitemap(content), base)
    return _unique(_in_feed(content, base, content_type), base)


def lines(text: str) -> list[tuple[int, str]]:
    """The addresses of a plain list, each with the number of its line; # begins a comment."""
    stripped = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return [(number, line) for number, line in stripped if line and not line.startswith("#")]


def _root(head: bytes) -> bytes | None:
    """The name of the first element, where it is that of a feed or a sitemap."""
    at = 0
    while before := _BEFORE.match(head, at):
        at = before.end()
    root = _ROOT.match(head, at)
    return None if root is None else root[1]


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
        # A recovered tag need not be a name that QName would take.
        name = "" if parent is None else str(parent.tag).rpartition("}")[2]
        if name in parents and element.text:
            addresses.append(element.text.strip())
        element.clear()
    return addresses


def _in_feed(content: bytes, base: str, content_type: str) -> list[str]:
    import feedparser

    headers = {"content-location": base, "content-type": content_type}
    feed = feedparser.parse(io.BytesIO(content), response_headers=headers)
    return [str(entry.link) for entry in feed.entries if entry.get("link")]


def _unique(addresses: list[str], base: str) -> Links:
    whole = (_joined(base, address) for address in addresses[:MOST])
    return Links(tuple(dict.fromkeys(one for one in whole if one.startswith(("http:", "https:")))))


def _joined(base: str, address: str) -> str:
    """The whole address; '' for what can be none, such as a bracket that is never closed."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""
