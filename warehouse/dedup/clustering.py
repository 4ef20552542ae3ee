"""Clusters of near-duplicates, kept right in the transaction that loads a batch.

A cluster is a connected component of the pairs found alike. Its canonical document, which stands
for it, is the earliest captured, then the fullest, then the one with the smallest hash: neither
depends on the order in which pages came.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from cleaners.text.sketch import Sketch, Text
from warehouse.dedup.distinct_texts import assign_texts, read_texts, unassign_texts
from warehouse.dedup.matching import link_near_duplicates
from warehouse.dedup.union_find import UnionFind
from warehouse.sqlite.ids import id_list


def cluster(db: sqlite3.Connection, sketches: Mapping[int, Sketch], earlier: Iterable[int]) -> None:
    """Find the clusters of new documents; `earlier` are old ones now known to be seen earlier."""
    new = assign_texts(db, sketches)
    groups = link_near_duplicates(db, new)
    _choose_canonicals(db, groups, {*sketches, *earlier}, set(), new)


def recluster(db: sqlite3.Connection, sketches: Mapping[int, Sketch]) -> None:
    """Find the clusters of documents whose text may have changed, and of those they leave."""
    before = {
        document: (digest, cluster_id)
        for document, digest, cluster_id in db.execute(
            "SELECT d.id, w.digest, w.cluster_id FROM document AS d"
            " LEFT JOIN wording AS w ON w.id = d.wording_id"
            " WHERE d.id IN (SELECT value FROM json_each(?))",
            (id_list(sketches),),
        )
    }
    moving = {doc: one for doc, one in sketches.items() if before[doc][0] != one.digest}
    left = {before[doc][1] for doc in moving} - {None}
    unassign_texts(db, moving)
    reformed, to_compare = _split_clusters(db, left)
    new = assign_texts(db, moving)
    groups = link_near_duplicates(db, new, to_compare)
    remaining = db.execute(
        "SELECT d.id FROM wording AS w JOIN document AS d ON d.wording_id = w.id"
        " WHERE w.cluster_id IN (SELECT value FROM json_each(?))",
        (id_list(reformed),),
    )
    _choose_canonicals(
        db, groups, {*moving, *(document for (document,) in remaining)}, reformed, new
    )


@dataclass(frozen=True, slots=True)
class DuplicateMatch:
    """What a document duplicates, or else what it `stands` for, and how alike the two are."""

    document: int
    similarity: float
    is_canonical: bool


def duplicate_matches(
    db: sqlite3.Connection, documents: Iterable[int]
) -> dict[int, DuplicateMatch]:
    """For each document with one added earlier in its cluster: what it duplicates.

    That is the cluster's canonical document; to that one itself, the member added first.
    """
    rows = db.execute(
        "SELECT d.id, w.cluster_id, w.similarity FROM document AS d"
        " JOIN wording AS w ON w.id = d.wording_id WHERE d.id IN (SELECT value FROM json_each(?))",
        (id_list(documents),),
    ).fetchall()
    # Of a column beside min(), SQLite gives the value in the row that has the minimum.
    oldest = {
        cluster_id: (document, similarity)
        for cluster_id, document, similarity in db.execute(
            "SELECT w.cluster_id, min(d.id), w.similarity FROM wording AS w"
            " JOIN document AS d ON d.wording_id = w.id"
            " WHERE w.cluster_id IN (SELECT value FROM json_each(?)) GROUP BY w.cluster_id",
            (id_list({cluster_id for document, cluster_id, _ in rows if cluster_id >= document}),),
        )
    }
    found: dict[int, DuplicateMatch] = {}
    for document, canonical, similarity in rows:
        if canonical == document and oldest[canonical][0] < document:
            found[document] = DuplicateMatch(*oldest[canonical], is_canonical=True)
        elif canonical < document or oldest[canonical][0] < document:
            found[document] = DuplicateMatch(canonical, similarity, is_canonical=False)
    return found


def _split_clusters(
    db: sqlite3.Connection, clusters: Collection[int]
) -> tuple[set[int], list[int]]:
    """Make clusters of what the links still hold together, after distinct texts have left.

    Returns them, and the distinct texts to look up again: pairs across two parts may never have
    been compared, and each such pair has a distinct text outside the largest part.
    """
    before = dict(
        db.execute(
            "SELECT id, cluster_id FROM wording"
            " WHERE cluster_id IN (SELECT value FROM json_each(?))",
            (id_list(clusters),),
        )
    )
    groups = UnionFind()
    for a, b in db.execute(
        "SELECT a, b FROM link WHERE a IN (SELECT value FROM json_each(?))", (id_list(before),)
    ):
        groups.join(a, b)
    sizes = Counter(groups.root(text_id) for text_id in before)
    largest: dict[int, int] = {}
    for root, size in sizes.items():
        old = before[root]
        if old not in largest or size > sizes[largest[old]]:
            largest[old] = root
    # Any of a part's documents may name it until the canonical one is chosen.
    names = dict(
        db.execute(
            "SELECT value, (SELECT min(id) FROM document WHERE wording_id = value)"
            " FROM json_each(?)",
            (id_list(sizes),),
        )
    )
    db.executemany(
        "UPDATE wording SET cluster_id = ? WHERE id = ?",
        [(names[groups.root(text_id)], text_id) for text_id in before],
    )
    to_compare = [w for w, old in before.items() if groups.root(w) != largest[old]]
    return set(names.values()), to_compare


@dataclass(frozen=True, slots=True, order=True)
class _CanonicalCandidate:
    """A document that may be canonical for its cluster; the least one is."""

    first_seen: str
    fewer_words: int
    sha256: bytes
    media_type: str
    charset: str
    document: int
    text_id: int
    cluster: int


def _choose_canonicals(
    db: sqlite3.Connection,
    groups: UnionFind,
    documents: set[int],
    reformed: set[int],
    cached_texts: Mapping[int, Text],
) -> None:
    """Choose each cluster's canonical document and measure the members' similarity to it.

    `documents` are new, or were captured earlier than was known. Of every other cluster in `groups`
    the canonical document is known to be the best; in a `reformed` one nothing is. The texts of
    some distinct texts are `cached_texts`.
    """
    best: dict[int, _CanonicalCandidate] = {}
    wording_of: dict[int, int] = {}
    clusters: set[int] = groups.joined()
    for one in _canonical_candidates(db, documents | clusters):
        wording_of[one.document] = one.text_id
        clusters.add(one.cluster)
        root = groups.root(one.cluster)
        best[root] = min(best.get(root, one), one)
    for one in _canonical_candidates(db, clusters - wording_of.keys()):
        wording_of[one.document] = one.text_id
        root = groups.root(one.cluster)
        best[root] = min(best[root], one)
    winners = {old: best[groups.root(old)] for old in clusters}
    _store_similarities(
        db,
        {
            old: winner.text_id
            for old, winner in winners.items()
            if old in reformed or wording_of[old] != winner.text_id
        },
        cached_texts,
    )
    db.executemany(
        "UPDATE wording SET cluster_id = ? WHERE cluster_id = ?",
        [(winner.document, old) for old, winner in winners.items() if winner.document != old],
    )


def _canonical_candidates(
    db: sqlite3.Connection, documents: Iterable[int]
) -> list[_CanonicalCandidate]:
    rows = db.execute(
        "SELECT d.first_seen, -d.n_words, r.sha256, d.media_type, d.charset, d.id, w.id,"
        " w.cluster_id"
        " FROM document AS d JOIN raw AS r ON r.id = d.raw_id"
        " JOIN wording AS w ON w.id = d.wording_id"
        " WHERE d.id IN (SELECT value FROM json_each(?))",
        (id_list(documents),),
    )
    return [_CanonicalCandidate(*row) for row in rows]


def _store_similarities(
    db: sqlite3.Connection, canonical: Mapping[int, int], cached_texts: Mapping[int, Text]
) -> None:
    """Store how like each distinct text is to its cluster's canonical text, given by cluster."""
    if not canonical:
        return
    cluster_of = dict(
        db.execute(
            "SELECT id, cluster_id FROM wording"
            " WHERE cluster_id IN (SELECT value FROM json_each(?))",
            (id_list(canonical),),
        )
    )
    theirs = dict(_shingled_texts(db, set(canonical.values()), cached_texts))
    measured = [
        (text.likeness(theirs[canonical[cluster_of[text_id]]]), text_id)
        for text_id, text in _shingled_texts(db, cluster_of.keys(), cached_texts)
    ]
    db.executemany(
        "UPDATE wording SET similarity = ?, containment = ? WHERE id = ?",
        [(found.jaccard, found.containment, text_id) for found, text_id in measured],
    )


def _shingled_texts(
    db: sqlite3.Connection, text_ids: Set[int], cached_texts: Mapping[int, Text]
) -> Iterator[tuple[int, Text]]:
    """The texts of distinct texts, ready to be compared; one in memory at a time."""
    yield from ((text_id, cached_texts[text_id]) for text_id in text_ids & cached_texts.keys())
    for text_id, text in read_texts(db, text_ids - cached_texts.keys()):
        yield text_id, Text.of(text)
