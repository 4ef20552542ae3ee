"""What an HTML page states about itself for machines: title, authors, date, address, language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cleaners.reasons.names import byline_authors


@dataclass(frozen=True, slots=True)
class Head:
    """The statements; every one may be missing, and all are for plain text."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    url: str | None = None
    language: str | None = None


def read_head(text: str) -> Head:
    """The statements of an HTML page, as trafilatura finds them; none where it can't parse it."""
    from lxml import etree, html
    from trafilatura.metadata import extract_metadata

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return Head()
    found = extract_metadata(tree, date_config={"extensive_search": False, "original_date": True})
    named = (found.author or "").split(";")
    return Head(
        title=" ".join(found.title.split()) if found.title else None,
        authors=tuple(dict.fromkeys(name for part in named for name in _author_names(part))),
        published=found.date,
        url=found.url,
        language=_language(tree),
    )


def _author_names(part: str) -> tuple[str, ...]:
    """The names in an author field, without the “Text by” or “reporter” before them."""
    name = part.strip()
    return byline_authors(name) or ((name,) if name else ())


def _language(tree: Any) -> str | None:
    declared = (tree.get("lang") or "").split("-")[0].strip().lower()
    return declared if len(declared) == 2 and declared.isalpha() else None
