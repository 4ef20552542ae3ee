"""Stores people's corrections, one row for each version of a page that a correction applies to.

Versions are documents with the same address or, for pages without an address, documents read from
the same locator. An address or a locator can be reused for another article: facts are carried only
between versions of the same article, blocks to every page that has them.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from cleaners.corrections import Corrected, Correction, applies_to, current_value
from cleaners.page import Page
from warehouse.dedup.versions import Article, address_of, is_same_article
from warehouse.sqlite.ids import id_list

_COLUMNS = "k.what, k.new, k.text, k.old, k.person, k.at, coalesce(k.made_on, k.document_id)"
# Anything may be read from standard input, so pages from it aren't versions of each other.
_STDIN = "-"
_OF_ADDRESSES = f"""
SELECT d.address, k.document_id, {_COLUMNS}
FROM json_each(?) AS q JOIN document AS d ON d.address = q.value
JOIN correction AS k ON k.document_id = d.id
"""  # noqa: S608 - names of ours
_OF_PLACES = f"""
SELECT DISTINCT c.locator, k.document_id, {_COLUMNS}
FROM correction AS k CROSS JOIN document AS d ON d.id = k.document_id AND d.address IS NULL
JOIN capture AS c ON c.document_id = d.id
WHERE c.locator IN (SELECT value FROM json_each(?))
"""  # noqa: S608 - names of ours


def read_corrections(
    db: sqlite3.Connection, documents: Iterable[int]
) -> dict[int, tuple[Correction, ...]]:
    """The corrections of each document that has any, the oldest first."""
    found: dict[int, list[Correction]] = defaultdict(list)
    for document, *row in db.execute(
        f"SELECT k.document_id, {_COLUMNS} FROM correction AS k"  # noqa: S608 - names of ours
        " WHERE k.document_id IN (SELECT value FROM json_each(?)) ORDER BY k.at, k.what, k.text",
        (id_list(documents),),
    ):
        found[document].append(_correction(*row))
    return {document: tuple(some) for document, some in found.items()}


def other_corrections(db: sqlite3.Connection, document: int) -> tuple[Correction, ...]:
    """Corrections of a document's other versions that don't apply to it, the oldest first."""
    versions = [one for one in versions_of(db, document) if one != document]
    if not versions:
        return ()
    own = {(one.what, one.text) for one in read_corrections(db, [document]).get(document, ())}
    others = {
        (one.what, one.text): one
        for some in read_corrections(db, versions).values()
        for one in sorted(some, key=lambda each: each.at)
        if (one.what, one.text) not in own
    }
    return tuple(sorted(others.values(), key=lambda one: (one.at, one.what, one.text)))


def versions_of(db: sqlite3.Connection, document: int) -> list[int]:
    """The IDs of the versions that share a document's corrections, including its own."""
    rows = db.execute(
        "SELECT d.id FROM document AS d WHERE d.address ="
        "   (SELECT address FROM document WHERE id = ?1)"
        " UNION SELECT o.document_id FROM capture AS o JOIN document AS d ON d.id = o.document_id"
        " WHERE d.address IS NULL AND o.locator IN (SELECT c.locator FROM capture AS c"
        "   JOIN document AS e ON e.id = c.document_id"
        "   WHERE e.id = ?1 AND e.address IS NULL AND c.locator <> ?2)"
        " UNION SELECT ?1",
        (document, _STDIN),
    )
    return [one for (one,) in rows]


class Origin(NamedTuple):
    """Where a page was captured: the locator, and the URL if it is known."""

    locator: str
    url: str | None


def carried_corrections(
    db: sqlite3.Connection, pages: Mapping[int, Page], origins: Mapping[int, Sequence[Origin]]
) -> dict[int, list[Correction]]:
    """What people corrected on other versions of pages, and what of it holds for these.

    `origins` are those of each page's captures, the canonical one first.
    """
    addresses: dict[str, list[int]] = defaultdict(list)
    places: dict[str, list[int]] = defaultdict(list)
    for document, page in pages.items():
        own = origins[document]
        if address := address_of(own[0].url if own else None, page.url):
            addresses[address].append(document)
        else:
            for locator in {one.locator for one in own} - {_STDIN}:
                places[locator].append(document)
    found: dict[int, dict[tuple[str, str], Correction]] = defaultdict(dict)
    for query, documents in ((_OF_ADDRESSES, addresses), (_OF_PLACES, places)):
        if not documents:
            continue
        rows = db.execute(query, (json.dumps(sorted(documents)),)).fetchall()
        is_version = _related(db, {row[1] for row in rows if row[2] != Corrected.BLOCK}, pages)
        # If there are several, the last one counts.
        for place, source, *row in sorted(rows, key=lambda each: (each[7], each[1]), reverse=True):
            one = _correction(*row)
            for document in documents[place]:
                if (
                    (one.what, one.text) not in found[document]
                    and applies_to(one, pages[document])
                    and (one.what is Corrected.BLOCK or is_version(source, document))
                ):
                    found[document][one.what, one.text] = one
    return {document: list(some.values()) for document, some in found.items() if some}


