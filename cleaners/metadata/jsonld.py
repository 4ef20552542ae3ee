"""Reads the article in a page's JSON-LD (schema.org/Article): headline, authors, date."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import TYPE_CHECKING, Any

from cleaners.encoding.control_chars import strip_control_chars
from cleaners.metadata.lenient_json import read_json_values
from cleaners.text.shingles import tokens

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_MAX_SCRIPTS = 40
_MAX_SCRIPT_CHARS = 500_000  # longer scripts are skipped
_MAX_JSONLD_DEPTH = 6  # nested levels of `@graph`, `mainEntity` and lists that are searched
_ARTICLE_TYPE = re.compile(r"(?:article|(?<!job)posting|report|^review|analysis)$", re.IGNORECASE)
# A question is the subject of its page, or one of many on a page about something else (FAQPage).
_QUESTION_TYPE = re.compile(r"^question$", re.IGNORECASE)
_PAGE_OF_QUESTION = re.compile(r"^QAPage$", re.IGNORECASE)
# Nodes that don't describe the page: the dates of its pictures and comments say nothing of it.
_OTHER_TYPE = re.compile(
    r"comment|answer|object|image|photo|podcast|episode|book|movie|music|website|collection|results"
    r"|profile|product|offer|person|organi[sz]ation|business|event|review|rating|list|job|software"
    r"|question",
    re.IGNORECASE,
)
_ORGANISATION_TYPE = re.compile(r"(?:organi[sz]ation|corporation|newsmediaorganization)$", re.I)
# Words this long are compared between headlines; a headline with fewer of them can't be told apart.
_MIN_WORD_CHARS, _MIN_WORDS = 4, 3
_SHORT_TAG = re.compile(r"<[^<>]{1,200}>")


@dataclass(frozen=True, slots=True)
class JsonLdArticle:
    """The fields of one article as written; missing fields are empty.

    `images` are URLs, which may be relative. Each entry of `keywords` may be a comma-separated
    list. `organisations` are the authors that are declared as organisations.
    """

    headline: str = ""
    name: str = ""
    is_news: bool = False
    authors: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    published: str = ""
    modified: str = ""
    publisher: str = ""
    description: str = ""
    section: str = ""
    keywords: tuple[str, ...] = ()
    images: tuple[str, ...] = ()


def read_jsonld_article(tree: LexborHTMLParser, titles: Sequence[str] = ()) -> JsonLdArticle | None:
    """The page's article, or None if its JSON-LD has none.

    It is the node of an article type whose headline is most like one of `titles`, the titles in the
    page. Authors and dates that it lacks come from nodes with the same headline or without one.
    """
    nodes = [node for data in _jsonld_data(tree) for node in _nodes(data, _MAX_JSONLD_DEPTH)]
    # Without an article type, the page itself will do, such as a MedicalWebPage.
    is_asked = any(_has_type(node, _PAGE_OF_QUESTION) for node in nodes)
    articles = [
        node
        for node in nodes
        if _has_type(node, _ARTICLE_TYPE) or (is_asked and _has_type(node, _QUESTION_TYPE))
    ] or [node for node in nodes if node.get("datePublished") and _is_of_page(node, titles)]
    if not articles:
        return None
    known = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    found = [_article_of(node, known) for node in articles]
    headed = [one for one in found if one.headline] or found[:1]
    likeness = [_likeness(one.headline, titles) for one in headed]
    best = headed[likeness.index(max(likeness))]
    if best.headline and not max(likeness):
        return None  # another story
    same = [one for one in found if one.headline in ("", best.headline)]
    return replace(
        best,
        authors=best.authors or next((one.authors for one in same if one.authors), ()),
        published=best.published or next((one.published for one in same if one.published), ""),
        modified=best.modified or next((one.modified for one in same if one.modified), ""),
    )


def _likeness(headline: str, titles: Sequence[str]) -> float:
    """The share of a headline's longer words that recur in `titles`, 0 to 1.

    It is 1 if the headline or the titles are too short to tell.
    """
    wanted = _long_words(headline)
    others = [words for words in map(_long_words, titles) if len(words) >= _MIN_WORDS]
    if len(wanted) < _MIN_WORDS or not others:
        return 1.0
    return max(len(wanted & words) for words in others) / len(wanted)


def _long_words(text: str) -> set[str]:
    return {word for word in tokens(text) if len(word) >= _MIN_WORD_CHARS or not word.isascii()}


def _is_of_page(node: dict[str, Any], titles: Sequence[str]) -> bool:
    """Whether a node describes the page or its main content, by its type or by its name."""
    name = _statement_text(node.get("headline") or node.get("name"))
    return not _has_type(node, _OTHER_TYPE) or (len(name) > _MIN_WORD_CHARS and name in titles)


def _jsonld_data(tree: LexborHTMLParser) -> Iterator[Any]:
    """The parsed data of each JSON-LD script."""
    for script in tree.css('script[type*="ld+json" i]')[:_MAX_SCRIPTS]:
        text = script.text()
        if len(text) > _MAX_SCRIPT_CHARS:
            continue
        try:
            yield json.loads(text, strict=False)
        except (ValueError, RecursionError):
            yield from read_json_values(text)


def _nodes(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The top-level nodes of a script, and those in `@graph` and `mainEntity`."""
    if depth and isinstance(data, list):
        for part in data:
            yield from _nodes(part, depth - 1)
    elif depth and isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity"):
            yield from _nodes(data.get(key), depth - 1)


