"""Reads the metadata of an HTML page: title, authors, date, URL, language.

JSON-LD comes first, because publishers maintain it best, then `meta` elements. If neither has an
author, labelled elements of the body are tried. If neither has a date, the URL and labelled
elements can have one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING

from cleaners.metadata.author_statements import metadata_authors
from cleaners.metadata.jsonld import JsonLdArticle, read_jsonld_article
from cleaners.metadata.labelled_elements import (
    Authors,
    labelled_authors,
    labelled_dates,
    letters_only,
    plain_text,
)
from cleaners.metadata.link_preview import PREVIEW_NAMES, TAG_NAMES, LinkPreview, read_link_preview
from cleaners.metadata.page_dates import MonthFirst, day_in_url, labelled_days
from cleaners.metadata.thread_starter import thread_starter
from cleaners.model import DateSource
from cleaners.rules.author_names import is_account
from cleaners.rules.byline_labels import labels_writer
from cleaners.rules.calendars import gregorian_day
from cleaners.rules.dates import month_first_evidence, parse_stated_date

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_LANGUAGE_CODE = re.compile(r"([a-zA-Z]{2})(?:[-_]|$)")
_ISO_DATE = re.compile(r"\s*\d{4}-?\d\d-?\d\d")
_DAY_IN_PATH = re.compile(r"/(20\d\d)/(\d{1,2})/(\d{1,2})(?:/|$)")
_UTC_TIME = re.compile(r"\d:\d\d(?:\.\d+)?\s*(?:Z|GMT|UTC|[+-]00:?00)$|^\d{10,13}$", re.IGNORECASE)
_MIDNIGHT = re.compile(r"00:00:00")  # software adds it to a day without a time
_YEAR = re.compile(r"(?<!\d)(?:1[34]|19|2\d)\d\d")
_SLASHED = re.compile(r"\d[/.]\d")
# Names of `meta` elements, the most trusted first (ogp.me, Dublin Core, Parse.ly).
_TITLE_NAMES = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "title")
_SITE_NAMES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:app:name")
_AUTHOR_NAMES = (
    *("author", "byl", "parsely-author", "sailthru.author", "article:author", "dc.creator"),
    *("dcterms.creator", "citation_author", "creator", "dc:creator", "og:author"),
)
# A label and its value, which a link's preview shows beside each other: “Written by”, “Ann Marlow”.
_PAIR_NAMES = tuple((f"twitter:label{n}", f"twitter:data{n}") for n in (1, 2))
# Other names with words for the day of publication: “w-published-date”, “page.publicationTime”.
_OTHER_DATE_NAME = "another name of the publication date"
_DATE_NAME = re.compile(
    r"(?:(?<![a-z])pub|publish|published|publication|posted|(?<![a-z])post|issued?|issuance)"
    r"[-_.: ]?(?:date(?:[-_]?time)?|time(?:stamp)?|day|on|at)(?![a-z])"
    r"|(?:date|time|day)[-_.: ]?(?:of[-_.]?)?(?:pub|publish|published|publication|posted|issued)"
    r"(?![a-z])"
)
_NOT_DATE_NAME = re.compile(
    r"updat|modif|revis|expir|last|unpub|unpost|(?<![a-z])un[-_]|next|event|feed|build|latest|end"
    r"|site|embargo|copyright|comment"
)
_DATE_NAMES = (
    *("article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date"),
    *("og:published_time", "article:published", "pubdate", "publish-date", "publish_date"),
    *("dc.date.issued", "dcterms.created", "sailthru.date", "citation_publication_date"),
    *("cxenseparse:recs:publishtime", "rnews:datepublished", "datecreated", "published-date"),
    *("published_date", "publication_date", "publication-date", "publicationdate", "release_date"),
    *("citation_online_date", "dcterms.issued", _OTHER_DATE_NAME),
)
# Software fills these in with the day of publication, of the last update, or of the download.
_LESS_TRUSTED_DATE_NAMES = ("date", "dc.date", "dcterms.date", "citation_date")
_UPDATE_NAMES = (
    *("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified"),
    *("dc.date.modified", "last-modified", "lastmod", "og:modified_time"),
)
_READ_NAMES = frozenset(
    (
        *_TITLE_NAMES,
        *_SITE_NAMES,
        *_AUTHOR_NAMES,
        *_DATE_NAMES,
        *_LESS_TRUSTED_DATE_NAMES,
        *_UPDATE_NAMES,
        *PREVIEW_NAMES,
        "og:url",
        "twitter:url",
        *(name for pair in _PAIR_NAMES for name in pair),
    )
)
_LISTS = frozenset((*_AUTHOR_NAMES, *TAG_NAMES))
_FRONT_PAGE_LINK = 'a[href="/"],a[rel~="home"],header a[href$="index.html"]'
_MAX_FRONT_PAGE_LINKS, _MAX_SITE_CHARS = 6, 50
_MAX_HEADINGS = 5  # h1 elements that are compared with headlines in JSON-LD


def _unknown_order() -> None:
    return None


def _no_days(_: bool) -> tuple[str, ...]:
    return ()


def _unknown_name() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Head:
    """The metadata of a page; empty for plain text, and any field may be missing.

    `titles` are all stated titles, the most trusted first, and `sites` all names of the site.
    `is_news` is True if JSON-LD calls the page a news article, whose headline an editor wrote.
    `authors` are those in JSON-LD and `meta` elements. `article_authors()` gives those of an
    article, which can also stand in elements marked as bylines: on other pages, these are writers
    of reviews.
    `published` and `modified` are days as YYYY-MM-DD. `page_days(is_thread)` gives the days in the
    URL and in elements marked as dates, the most trusted first. `is_date_informal` is True if
    JSON-LD gives the date in another format than ISO 8601. `is_date_utc` is True if the time of
    publication is given in UTC, where the day may be another one. `thread_starter()` gives the user
    name of the writer of a forum's first post, None if unknown. `month_first()` says whether the
    page writes the month first in 3/4/2020; None if unknown.
    """

    titles: tuple[str, ...] = ()
    is_news: bool = False
    sites: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    article_authors: Callable[[], Authors] = Authors
    published: str | None = None
    published_source: DateSource | None = None
    is_date_informal: bool = False
    modified: str | None = None
    is_date_utc: bool = False
    page_days: Callable[[bool], tuple[str, ...]] = _no_days
    thread_starter: Callable[[], str | None] = _unknown_name
    month_first: MonthFirst = _unknown_order
    url: str | None = None
    language: str | None = None
    preview: LinkPreview = field(default_factory=LinkPreview)


def read_head(tree: LexborHTMLParser, text: str) -> Head:
    """The metadata of an HTML page; `text` is the source that `tree` was parsed from."""
    meta = _meta_contents(tree)
    title = next((node for node in tree.css("title") if not _is_in_svg(node)), None)
    titles = [meta.get(name, "") for name in _TITLE_NAMES]
    titles.append(plain_text(title.text()) if title else "")
    headings = [plain_text(node.text()) for node in tree.css("h1")[:_MAX_HEADINGS]]
    article = read_jsonld_article(tree, [*titles, *headings]) or JsonLdArticle()
    titles = [article.headline, article.name, *titles]
    url = _stated_url(meta, tree)
    own_titles = {letters_only(title) for title in titles}
    meta = labelled_dates(tree, own_titles) | meta
    sites = [*(meta.get(name, "") for name in _SITE_NAMES), article.publisher, *_host_names(url)]
    sites += _signed_names(tree)
    named = {site.casefold() for site in (*sites, *article.organisations)}
    authors = _stated_authors(article, meta, named)
    stated = tree.root.attributes if tree.root else {}
    locale = stated.get("lang") or stated.get("xml:lang") or ""
    code = _LANGUAGE_CODE.match(locale)
    language = code[1].lower() if code else None
    month_first = cache(partial(month_first_evidence, text, locale, url))
    published, source, modified, is_utc = _stated_dates(article, meta, language, month_first)
    published = published and _local_day(published, url)

    def page_days(is_thread: bool) -> tuple[str, ...]:
        stated = (meta.get(name, "") for name in _LESS_TRUSTED_DATE_NAMES)
        days = [parse_stated_date(one, language, month_first()) for one in stated if one]
        days = [day for day in days if day != modified]
        labelled = labelled_days(tree, own_titles, language, month_first, is_thread=is_thread)
        return tuple(dict.fromkeys(filter(None, (day_in_url(url), *days, *labelled))))

    return Head(
        titles=tuple(dict.fromkeys(filter(None, titles))),
        is_news=article.is_news,
        sites=tuple(dict.fromkeys(filter(None, sites))),
        authors=authors,
        article_authors=partial(_article_authors, tree, own_titles, authors, named, language),
        published=published,
        published_source=source,
        is_date_informal=source is DateSource.JSON_LD and not _ISO_DATE.match(article.published),
        modified=modified,
        is_date_utc=is_utc,
        page_days=page_days,
        thread_starter=partial(thread_starter, tree),
        month_first=month_first,
        url=url,
        language=language,
        preview=read_link_preview(tree, meta, article, url),
    )


def _is_in_svg(node: LexborNode) -> bool:
    """Whether a `title` element belongs to an SVG image, not to the page."""
    parent = node.parent
    while parent is not None and parent.tag != "svg":
        parent = parent.parent
    return parent is not None


def _meta_contents(tree: LexborHTMLParser) -> dict[str, str]:
    """The contents of the known `meta` elements by name; repeated lists are joined by `; `."""
    meta: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        found = node.attributes
        name = found.get("property") or found.get("name") or ""
        if not name and node.parent is not None and node.parent.tag == "head":
            name = found.get("itemprop") or ""  # in the body it may describe a picture
        name = name.lower()
        if name not in _READ_NAMES and _is_date_name(name):
            name = _OTHER_DATE_NAME if _YEAR.search(found["content"] or "") else name
        if name in _READ_NAMES and (content := plain_text(found.get("content") or "")):
            if name in _LISTS and name in meta and content not in meta[name].split("; "):
                meta[name] += f"; {content}"
            meta.setdefault(name, content)
    return meta


def _is_date_name(name: str) -> bool:
    return _DATE_NAME.search(name) is not None and not _NOT_DATE_NAME.search(name)


def _stated_url(meta: dict[str, str], tree: LexborHTMLParser) -> str | None:
    """The URL of the page: the shared one (`og:url`), else the canonical link."""
    link = tree.css_first('link[rel="canonical" i]')
    canonical = (link and link.attributes.get("href")) or ""
    shared = next((meta[key] for key in ("og:url", "twitter:url") if meta.get(key)), None)
    if not shared and not canonical:
        return None
    from courlan import is_valid_url, normalize_url

    if shared and is_valid_url(shared):
        return shared
    if canonical.startswith("//"):
        canonical = f"https:{canonical}"
    return str(normalize_url(canonical)) if canonical and is_valid_url(canonical) else None


def _signed_names(tree: LexborHTMLParser) -> list[str]:
    """The texts of links to the front page, each also without a leading “The ”."""
    texts = [plain_text(link.text()) for link in tree.css(_FRONT_PAGE_LINK)[:_MAX_FRONT_PAGE_LINKS]]
    names = [text for text in texts if 3 < len(text) < _MAX_SITE_CHARS]
    return [*names, *(name.removeprefix("The ") for name in names)]


def _host_names(url: str | None) -> tuple[str, ...]:
    """The host name of a URL without `www.`, with and without its last label (`.com`)."""
    host = re.match(r"https?://(?:www\d?\.|m\.|amp\.)?([^/:?#]+)", url or "")
    return (host[1], host[1].rsplit(".", 1)[0]) if host else ()


def _stated_authors(
    article: JsonLdArticle, meta: dict[str, str], sites: Set[str]
) -> tuple[str, ...]:
    """The authors in JSON-LD, else in `meta` elements; people come before sites and accounts."""
    rest: tuple[str, ...] = ()
    statements = (
        article.authors,
        *(meta[name].split(";") for name in _AUTHOR_NAMES if name in meta),
        [meta[key] for label, key in _PAIR_NAMES if key in meta and _is_byline(label, meta)],
    )
    for statement in statements:
        if found := metadata_authors(statement):
            if not are_doubtful(found, sites):
                return found
            rest = rest or found
    return rest


def _article_authors(
    tree: LexborHTMLParser,
    titles: Set[str],
    stated: tuple[str, ...],
    sites: Set[str],
    language: str | None,
) -> Authors:
    """The stated authors, or those in elements marked as bylines if the stated are sites.

    `titles` and `sites` are the names of the page and of its site, as for `labelled_authors` and
    `are_doubtful`.
    """
    names, only_marked = stated, False
    if all(name.casefold() in sites for name in stated):
        own = {letters_only(name) for name in sites}
        marked = labelled_authors(tree, titles, language)
        others = tuple(name for name in marked.names if letters_only(name) not in own)
        names = others or stated or marked.names
        only_marked = marked.are_doubtful and names is not stated
    return Authors(names, only_marked or are_doubtful(names, sites))


def _is_byline(label: str, meta: dict[str, str]) -> bool:
    return labels_writer(meta.get(label, "")) is True


def are_doubtful(authors: Iterable[str], sites: Set[str]) -> bool:
    """Whether all authors are sites, organisations or accounts; False if there are none.

    `sites` are the names of the site, case folded.
    """
    names = list(authors)
    return bool(names) and all(name.casefold() in sites or is_account(name) for name in names)


def _stated_dates(
    article: JsonLdArticle, meta: dict[str, str], language: str | None, month_first: MonthFirst
) -> tuple[str | None, DateSource | None, str | None, bool]:
    """The publication day, its source, the day of the last update, and whether the time is in UTC.

    A day without a time is not in UTC.
    """

    def day(stated: str) -> str | None:
        if not stated:
            return None
        order = month_first() if _SLASHED.search(stated) else None
        return parse_stated_date(stated, language, order)

    modified = map(day, (article.modified, *(meta.get(name, "") for name in _UPDATE_NAMES)))
    updated = next(filter(None, modified), None)
    published = day(article.published)
    if published and _ISO_DATE.match(article.published):
        return published, DateSource.JSON_LD, updated, _is_utc(article.published)
    for value in filter(None, (meta.get(name, "") for name in _DATE_NAMES)):
        if stated := day(value):
            return stated, DateSource.META, updated, _is_utc(value)
    return published, DateSource.JSON_LD if published else None, updated, False


def _is_utc(stated: str) -> bool:
    return _UTC_TIME.search(stated) is not None and not _MIDNIGHT.search(stated)


def _local_day(day: str, url: str | None) -> str:
    """The day in the page's URL if it is the day before or after `day`, else `day`.

    A publication time stated in UTC can fall on another day than in the site's own time zone.
    """
    found = _DAY_IN_PATH.search(url or "")
    local = gregorian_day(int(found[1]), int(found[2]), int(found[3]), None) if found else None
    return local if local and is_next_day(day, local) else day


def is_next_day(day: str | None, other: str | None) -> bool:
    """Whether a day (YYYY-MM-DD) is the day before or after another; False if one is unknown."""
    if not day or not other:
        return False
    return abs(date.fromisoformat(other) - date.fromisoformat(day)).days == 1