def carried_to_outdated(
    db: sqlite3.Connection, pages: Mapping[int, Page]
) -> dict[int, list[Correction]]:
    """Corrections of other versions that hold for stored pages and aren't stored with them yet.

    Only of documents that are outdated: `mark_new_versions` marked them. `pages` must be as the
    cleaners made them.
    """
    outdated = [
        one
        for (one,) in db.execute(
            "SELECT id FROM document WHERE is_outdated AND id IN (SELECT value FROM json_each(?))",
            (id_list(pages),),
        )
    ]
    if not outdated:
        return {}
    origins: dict[int, list[Origin]] = {one: [] for one in outdated}
    for document, *origin in db.execute(
        "SELECT document_id, locator, url FROM capture"
        " WHERE document_id IN (SELECT value FROM json_each(?)) ORDER BY captured_at, locator",
        (id_list(outdated),),
    ):
        origins[document].append(Origin(*origin))
    own = read_corrections(db, outdated)
    carried = carried_corrections(db, {one: pages[one] for one in outdated}, origins)
    return {
        document: new
        for document, some in carried.items()
        for known in [{(one.what, one.text) for one in own.get(document, ())}]
        if (new := [one for one in some if (one.what, one.text) not in known])
    }


def has_corrections(db: sqlite3.Connection) -> bool:
    """Whether people corrected any document."""
    return db.execute("SELECT 1 FROM correction LIMIT 1").fetchone() is not None


def version_names(db: sqlite3.Connection, documents: Iterable[int]) -> dict[int, frozenset[str]]:
    """What each document shares with its other versions: its address, or else its locators."""
    names: dict[int, set[str]] = defaultdict(set)
    for document, name in db.execute(
        "SELECT d.id, coalesce(d.address, c.locator) FROM document AS d"
        " LEFT JOIN capture AS c ON d.address IS NULL AND c.document_id = d.id AND c.locator <> ?2"
        " WHERE d.id IN (SELECT value FROM json_each(?1))",
        (id_list(documents), _STDIN),
    ):
        names[document] |= {name} - {None}
    return {document: frozenset(some) for document, some in names.items()}


def mark_new_versions(db: sqlite3.Connection, before: Mapping[int, frozenset[str]]) -> None:
    """Mark documents as outdated that lack a correction of a document whose versions they are now.

    `before` has the earlier `version_names` of stored documents. New captures can change the
    address of a document, because the earliest of its captures decides it.
    """
    for document, names in version_names(db, before).items():
        earlier = before[document]
        if not names - earlier:
            continue
        versions = version_names(db, versions_of(db, document))
        related = [one for one, shared in versions.items() if not earlier & before.get(one, shared)]
        concerned = {document, *related}
        corrections = read_corrections(db, concerned)
        made = {
            one: {(each.what, each.text) for each in corrections.get(one, ())} for one in concerned
        }
        every = set().union(*made.values())
        lacking = [one for one in concerned if made[one] != every]
        db.executemany(
            "UPDATE document SET is_outdated = 1 WHERE id = ?", [(one,) for one in lacking]
        )


def _related(
    db: sqlite3.Connection, sources: Iterable[int], pages: Mapping[int, Page]
) -> Callable[[int, int], bool]:
    """A function that says whether a stored source and a new page are of the same article."""
    articles = {
        source: Article(headline, text)
        for source, headline, text in db.execute(
            "SELECT id, title, text FROM searchable WHERE id IN (SELECT value FROM json_each(?))",
            (id_list(sources),),
        )
    }

    @cache
    def is_version(source: int, document: int) -> bool:
        return is_same_article(articles[source], _article(pages[document]))

    return is_version


