"""What an HTML page states about itself for machines: title, authors, date, address, language.

JSON-LD is read first, since that is what publishers keep right, then `meta` elements. Only where
both are silent is the whole page searched: for the date by htmldate, for the authors in elements
that are labelled as theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from cleaners.metadata.jsonld import Stated, stated_article
from cleaners.rules.bylines import names_stated

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_LANGUAGE = re.compile(r"([a-zA-Z]{2})(?:[-_]|$)")
_UNSEEN = re.compile(r"<(script|style|svg)\b")
_ISO = re.compile(r"\s*((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
# The names that `meta` elements go by, the most trusted first (ogp.me, Dublin Core, Parse.ly).
_TITLES = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "title")
_SITES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:app:name")
_AUTHORS = (
    *("author", "byl", "parsely-author", "sailthru.author", "article:author", "dc.creator"),
    *("dcterms.creator", "citation_author", "creator", "dc:creator", "og:author"),
)
_DATES = (
    *("article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date"),
    *("og:published_time", "article:published", "pubdate", "publish-date", "publish_date"),
    *("dc.date.issued", "dcterms.created", "sailthru.date", "citation_publication_date"),
    *("cxenseparse:recs:publishtime", "rnews:datepublished"),
)
_WANTED = frozenset((*_TITLES, *_SITES, *_AUTHORS, *_DATES, "og:url", "twitter:url"))
# Elements that are labelled as the author's, and the attributes that do so.
_LABELLED = (
    '[rel~="author"],[itemprop~="author"],[class*="author" i],[class*="byline" i],[id*="author" i]'
)
_ELEMENTS = frozenset("a address b cite div em h1 h2 h3 h4 h5 h6 li p span strong td".split())
_NAMING = frozenset(("class", "id", "rel", "itemprop"))
_AUTHOR_NAME = re.compile(r"author[-_]?name")
_NOT_OWN = re.compile(r"related|comment|avatar|share|more-|footer|authors?-?(?:bio|box)", re.I)
_MARKUP = re.compile(r"<[^<>]*>")
_LONGEST = 120  # characters of a byline in it
_MOST_LABELS = 60


@dataclass(frozen=True, slots=True)
class Head:
    """The statements; every one may be missing, and all are for plain text.

    `titles` are all that the page states, the most trusted first; `sites` the names that the site
    goes by. `by_site` says that the only author named is the site.
    """

    titles: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    by_site: bool = False
    published: str | None = None
    url: str | None = None
    language: str | None = None


def read_head(tree: LexborHTMLParser, text: str) -> Head:
    """The statements of an HTML page: of its tree, and of the text that was parsed."""
    meta = _meta(tree)
    article = stated_article(tree) or Stated()
    title = tree.css_first("title")
    url = _address(meta, tree)
    titles = [article.headline, *(meta.get(name, "") for name in _TITLES)]
    titles.append(_plain(title.text()) if title else "")
    sites = [*(meta.get(name, "") for name in _SITES), article.publisher, *_host_names(url)]
    authors = _authors(article, meta, sites) or _labelled(tree)
    named = {site.casefold() for site in sites}
    stated = tree.root.attributes if tree.root else {}
    language = _LANGUAGE.match(stated.get("lang") or stated.get("xml:lang") or "")
    return Head(
        titles=tuple(dict.fromkeys(filter(None, titles))),
        sites=tuple(dict.fromkeys(filter(None, sites))),
        authors=authors,
        by_site=bool(authors) and all(name.casefold() in named for name in authors),
        published=_published(text, article, meta, url),
        url=url,
        language=language[1].lower() if language else None,
    )


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    """The contents of the `meta` elements that are wanted, by name."""
    meta: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        found = node.attributes
        name = found.get("property") or found.get("name") or ""
        if not name and node.parent is not None and node.parent.tag == "head":
            name = found.get("itemprop") or ""  # in the body it may be a picture's
        name = name.lower()
        if name in _WANTED and (content := _plain(found.get("content") or "")):
            if name in _AUTHORS and name in meta and content not in meta[name]:
                meta[name] += f"; {content}"
            meta.setdefault(name, content)
    return meta


def _plain(text: str) -> str:
    if "&" in text:
        text = unescape(text)
    return " ".join((_MARKUP.sub("", text) if "<" in text else text).split())


def _without_scripts(text: str) -> str:
    """A page without what no reader sees, for libraries that would parse it."""
    parts: list[str] = []
    at = 0
    unclosed: set[str] = set()
    for unseen in _UNSEEN.finditer(text):
        if unseen.start() >= at and unseen[1] not in unclosed:
            end = text.find(f"</{unseen[1]}", unseen.end())
            if end < 0:
                unclosed.add(unseen[1])
                continue
            parts.append(text[at : unseen.start()])
            at = end
    return "".join([*parts, text[at:]])


def _address(meta: dict[str, str], tree: LexborHTMLParser) -> str | None:
    """The page's address: what it says to share, else its canonical address."""
    from courlan import is_valid_url, normalize_url

    link = tree.css_first('link[rel="canonical" i]')
    canonical = (link and link.attributes.get("href")) or ""
    said = next((meta[key] for key in ("og:url", "twitter:url") if meta.get(key)), None)
    if said and is_valid_url(said):
        return said
    if canonical.startswith("//"):
        canonical = f"https:{canonical}"
    return str(normalize_url(canonical)) if canonical and is_valid_url(canonical) else None


