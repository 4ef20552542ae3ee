"""Reads lists of URLs: feeds, sitemaps and their indexes, plain text, OPML and bookmarks."""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from html.entities import html5
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urljoin

from cleaners.model import Capture
from flows.sources.discover import url_input
from flows.sources.errors import ReadError, damaged
from flows.sources.web.responses import LinkList

if TYPE_CHECKING:
    from lxml import etree

# The most URLs that a sitemap may have, according to sitemaps.org/protocol.html.
MAX_URLS = 50_000

# What may precede the root element. It is removed piece by piece, because a single expression for
# all of it would backtrack over every way to split a series of comments.
_PROLOG = re.compile(rb"\s+|<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_ROOT_ELEMENT = re.compile(rb"<(?:[A-Za-z][\w.-]*:)?(rss|feed|RDF|urlset|sitemapindex|opml)[\s>]")
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_DECLARATION = re.compile(rb"<\?xml\s[^>]*\?>")
_COMMENT = re.compile(r"(?:^|\s)\s*#.*")
_JSON_FEED = re.compile(rb"\s*\{[^\[]*\"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version")
_BOOKMARKS_START = b"<!DOCTYPE NETSCAPE-Bookmark-file"
_URL = re.compile(r"https?://\S+")
# An & with the entity name that follows it, up to the semicolon. Numeric references don't match.
_REFERENCE = re.compile(rb"&(?!#\w+;)([A-Za-z][A-Za-z0-9]*;|)")
_XML_ENTITIES = frozenset(("amp", "lt", "gt", "quot", "apos"))


def extract_links(content: bytes, base: str, content_type: str) -> LinkList | None:
    """The URLs in a feed, a sitemap, an OPML file or a browser's bookmarks; None if it is neither.

    A sitemap may be plain text. `base` is the URL of the list, or '' for a file. With a URL, an
    entry of a feed that has a text and no link is a page.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", "replace")
        # The text has been decoded, so the declared encoding is no longer right.
        content = _XML_DECLARATION.sub("", text, count=1).encode()
        content_type = "application/xml; charset=utf-8"
    content = _without_warnings(content.removeprefix(codecs.BOM_UTF8))
    if _JSON_FEED.match(content):
        return _feed_links(_json_feed_entries(content), base)
    if content.lstrip().startswith(_BOOKMARKS_START):
        return _absolute_links(_bookmark_urls(content), base)
    root = _root_name(content[:8192])
    if root is None:
        return _text_sitemap(content, base)
    if root == b"opml":
        links = _absolute_links(_outline_urls(content), base)
    elif root in (b"urlset", b"sitemapindex"):
        links = _absolute_links(_sitemap_urls(content), base)
    else:
        links = _feed_links(_feed_entries(content, base, content_type), base)
    if re.search(rb"</(?:[\w.-]+:)?%s\s*>" % root, content) is None:
        return replace(links, missing="is cut off: the URLs after that are missing")
    return links


def parse_url_list(text: str) -> list[tuple[int, str]]:
    """The URLs in a plain list, each with its line number from 1; # after a space is a comment."""
    stripped = (
        (number, _COMMENT.sub("", line).strip()) for number, line in enumerate(text.splitlines(), 1)
    )
    return [(number, line) for number, line in stripped if line]


def _without_warnings(content: bytes) -> bytes:
    """Remove what a program on the server printed before the feed or sitemap."""
    at = _DECLARATION.search(content, 0, 8192)
    is_page = at is not None and b"<html" in content[: at.start()].lower()
    return content[at.start() :] if at and not is_page else content


def _text_sitemap(content: bytes, base: str) -> LinkList | None:
    """The URLs of a plain text sitemap, which has one URL per line and nothing else."""
    if not content.lstrip().startswith((b"http://", b"https://")):
        return None
    lines = parse_url_list(content[: MAX_URLS * 2048].decode("utf-8", "replace"))
    urls = [line for _, line in lines]
    if not all(_URL.fullmatch(url) for url in urls):
        return None
    return _absolute_links(urls, base)


def _root_name(head: bytes) -> bytes | None:
    """The name of the root element, if it is that of a feed or sitemap."""
    at = 0
    while before := _PROLOG.match(head, at):
        at = before.end()
    root = _ROOT_ELEMENT.match(head, at)
    return None if root is None else root[1]


def _sitemap_urls(content: bytes) -> list[str]:
    parents = ("url", "sitemap")
    addresses = []
    for element in _elements(content, "loc"):
        parent = element.getparent()
        # A tag that the parser recovered may have a name that QName doesn't accept.
        name = "" if parent is None else str(parent.tag).rpartition("}")[2]
        if name in parents and element.text:
            addresses.append(element.text.strip())
    return addresses


def _outline_urls(content: bytes) -> list[str]:
    """The subscriptions and links in OPML (opml.org/spec2.opml)."""
    addresses = []
    for element in _elements(content, "outline"):
        named = {str(name).lower(): str(value).strip() for name, value in element.attrib.items()}
        if address := named.get("xmlurl") or named.get("url"):
            addresses.append(address)
    return addresses


def _bookmark_urls(content: bytes) -> list[str]:
    """The bookmarks that a browser exported, without those of its own pages and of scripts."""
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse(content.decode("utf-8", "replace"))
    links = tree.body.get_elements_by_tag_name("a") if tree.body else []
    addresses = [(link.getattr("href") or "").strip() for link in links]
    return [one for one in addresses if one.lower().startswith(("http:", "https:"))]


def _elements(content: bytes, name: str) -> Iterator[etree._Element]:
    """The elements of a document, which may be damaged; it can't read other files."""
    from lxml import etree

    for _, element in etree.iterparse(
        io.BytesIO(_REFERENCE.sub(_as_number, content)),
        tag=f"{{*}}{name}",
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
    ):
        yield element
        element.clear()


def _as_number(reference: re.Match[bytes]) -> bytes:
    """Make an entity reference valid XML: a bare & is escaped, an HTML entity is replaced."""
    name = reference[1].decode()
    if not name:
        return b"&amp;"
    if name.rstrip(";") in _XML_ENTITIES or name not in html5:
        return reference[0]
    return "".join(f"&#{ord(char)};" for char in html5[name]).encode()


def _feed_entries(content: bytes, base: str, content_type: str) -> list[Any]:
    import feedparser

    headers = {"content-location": base, "content-type": content_type}
    return list(feedparser.parse(io.BytesIO(content), response_headers=headers).entries)


def _json_feed_entries(content: bytes) -> list[Any]:
    """The items of a JSON Feed (jsonfeed.org/version/1.1), in the form of feedparser's entries."""
    try:
        items = json.loads(content).get("items")
    except ValueError as error:
        raise damaged(f"it is a JSON Feed that can't be read ({error})") from error
    return [
        {
            "id": one.get("id"),
            "link": one.get("url") or one.get("external_url"),
            "title": one.get("title"),
            "published": str(one.get("date_published") or ""),
            "content": [
                {"value": one.get("content_html"), "type": "text/html"},
                {"value": one.get("content_text"), "type": "text/plain"},
            ],
        }
        for one in (items if isinstance(items, list) else [])
        if isinstance(one, dict)
    ]


def _feed_links(entries: list[Any], base: str) -> LinkList:
    """The links of entries, and the pages of those that have a text and no link."""
    from flows.sources.archives.feed_entries import entry_page

    urls: list[str] = []
    pages: list[Capture] = []
    for entry in entries:
        url = str(entry.get("link") or "")
        if base and not url:
            # Its number in the feed changes with each new entry.
            name = str(entry.get("id") or sha256(repr(entry).encode()).hexdigest()[:16])
            with suppress(ReadError):
                page = entry_page(url_input(base), name, entry, None)
                at = page.captured_at or datetime.now(UTC)
                pages.append(replace(page, captured_at=at))
                continue
        urls.append(url)
    return replace(_absolute_links(urls, base), pages=tuple(pages))


def _absolute_links(addresses: list[str], base: str) -> LinkList:
    """The list of the http and https URLs; `addresses` has '' for an entry without a link."""
    whole = [_absolute_url(base, address) for address in addresses[:MAX_URLS]]
    urls = [urldefrag(one).url for one in whole if one.startswith(("http:", "https:"))]
    missing = ""
    if left_out := len(addresses) - len(whole):
        missing = f"lists more than {MAX_URLS:,} URLs: the last {left_out:,} are left out"
    elif urls and (unlinked := len(whole) - len(urls)):
        missing = f"has entries without a link to a page: {unlinked:,} of {len(whole):,}"
    return LinkList(tuple(dict.fromkeys(urls)), missing)


def _absolute_url(base: str, address: str) -> str:
    """The absolute URL; '' if there is none, or an invalid one as with an unclosed bracket."""
    try:
        return urljoin(base, address) if address else ""
    except ValueError:
        return ""
