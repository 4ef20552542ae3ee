"""Reads what previews of links to a page show: description, image, site name, section, tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from cleaners.metadata.jsonld import JsonLdArticle

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

# Names of `meta` elements, the most trusted first (ogp.me, Twitter cards, Dublin Core, Parse.ly,
# Sailthru).
_DESCRIPTION_NAMES = (
    *("og:description", "description", "twitter:description", "dc.description"),
    *("dcterms.abstract", "dcterms.description", "sailthru.description"),
)
_IMAGE_NAMES = (
    *("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"),
    *("parsely-image-url", "sailthru.image.full", "thumbnail", "image", "thumbnailurl"),
)
_SITE_NAMES = ("og:site_name",)
_LESS_TRUSTED_SITE_NAMES = (
    *("application-name", "apple-mobile-web-app-title", "dc.publisher", "publisher"),
    *("citation_journal_title",),
)
_SECTION_NAMES = (
    *("article:section", "og:article:section", "parsely-section", "articlesection"),
    *("cxenseparse:recs:category", "dc.type.section", "section"),
)
TAG_NAMES = (
    *("article:tag", "og:article:tag", "news_keywords", "parsely-tags", "sailthru.tags"),
    *("dc.subject", "dcterms.subject", "citation_keywords", "keywords"),
)
"""Names of `meta` elements that may be repeated, once for each tag."""
PREVIEW_NAMES = (
    *(*_DESCRIPTION_NAMES, *_IMAGE_NAMES, *_SITE_NAMES, *_LESS_TRUSTED_SITE_NAMES),
    *(*_SECTION_NAMES, *TAG_NAMES),
)
_TAG_SEPARATOR = re.compile(r"[,;，、；،؛\n]")
_TAG_LINKS = 'a[rel~="tag"]'
# What templates print without a value, and template placeholders that were never filled in.
_NO_VALUE = re.compile(r"(?:null|none|undefined|nan|n/a|false|\W*)$|.*(?:\{\{|\}\}|\$\{|%%)", re.I)
_MAX_DESCRIPTION_CHARS, _MAX_NAME_CHARS, _MAX_TAG_CHARS, _MAX_URL_CHARS = 2000, 200, 100, 2000
_MAX_TAGS = 50


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """The fields of a link preview; `image` is an absolute URL."""

    description: str | None = None
    image: str | None = None
    site_name: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()


def read_link_preview(
    tree: LexborHTMLParser, meta: Mapping[str, str], article: JsonLdArticle, address: str | None
) -> LinkPreview:
    """The link preview from a page's `meta` elements and JSON-LD; `address` is the page's URL.

    A description is cut to 2000 characters. Other values that are too long are left out.
    """

    def stated(names: Iterable[str]) -> Iterator[str]:
        return (meta[name] for name in names if name in meta)

    description = _first((article.description, *stated(_DESCRIPTION_NAMES)))
    sites = (*stated(_SITE_NAMES), article.publisher, *stated(_LESS_TRUSTED_SITE_NAMES))
    sections = (*stated(_SECTION_NAMES), article.section)
    images = (*stated(_IMAGE_NAMES), *article.images, *_linked_image(tree))
    links = [link.text() for link in tree.css(_TAG_LINKS)[:_MAX_TAGS]]
    return LinkPreview(
        description=description and description[:_MAX_DESCRIPTION_CHARS].rstrip(),
        image=_absolute_url(images, tree, address),
        site_name=_first(sites, _MAX_NAME_CHARS),
        section=_first(sections, _MAX_NAME_CHARS),
        tags=_tags([*stated(TAG_NAMES), *article.keywords, *links]),
    )


def _first(values: Iterable[str], most: int | None = None) -> str | None:
    """The first value that is no placeholder and has at most `most` characters."""
    good = (v for v in values if not _NO_VALUE.match(v) and (most is None or len(v) <= most))
    return next(good, None)


def _tags(statements: Iterable[str]) -> tuple[str, ...]:
    """The distinct tags in comma-separated lists, ignoring case.

    >>> _tags(["Bridges", "bridges, Mill End ,"])
    ('Bridges', 'Mill End')
    """
    found: dict[str, str] = {}
    for statement in statements:
        for part in _TAG_SEPARATOR.split(statement):
            tag = " ".join(part.split()).strip("#\"' ")
            if tag and len(tag) <= _MAX_TAG_CHARS and not _NO_VALUE.match(tag):
                found.setdefault(tag.casefold(), tag)
    return tuple(found.values())[:_MAX_TAGS]


def _linked_image(tree: LexborHTMLParser) -> Iterator[str]:
    link = tree.css_first('link[rel~="image_src"],link[itemprop~="image"]')
    if link is not None and (href := link.attributes.get("href")):
        yield href


def _absolute_url(values: Iterable[str], tree: LexborHTMLParser, address: str | None) -> str | None:
    """The first usable URL, resolved against the page's `base` element and `address`.

    A relative URL is skipped if there is nothing to resolve it against.
    """
    base = tree.css_first("base[href]")
    start = address or ""
    for value in values:
        try:
            if base is not None:
                start = urljoin(address or "", base.attributes.get("href") or "")
            url = urljoin(start, value.strip())
            url = f"https:{url}" if url.startswith("//") else url
            parts = urlsplit(url)
        except ValueError:  # an unmatched bracket in the host
            continue
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
        if is_web and len(url) <= _MAX_URL_CHARS and not _NO_VALUE.match(value):
            return url.replace(" ", "%20")
    return None
