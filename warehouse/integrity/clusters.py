"""Checks the duplicate index: bands, pairs, clusters and their canonical documents."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator

from warehouse.dedup import band_storage
from warehouse.dedup.band_index import holders_of, is_common, keys_of, texts_missing
from warehouse.dedup.distinct_texts import priorities, signatures_of, sites_of
from warehouse.integrity.problems import Problem, Repair, repairable
from warehouse.sqlite.ids import id_batches, id_list


def canonicals(db: sqlite3.Connection) -> Iterator[Problem]:
    """Each text belongs to the first canonical text, by priority, that it forms a pair with.

    If this holds for every text, the clusters are right as a whole.
    """
    for texts in id_batches(db, "distinct_text"):
        pairs: dict[int, dict[int, tuple[str, float, float]]] = defaultdict(dict)
        for text, other, relation, similarity, containment in db.execute(
            "SELECT a, b, relation, similarity, containment FROM duplicate_pair"
            " WHERE a IN (SELECT value FROM json_each(?1))"
            " UNION ALL SELECT b, a, relation, similarity, containment FROM duplicate_pair"
            " WHERE b IN (SELECT value FROM json_each(?1))",
            (id_list(texts),),
        ):
            pairs[text][other] = (relation, similarity, containment)
        around = {*texts}.union(*pairs.values())
        priority = priorities(db, around)
        recorded = {
            text: (canonical, relation, similarity, containment, document)
            for text, canonical, relation, similarity, containment, document in db.execute(
                "SELECT id, canonical_id, relation, similarity, containment, document_id"
                " FROM distinct_text WHERE id IN (SELECT value FROM json_each(?))",
                (id_list(around),),
            )
        }
        for text in texts:
            if text not in priority:
                continue
            above = [
                other
                for other in pairs[text]
                if other in priority
                and other in recorded
                and priority[other] < priority[text]
                and recorded[other][0] == other
            ]
            canonical = min(above, key=priority.__getitem__, default=text)
            found = pairs[text][canonical] if above else (None, 1.0, 1.0)
            if recorded[text] != (canonical, *found, priority[text].document):
                what = "the text's place in its cluster isn't the right one"
                yield _problem(what, f"text {text}")


def sites(db: sqlite3.Connection) -> Iterator[Problem]:
    """Each text has the site of its first document."""
    for texts in id_batches(db, "distinct_text"):
        for text, (stored, now) in sites_of(db, texts).items():
            if stored != now:
                yield _problem("the text's site isn't that of its first page", f"text {text}")


def unused(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every distinct text belongs to a document."""
    for (text,) in db.execute(
        "SELECT id FROM distinct_text AS t"
        " WHERE NOT EXISTS (SELECT 1 FROM document WHERE text_id = t.id)"
    ):
        yield _problem("no document has this text", f"text {text}")


def pairs(db: sqlite3.Connection) -> Iterator[Problem]:
    """The two texts of each pair share a band that isn't too common to propose candidates."""
    for texts in id_batches(db, "distinct_text"):
        found = db.execute(
            "SELECT a, b FROM duplicate_pair WHERE a IN (SELECT value FROM json_each(?))",
            (id_list(texts),),
        ).fetchall()
        keys = keys_of(signatures_of(db, {text for pair in found for text in pair}))
        for a, b in found:
            shared = holders_of(db, keys.get(a, set()) & keys.get(b, set()))
            if all(is_common(some) for some in shared.values()):
                yield _problem("no band of the index proposes this pair", f"texts {a} and {b}")


def bands(db: sqlite3.Connection) -> Iterator[Problem]:
    """The index has the band keys of every signature, and no others."""
    expected = 0
    for texts in id_batches(db, "distinct_text"):
        keys = keys_of(signatures_of(db, texts))
        expected += sum(map(len, keys.values()))
        for text in texts_missing(db, keys):
            yield _problem("the index doesn't have the bands of the signature", f"text {text}")
    held = band_storage.count(db)
    if held > expected:
        yield _problem("the index has bands that no signature has", f"{held - expected} bands")


def _problem(what: str, where: str) -> Problem:
    return repairable(what, where, Repair.DUPLICATES)