def _host_names(url: str | None) -> tuple[str, ...]:
    """A host as sites sign with it: whole, and without its ending."""
    host = re.match(r"https?://(?:www\d?\.|m\.|amp\.)?([^/:?#]+)", url or "")
    return (host[1], host[1].rsplit(".", 1)[0]) if host else ()


def _authors(article: Stated, meta: dict[str, str], sites: Iterable[str]) -> tuple[str, ...]:
    """The authors that JSON-LD states, else `meta` elements; of these, people before the site."""
    if article.authors:
        return names_stated(article.authors)
    own = {site.casefold() for site in sites}
    rest: tuple[str, ...] = ()
    for name in _AUTHORS:
        if meta.get(name) and (found := names_stated(meta[name].split(";"))):
            if not all(one.casefold() in own for one in found):
                return found
            rest = rest or found
    return rest


def _labelled(tree: LexborHTMLParser) -> tuple[str, ...]:
    """The authors in the elements whose class, relation or property says that it names them."""
    found: dict[int, tuple[str, ...]] = {}
    for node in tree.css(_LABELLED)[:_MOST_LABELS]:
        names = {name: value or "" for name, value in node.attributes.items() if name in _NAMING}
        if node.tag not in _ELEMENTS or _NOT_OWN.search(" ".join(names.values())):
            continue
        rank = _rank(names)
        if rank in found:
            continue
        said = _plain(node.text(separator=" "))
        if 2 < len(said) < _LONGEST and (authors := names_stated([said], strict=True)):
            found[rank] = authors
            if rank == 0:
                break
    return found[min(found)] if found else ()


def _rank(names: dict[str, str]) -> int:
    """How sure an element's attributes are that it names the author: 0 is surest."""
    label = f"{names.get('class')} {names.get('id')}".lower()
    if {"author"} & {names.get("rel"), names.get("itemprop")} or _AUTHOR_NAME.search(label):
        return 0
    return 1 if "byline" in label else 2


def _published(text: str, article: Stated, meta: dict[str, str], url: str | None) -> str | None:
    """The day that the page was first published, as it states it, else as htmldate finds it."""
    for stated in (article.published, *(meta.get(name, "") for name in _DATES)):
        if found := _ISO.match(stated):
            return "-".join(found.groups())
    from htmldate import find_date
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    searched = _without_scripts(text).encode("utf-8", "replace")
    try:
        tree = html.document_fromstring(searched, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    day: str | None = find_date(tree, extensive_search=False, original_date=True, url=url)
    return day