def _article(page: Page) -> Article:
    return Article(page.title, page.text)


def insert_carried(
    db: sqlite3.Connection, document: int, page: Page, corrections: Iterable[Correction]
) -> None:
    """Store corrections that were carried over to a document."""
    _insert(db, document, page, corrections)


def versions_concerned(
    db: sqlite3.Connection,
    document: int,
    page: Page,
    corrections: Sequence[Correction],
    undone: Sequence[Correction],
) -> set[int]:
    """The IDs of the versions that may change if these corrections are made or undone."""
    versions = [one for one in versions_of(db, document) if one != document]
    found = {document}
    if not versions:
        return found
    texts = {one.text for one in corrections if one.what is Corrected.BLOCK}
    found.update(
        one
        for (one,) in db.execute(
            "SELECT DISTINCT document_id FROM full_block"
            " WHERE document_id IN (SELECT value FROM json_each(?))"
            "  AND text IN (SELECT value FROM json_each(?))",
            (id_list(versions), json.dumps(sorted(texts))),
        )
    )
    stored = read_corrections(db, versions)
    for version, *facts in db.execute(
        "SELECT id, title, authors, published FROM document"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (id_list(versions),),
    ):
        values = dict(zip(_FACTS, facts, strict=True))
        values |= {one.what: one.old for one in stored.get(version, ())}
        if any(
            values.get(one.what) == current_value(page, one) for one in corrections if not one.text
        ):
            found.add(version)
        if any(_is_same(one, other) for one in undone for other in stored.get(version, ())):
            found.add(version)
    return found


_FACTS = (Corrected.TITLE, Corrected.AUTHORS, Corrected.PUBLISHED)


def write_corrections(
    db: sqlite3.Connection,
    document: int,
    pages: Mapping[int, Page],
    corrections: Sequence[Correction],
) -> None:
    """Store corrections of a document; each replaces an earlier one of the same thing.

    They are also stored for its other versions among `pages` that they apply to. `pages` must be as
    the cleaners made them, without corrections.
    """
    (now,) = db.execute("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now')").fetchone()
    facts = any(one.what is not Corrected.BLOCK for one in corrections)
    same_article = _same_article(document, pages) if facts else {document}
    for version, page in pages.items():
        made = [
            Correction(one.what, one.new, one.text, old, one.person, now, document)
            for one in corrections
            for old in [current_value(pages[document], one)]
        ]
        held = [
            one
            for one in made
            if version == document
            or (applies_to(one, page) and (one.what is Corrected.BLOCK or version in same_article))
        ]
        _insert(db, version, page, held)


def _same_article(document: int, pages: Mapping[int, Page]) -> set[int]:
    """The versions of the same article as a document, directly or through other versions."""
    articles = {version: _article(page) for version, page in pages.items()}
    found, others, following = {document}, pages.keys() - {document}, [document]
    while following and others:
        article = articles[following.pop()]
        new = {one for one in others if is_same_article(article, articles[one])}
        found |= new
        others -= new
        following += new
    return found


def delete_corrections(
    db: sqlite3.Connection, documents: Collection[int], undone: Sequence[Correction]
) -> None:
    """Undo corrections on all of the given versions."""
    for document, some in read_corrections(db, documents).items():
        db.executemany(
            "DELETE FROM correction WHERE document_id = ? AND what = ? AND text = ?",
            [
                (document, one.what.value, one.text)
                for one in some
                if any(_is_same(one, other) for other in undone)
            ],
        )


def _insert(
    db: sqlite3.Connection, document: int, page: Page, corrections: Iterable[Correction]
) -> None:
    db.executemany(
        "INSERT OR REPLACE INTO correction (document_id, what, text, old, new, person, at, made_on)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, nullif(?8, ?1))",
        [
            (
                document,
                one.what.value,
                one.text,
                current_value(page, one),
                one.new,
                one.person,
                one.at,
                one.made_on,
            )
            for one in corrections
        ],
    )


def _is_same(one: Correction, other: Correction) -> bool:
    return (one.what, one.text, one.new) == (other.what, other.text, other.new)


def _correction(  # noqa: PLR0913, PLR0917  (each is a column)
    what: str, new: str | None, text: str, old: str | None, person: str, at: str, made_on: int
) -> Correction:
    return Correction(Corrected(what), new, text, old, person, at, made_on)
