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

from cleaners.jsonld import Stated, stated_article
from cleaners.reasons.names import names_stated

_HEAD = 400_000  # characters in which `</head` is looked for
_TAG = re.compile(r"<(meta|link)\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.I)
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_ROOT = re.compile(r"<html\b[^>]*?\blang\s*=\s*[\"']?([a-zA-Z]{2})(?:[-_\"'\s>])", re.I)
_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title", re.I | re.S)
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
# Elements that are labelled as the author's, the surest first.
_LABELLED = re.compile(r"[Aa]uthor|[Bb]yline")
_OWN = (
    re.compile(r"\brel\s*=\s*[\"']?author\b|itemprop\s*=\s*[\"']?author|author[-_]?name", re.I),
    re.compile(r"\bclass\s*=\s*[\"'][^\"']*byline", re.I),
    re.compile(r"\b(?:class|id)\s*=\s*[\"'][^\"']*author", re.I),
)
_NOT_OWN = re.compile(r"related|comment|avatar|share|more-|footer|authors?-?(?:bio|box)", re.I)
_ELEMENT = re.compile(r"<(a|address|b|cite|div|em|h\d|li|p|span|strong|td)\b[^<>]*>", re.I)
_MARKUP = re.compile(r"<[^<>]*>")
_ROOM = 600  # characters of an element that is labelled as the author's
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


def read_head(text: str) -> Head:
    """The statements of an HTML page."""
    end = text.find("</head", 0, _HEAD)
    start = text if end < 0 else text[:end]
    meta, canonical = _tags(start)
    article = stated_article(text) or Stated()
    title = _TITLE.search(start)
    url = _address(meta, canonical)
    titles = [article.headline, *(meta.get(name, "") for name in _TITLES)]
    titles.append(_plain(title[1]) if title else "")
    sites = [*(meta.get(name, "") for name in _SITES), article.publisher, *_host_names(url)]
    authors = _authors(article, meta, sites) or _labelled(text)
    named = {site.casefold() for site in sites}
    language = _ROOT.search(text, 0, 5000)
    return Head(
        titles=tuple(dict.fromkeys(filter(None, titles))),
        sites=tuple(dict.fromkeys(filter(None, sites))),
        authors=authors,
        by_site=bool(authors) and all(name.casefold() in named for name in authors),
        published=_published(text, article, meta, url),
        url=url,
        language=language[1].lower() if language else None,
    )


def _tags(start: str) -> tuple[dict[str, str], str]:
    """The contents of the `meta` elements by name, and the canonical address."""
    meta: dict[str, str] = {}
    canonical = ""
    for tag in _TAG.finditer(start):
        inside = tag[2]
        if tag[1] in ("link", "LINK") and "canonical" not in inside:
            continue
        found = {
            name.lower(): double or single or bare
            for name, double, single, bare in _ATTRIBUTE.findall(inside)
        }
        name = (found.get("property") or found.get("name") or found.get("itemprop") or "").lower()
        if found.get("rel", "").lower() == "canonical":
            canonical = canonical or found.get("href", "")
        elif name in _WANTED and (content := _plain(found.get("content", ""))):
            if name in _AUTHORS and name in meta and content not in meta[name]:
                meta[name] += f"; {content}"
            meta.setdefault(name, content)
    return meta, canonical


def _plain(text: str) -> str:
    if "&" in text:
        text = unescape(text)
    return " ".join((_MARKUP.sub("", text) if "<" in text else text).split())


def _without_scripts(text: str) -> str:
    """A page without what no reader sees, for libraries that would parse it."""
    parts: list[str] = []
    at = 0
    for unseen in _UNSEEN.finditer(text):
        if unseen.start() >= at:
            end = text.find(f"</{unseen[1]}", unseen.end())
            parts.append(text[at : unseen.start()])
            at = end if end >= 0 else unseen.start()
    return "".join([*parts, text[at:]])


def _address(meta: dict[str, str], canonical: str) -> str | None:
    """The page's address: what it says to share, else its canonical address."""
    from courlan import is_valid_url, normalize_url

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


def _labelled(text: str) -> tuple[str, ...]:
    """The authors in the elements whose class, relation or property says that it names them."""
    found: dict[int, tuple[str, ...]] = {}
    looked = 0
    seen = -1
    for label in _LABELLED.finditer(text):
        start = text.rfind("<", max(0, label.start() - 400), label.start())
        if start <= seen or text.find(">", start, label.start()) >= 0:
            continue
        seen = start
        element = _ELEMENT.match(text, start)
        if element is None or _NOT_OWN.search(element[0]):
            continue
        rank = next((rank for rank, own in enumerate(_OWN) if own.search(element[0])), None)
        if rank is None or rank in found:
            continue
        looked += 1
        close = text.find(f"</{element[1]}", element.end(), element.end() + _ROOM)
        said = _plain(text[element.end() : close].replace("<", " <")) if close > 0 else ""
        if 2 < len(said) < _LONGEST and (names := names_stated([said], strict=True)):
            found[rank] = names
        if (rank == 0 and rank in found) or looked > _MOST_LABELS:
            break
    return found[min(found)] if found else ()


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
