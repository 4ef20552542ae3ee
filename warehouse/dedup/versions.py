"""Orders captures of one address whose text changed as versions; all are kept.

The documents of an address are sorted by their last capture. Neighbours are versions of one article
if they have the same headline or share half of their words. If the address was reused for another
article, a new sequence of versions begins. A site's front page has no address here, because it
isn't an article.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import urlsplit

from cleaners.text.aligned_text import AlignedText
from cleaners.text.alignment import align
from warehouse.dedup.parameters import MIN_WORDS
from warehouse.sqlite.ids import id_list

# Neighbours with different headlines are versions only if they are at least this similar.
MIN_VERSION_SIMILARITY = 0.5


def address_of(captured: str | None, stated: str | None) -> str | None:
    """The normalised address of a page, from the captured and the stated (canonical) URL.

    Differences in scheme, `www.`, tracking parameters, fragment and trailing slash are removed. The
    stated URL takes precedence if it is on the same domain. Returns None for the front page of a
    site.

    >>> address_of("http://www.example.org/news/1/?utm_source=feed#top", None)
    'example.org/news/1'
    >>> address_of("https://example.org/news/1.amp", "https://example.org/news/1")
    'example.org/news/1'
    >>> address_of("https://example.org/news/1", "https://example.org/")
    'example.org/news/1'
    """
    own = _normalised(captured)
    if captured == stated:
        return own
    other = _normalised(stated)
    if own is None or other is None:
        return own or other
    is_same_host = own.partition("/")[0] == other.partition("/")[0]
    return other if is_same_host or _domain(other) == _domain(own) else own


def _normalised(url: str | None) -> str | None:
    if not url:
        return None
    from courlan import normalize_url

    try:
        parts = urlsplit(normalize_url(url))
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if not host or parts.scheme not in ("http", "https"):
        return None
    path = parts.path.rstrip("/")
    if not path and not parts.query:
        return None
    port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}{path}{query}"


def _domain(address: str) -> str | None:
    from courlan import extract_domain

    return extract_domain(f"https://{address}")


class Article(NamedTuple):
    """The headline and the text of an article."""

    headline: str | None
    text: str


class VersionPlace(NamedTuple):
    """A document's place among the versions of its address.

    The IDs of the previous version and of the current one that supersedes it, and the similarity to
    the previous version (0 to 1).
    """

    previous: int | None
    similarity: float | None
    superseded_by: int | None


@dataclass(frozen=True, slots=True)
class Version:
    """A document of an address, with its stored place."""

    document: int
    headline: str
    n_words: int
    place: VersionPlace


def refresh_versions(
    db: sqlite3.Connection, documents: Collection[int], reworded: Collection[int] = ()
) -> tuple[set[int], set[int]]:
    """Update the version order of the documents' addresses.

    `reworded` are documents whose text changed. Returns the IDs of the documents that are newly
    superseded, and of those that no longer are.
    """
    addresses = _assign_addresses(db, documents)
    superseded: set[int] = set()
    restored = _forget_versions(db, documents)
    for versions in versions_of(db, addresses):
        places = place_versions(db, versions, {*reworded})
        for one in versions:
            place = places[one.document]
            if one.place == place:
                continue
            if one.place.superseded_by is None and place.superseded_by is not None:
                superseded.add(one.document)
            elif one.place.superseded_by is not None and place.superseded_by is None:
                restored.add(one.document)
            db.execute(
                "UPDATE document SET previous_id = ?, similarity_to_previous = ?,"
                " superseded_by = ? WHERE id = ?",
                (*place, one.document),
            )
    return superseded, restored


def versions_of(db: sqlite3.Connection, addresses: Iterable[str]) -> Iterator[list[Version]]:
    """Yield the documents of each address that has any, ordered by their last capture."""
    rows = db.execute(
        "SELECT d.address, d.id, coalesce(d.title, ''), d.n_words, d.previous_id,"
        " d.similarity_to_previous, d.superseded_by"
        " FROM json_each(?) AS q JOIN document AS d ON d.address = q.value"
        " JOIN raw AS r ON r.id = d.raw_id"
        " ORDER BY d.address, (SELECT max(captured_at) FROM capture WHERE document_id = d.id),"
        "  d.n_words, r.sha256, d.media_type, d.charset",
        (json.dumps(sorted(addresses)),),
    ).fetchall()
    for _, some in groupby(rows, key=itemgetter(0)):
        yield [
            Version(document, headline, n_words, VersionPlace(*place))
            for _, document, headline, n_words, *place in some
        ]


def place_versions(
    db: sqlite3.Connection, versions: Sequence[Version], reworded: Collection[int] | None = None
) -> dict[int, VersionPlace]:
    """The right place of each document of an address among the others.

    Stored similarities are reused, except those of `reworded` documents. If `reworded` is None, all
    are computed anew.
    """
    places = {one.document: VersionPlace(None, None, None) for one in versions}
    current: int | None = None
    compared = [one for one in versions if one.n_words >= MIN_WORDS]
    for earlier, later in reversed(list(pairwise(compared))):
        found = later.place.similarity
        stale = reworded is None or not {earlier.document, later.document}.isdisjoint(reworded)
        if found is None or stale or later.place.previous != earlier.document:
            found = _similarity(db, earlier.document, later.document)
        same = found >= MIN_VERSION_SIMILARITY or _same_headline(earlier.headline, later.headline)
        current = (current or later.document) if same else None
        places[later.document] = places[later.document]._replace(
            previous=earlier.document, similarity=found
        )
        places[earlier.document] = places[earlier.document]._replace(superseded_by=current)
    return places


def is_same_article(one: Article, another: Article) -> bool:
    """Whether two articles of one address are versions of one, in any order."""
    if _same_headline(one.headline or "", another.headline or ""):
        return True
    texts = (AlignedText(each.text, each.headline) for each in (one, another))
    return align(*texts).similarity >= MIN_VERSION_SIMILARITY


def _same_headline(one: str, another: str) -> bool:
    return bool(one) and one.casefold() == another.casefold()


def _forget_versions(db: sqlite3.Connection, documents: Iterable[int]) -> set[int]:
    """Remove documents that have lost their address from the version order.

    Returns the IDs of those that were superseded.
    """
    rows = db.execute(
        "SELECT id, superseded_by FROM document"
        " WHERE id IN (SELECT value FROM json_each(?)) AND address IS NULL"
        "  AND (superseded_by IS NOT NULL OR previous_id IS NOT NULL)",
        (id_list(documents),),
    ).fetchall()
    db.executemany(
        "UPDATE document SET superseded_by = NULL, previous_id = NULL,"
        " similarity_to_previous = NULL WHERE id = ?",
        [(document,) for document, _ in rows],
    )
    return {document for document, superseded_by in rows if superseded_by is not None}


def _similarity(db: sqlite3.Connection, earlier: int, later: int) -> float:
    texts = [
        AlignedText(text, headline)
        for headline, text in db.execute(
            "SELECT title, text FROM searchable WHERE id IN (?, ?)", (earlier, later)
        )
    ]
    return align(*texts).similarity


def _assign_addresses(db: sqlite3.Connection, documents: Iterable[int]) -> set[str]:
    """Store the current address of each document.

    Returns all addresses affected, both new and previous ones.
    """
    concerned: set[str] = set()
    moved: list[tuple[str | None, int]] = []
    for document, before, address in addresses_of(db, documents):
        concerned |= {one for one in (before, address) if one}
        if address != before:
            moved.append((address, document))
    db.executemany("UPDATE document SET address = ? WHERE id = ?", moved)
    return concerned


def addresses_of(
    db: sqlite3.Connection, documents: Iterable[int]
) -> list[tuple[int, str | None, str | None]]:
    """Each document's ID, its stored address, and the one its canonical capture gives it."""
    rows = db.execute(
        "SELECT d.id, d.address, d.page_url, (SELECT url FROM capture WHERE document_id = d.id"
        "   ORDER BY captured_at, locator LIMIT 1)"
        " FROM document AS d WHERE d.id IN (SELECT value FROM json_each(?))",
        (id_list(documents),),
    )
    return [
        (document, before, address_of(captured, stated))
        for document, before, stated, captured in rows
    ]