def _has_type(node: dict[str, Any], pattern: re.Pattern[str]) -> bool:
    kinds = _as_list(node.get("@type"))
    return any(pattern.search(kind) for kind in kinds if isinstance(kind, str))


def _article_of(node: dict[str, Any], known: dict[str, dict[str, Any]]) -> JsonLdArticle:
    kinds = " ".join(kind for kind in _as_list(node.get("@type")) if isinstance(kind, str))
    authors = node.get("author") or node.get("creator")
    bodies = [one for one in _as_list(authors) if _is_organisation(one, known)]
    return JsonLdArticle(
        _statement_text(node.get("headline") or node.get("name")),
        _statement_text(node.get("name")),
        "News" in kinds or "LiveBlog" in kinds,
        tuple(dict.fromkeys(_entity_names(authors, known, _MAX_JSONLD_DEPTH))),
        tuple(_entity_names(bodies, known, _MAX_JSONLD_DEPTH)),
        _statement_text(node.get("datePublished") or node.get("dateCreated")),
        _statement_text(node.get("dateModified")),
        next(_entity_names(node.get("publisher"), known, _MAX_JSONLD_DEPTH), ""),
        _statement_text(node.get("description")),
        next(_entity_names(node.get("articleSection"), known, _MAX_JSONLD_DEPTH), ""),
        tuple(_entity_names(node.get("keywords"), known, _MAX_JSONLD_DEPTH)),
        tuple(_addresses(node.get("image") or node.get("thumbnailUrl"), known)),
    )


def _is_organisation(author: Any, known: dict[str, dict[str, Any]]) -> bool:
    if not isinstance(author, dict):
        return False
    return any(
        _has_type(node, _ORGANISATION_TYPE) for node in (author, known.get(_node_id(author), {}))
    )


def _addresses(value: Any, known: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The URLs of images, which may be given as strings or as objects."""
    for one in _as_list(value):
        if isinstance(one, dict):
            node = one if one.get("url") or one.get("contentUrl") else known.get(_node_id(one), one)
            stated = _as_list(node.get("url") or node.get("contentUrl"))
        else:
            stated = [one]
        yield from filter(None, map(_statement_text, stated[:1]))


def _entity_names(value: Any, known: dict[str, dict[str, Any]], depth: int) -> Iterator[str]:
    """The names of people, organisations or topics, given as strings, objects or lists."""
    for one in _as_list(value):
        if isinstance(one, list) and depth:
            yield from _entity_names(one, known, depth - 1)
        elif isinstance(one, dict) and ("@list" in one or "@value" in one):
            if depth:
                yield from _entity_names(one.get("@list") or one["@value"], known, depth - 1)
        elif isinstance(one, dict):
            node = (
                one if one.get("name") or one.get("familyName") else known.get(_node_id(one), one)
            )
            parts = [
                _statement_text(node.get(key))
                for key in ("givenName", "additionalName", "familyName")
            ]
            name = node.get("name")
            if depth and isinstance(name, (list, dict)):
                yield from _entity_names(name, known, depth - 1)
            elif full_name := _statement_text(name) or " ".join(filter(None, parts)):
                yield full_name
        elif text := _statement_text(one):
            yield text


def _node_id(node: dict[str, Any]) -> str:
    return str(node.get("@id") or "")


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _statement_text(value: Any) -> str:
    """A value as plain text, without tags, entities, control characters and repeated blanks."""
    while isinstance(value, list | dict) and value:
        value = value[0] if isinstance(value, list) else value.get("@value") or value.get("@list")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    text = unescape(unescape(value)) if "&" in value else value
    text = " ".join((_SHORT_TAG.sub("", text) if "<" in text else text).split())
    # JSON escapes can give characters that no text may have: a lone surrogate, a NUL.
    return text if text.isprintable() else strip_control_chars(text)[0].strip()
