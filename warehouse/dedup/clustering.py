"""Keeps the clusters of near-duplicates up to date, within the transaction that loads a batch.

Texts are taken in order of priority: the earliest capture first, then the longest text, then the
smallest hash. Each text joins the first canonical text that it is a near-duplicate of. If there is
none, it becomes canonical itself. So every member is a near-duplicate of its cluster's canonical
text, and the order in which texts arrive makes no difference.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from warehouse.dedup.distinct_texts import (
    ComparedText,
    Priority,
    assign_texts,
    priorities,
    sites_of,
    texts_of,
    unassign_texts,
)
from warehouse.dedup.matching import add_texts, remove_texts
from warehouse.model import Relation
from warehouse.sqlite.ids import id_list


def recluster(
    db: sqlite3.Connection,
    compared: Mapping[int, ComparedText],
    withdrawn: Collection[int] = (),
    moved: Iterable[int] = (),
) -> None:
    """Bring the clusters up to date after documents changed.

    `compared` has the documents whose text is new or changed. `withdrawn` are documents that are no
    longer compared. `moved` are documents whose earliest known capture or site changed.
    """
    left = unassign_texts(db, {*compared, *withdrawn})
    new = assign_texts(db, compared)
    touched = left | texts_of(db, {*compared, *moved})
    changed = _refresh_documents(db, touched) | new
    unused = left - _used(db, left)
    # The pairs of a text depend on its site.
    moved_texts = _refresh_sites(db, touched - unused) - new
    if unused or moved_texts:
        changed |= remove_texts(db, unused | moved_texts)
    if new or moved_texts:
        changed |= add_texts(db, new | moved_texts)
    _choose_canonicals(db, changed - unused, unused)


def _used(db: sqlite3.Connection, texts: Iterable[int]) -> set[int]:
    rows = db.execute(
        "SELECT value FROM json_each(?)"
        " WHERE EXISTS (SELECT 1 FROM document WHERE text_id = value)",
        (id_list(texts),),
    )
    return {text for (text,) in rows}


def _refresh_documents(db: sqlite3.Connection, texts: Iterable[int]) -> set[int]:
    """Store the first document of each text; returns the texts whose priority may have changed."""
    found = priorities(db, texts)
    db.executemany(
        "UPDATE distinct_text SET document_id = ?1 WHERE id = ?2 AND document_id <> ?1",
        [(priority.document, text) for text, priority in found.items()],
    )
    return set(found)


def _refresh_sites(db: sqlite3.Connection, texts: Iterable[int]) -> set[int]:
    """Store the site of each text; returns the texts whose site changed."""
    changed = {text: now for text, (stored, now) in sites_of(db, texts).items() if now != stored}
    db.executemany(
        "UPDATE distinct_text SET site_id = ? WHERE id = ?",
        [(site, text) for text, site in changed.items()],
    )
    return set(changed)


@dataclass(slots=True)
class _Member:
    """A text's place in its cluster."""

    canonical: int
    relation: str | None = None
    similarity: float = 1.0
    containment: float = 1.0


def _choose_canonicals(
    db: sqlite3.Connection, changed: Collection[int], unused: Collection[int]
) -> None:
    """Choose the canonical text again for all texts that a change may affect.

    `changed` are texts whose pairs or priority changed. `unused` are texts that no document has any
    more; they are deleted.
    """
    pairs = _Pairs(db)
    priority = priorities(db, changed)
    members = _members(db, changed)
    queue: list[tuple[Priority, int]] = []
    waiting: set[int] = set()

    def look_at(texts: Iterable[int]) -> None:
        for text in texts:
            if text not in waiting:
                waiting.add(text)
                heappush(queue, (priority[text], text))

    pairs.of(changed)
    look_at(changed)
    chosen: dict[int, _Member] = {}
    while queue:
        _, text = heappop(queue)
        waiting.discard(text)
        beside = pairs.of([text])[text]
        unknown = beside.keys() - priority.keys()
        if unknown:
            priority |= priorities(db, unknown)
            members |= _members(db, unknown)
        above = (
            other
            for other in beside
            if priority[other] < priority[text] and members[other].canonical == other
        )
        best = min(above, key=priority.__getitem__, default=text)
        member = _Member(text) if best == text else _Member(best, *beside[best])
        was_canonical = members[text].canonical == text
        if member != members[text]:
            members[text] = chosen[text] = member
        is_canonical = best == text
        if was_canonical != is_canonical or text in changed:
            look_at(
                other
                for other in beside
                if members[other].canonical == text
                or ((was_canonical or is_canonical) and priority[text] < priority[other])
            )
    db.executemany(
        "UPDATE distinct_text SET canonical_id = ?2, relation = ?3, similarity = ?4,"
        " containment = ?5 WHERE id = ?1",
        [
            (text, one.canonical, one.relation, one.similarity, one.containment)
            for text, one in chosen.items()
        ],
    )
    # One statement deletes them all, because one unused text may be canonical for another.
    db.execute(
        "DELETE FROM distinct_text WHERE id IN (SELECT value FROM json_each(?))", (id_list(unused),)
    )


