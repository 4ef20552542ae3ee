"""What a page states about its article in JSON-LD (schema.org/Article): headline, authors, date."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_MOST_SCRIPTS = 40
_LONGEST = 500_000  # characters of one script that is read
_DEEPEST = 6  # levels of `@graph`, `mainEntity` and lists that are followed
_ARTICLE = re.compile(r"(?:article|posting|report|^review|analysis)$", re.I)
_WRAPPING = re.compile(r"^\s*(?://\s*)?<!(?:\[CDATA\[|--)|(?://\s*)?(?:\]\]>|-->)\s*;?\s*$")
_TAGS = re.compile(r"<[^<>]{1,200}>")


@dataclass(frozen=True, slots=True)
class Stated:
    """The statements about one article, as they were written; those that are missing are empty."""

    headline: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    publisher: str = ""


def stated_article(tree: LexborHTMLParser) -> Stated | None:
    """The statements about the page's article: of the first node of an article's type."""
    nodes = [node for data in _scripts(tree) for node in _nodes(data, _DEEPEST)]
    dated = [node for node in nodes if node.get("datePublished")]  # a MedicalWebPage, for one
    articles = [node for node in nodes if _is_article(node)] or dated
    if not articles:
        return None
    known = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    found = [_stated(node, known) for node in articles]
    best = next((one for one in found if one.headline), found[0])
    same = [one for one in found if one.headline in ("", best.headline)]
    return Stated(
        best.headline,
        best.authors or next((one.authors for one in same if one.authors), ()),
        best.published or next((one.published for one in same if one.published), ""),
        best.publisher,
    )


def _scripts(tree: LexborHTMLParser) -> Iterator[Any]:
    """The data of each JSON-LD script that can be read."""
    for script in tree.css('script[type*="ld+json" i]')[:_MOST_SCRIPTS]:
        text = script.text()
        if len(text) > _LONGEST:
            continue
        try:
            yield json.loads(_WRAPPING.sub("", text.strip()), strict=False)
        except (ValueError, RecursionError):
            continue


def _nodes(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The nodes at the top of a script, in its graph, and what a page says is its main thing."""
    if depth and isinstance(data, list):
        for part in data:
            yield from _nodes(part, depth - 1)
    elif depth and isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity"):
            yield from _nodes(data.get(key), depth - 1)


def _is_article(node: dict[str, Any]) -> bool:
    return any(_ARTICLE.search(kind) for kind in _many(node.get("@type")) if isinstance(kind, str))


def _stated(node: dict[str, Any], known: dict[str, dict[str, Any]]) -> Stated:
    headline = node.get("headline") or node.get("name")
    return Stated(
        _text(headline),
        tuple(dict.fromkeys(_names(node.get("author") or node.get("creator"), known, _DEEPEST))),
        _text(node.get("datePublished") or node.get("dateCreated")),
        next(_names(node.get("publisher"), known, _DEEPEST), ""),
    )


def _names(value: Any, known: dict[str, dict[str, Any]], depth: int) -> Iterator[str]:
    """The names of people and organisations, in whichever of the forms in use they stand."""
    for one in _many(value):
        if isinstance(one, list) and depth:
            yield from _names(one, known, depth - 1)
        elif isinstance(one, dict):
            node = one if one.get("name") or one.get("familyName") else known.get(_id(one), one)
            parts = [_text(node.get(key)) for key in ("givenName", "additionalName", "familyName")]
            name = node.get("name")
            if depth and isinstance(name, (list, dict)):
                yield from _names(name, known, depth - 1)
            elif said := _text(name) or " ".join(filter(None, parts)):
                yield said
        elif said := _text(one):
            yield said


def _id(node: dict[str, Any]) -> str:
    return str(node.get("@id") or "")


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    """A statement as plain text: entities read, tags and double blanks gone."""
    if not isinstance(value, str):
        return ""
    text = unescape(unescape(value)) if "&" in value else value
    return " ".join((_TAGS.sub("", text) if "<" in text else text).split())