class _Pairs:
    """The near-duplicates of each text, with relation, similarity and containment. Cached."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._found: dict[int, dict[int, tuple[str, float, float]]] = {}

    def of(self, texts: Iterable[int]) -> dict[int, dict[int, tuple[str, float, float]]]:
        """The near-duplicates of each of the given texts, by text ID."""
        texts = list(texts)
        missing = [text for text in texts if text not in self._found]
        if missing:
            self._found.update((text, {}) for text in missing)
            for text, other, *facts in self._db.execute(
                "SELECT a, b, relation, similarity, containment FROM duplicate_pair"
                " WHERE a IN (SELECT value FROM json_each(?1))"
                " UNION ALL SELECT b, a, relation, similarity, containment FROM duplicate_pair"
                " WHERE b IN (SELECT value FROM json_each(?1))",
                (id_list(missing),),
            ):
                relation, similarity, containment = facts
                self._found[text][other] = (relation, similarity, containment)
        return {text: self._found[text] for text in texts}


def _members(db: sqlite3.Connection, texts: Iterable[int]) -> dict[int, _Member]:
    rows = db.execute(
        "SELECT id, canonical_id, relation, similarity, containment FROM distinct_text"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (id_list(texts),),
    )
    return {text: _Member(*facts) for text, *facts in rows}


@dataclass(frozen=True, slots=True)
class DuplicateMatch:
    """The document to name as a document's near-duplicate, and how similar the two are.

    `is_canonical` says which of the two is canonical: if true, the given document is canonical and
    `document` is a member of its cluster; if false, it duplicates `document`. `relation` is that of
    the non-canonical one to the canonical one.
    """

    document: int
    relation: Relation
    similarity: float
    is_canonical: bool


def duplicate_matches(
    db: sqlite3.Connection, documents: Iterable[int]
) -> dict[int, DuplicateMatch]:
    """The near-duplicate to name for each document that has one added earlier in its cluster.

    For a duplicate this is the document that it duplicates. For a canonical document it is the
    previous version or, if there is none, the member of its cluster that was added first.
    """
    rows = db.execute(
        "SELECT o.id, o.cluster_id, o.duplicate_of, o.relation, o.similarity, p.id,"
        "  d.similarity_to_previous"
        " FROM document_relation AS o JOIN document AS d ON d.id = o.id"
        " LEFT JOIN document AS p ON p.id = d.previous_id AND p.superseded_by = d.id"
        " WHERE o.id IN (SELECT value FROM json_each(?))",
        (id_list(documents),),
    ).fetchall()
    # In a query with min(), SQLite takes the other columns from the row with the minimum.
    oldest = {
        cluster: (document, relation, similarity)
        for cluster, document, relation, similarity in db.execute(
            "SELECT k.document_id, min(d.id), coalesce(t.relation, 'same'), t.similarity"
            " FROM distinct_text AS k JOIN distinct_text AS t ON t.canonical_id = k.id"
            " JOIN document AS d ON d.text_id = t.id"
            " WHERE k.document_id IN (SELECT value FROM json_each(?)) GROUP BY k.id",
            (id_list({cluster for _, cluster, *_ in rows}),),
        )
    }
    articles = {
        document: duplicate_of if relation == Relation.VERSION else document
        for document, _, duplicate_of, relation, *_ in rows
    }
    first_versions: dict[int, int] = dict(
        db.execute(
            "SELECT superseded_by, min(id) FROM document"
            " WHERE superseded_by IN (SELECT value FROM json_each(?)) GROUP BY superseded_by",
            (id_list({*articles.values(), *oldest}),),
        )
    )
    found: dict[int, DuplicateMatch] = {}
    for document, cluster, duplicate_of, relation, similarity, previous, to_previous in rows:
        article = articles[document]
        first_version = min(article, first_versions.get(article, article))
        member, its_relation, its_similarity = oldest.get(cluster, (document, None, None))
        first = first_version
        if relation != Relation.VERSION:
            first = min(first, member, first_versions.get(cluster, member))
        if first >= document:
            continue
        if duplicate_of is not None:
            match = duplicate_of, relation, similarity, False
        elif previous is not None and first_version < document:
            match = previous, Relation.VERSION, to_previous, True
        else:
            match = member, its_relation, its_similarity, True
        named, how, likeness, is_canonical = match
        found[document] = DuplicateMatch(named, Relation(how), likeness, is_canonical)
    return found
