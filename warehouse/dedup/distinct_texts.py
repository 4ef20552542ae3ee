"""The distinct texts behind documents, each with its signature and its bands."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from cleaners.text.sketch import Sketch, Text
from warehouse.dedup import band_index as index
from warehouse.dedup.bands import pack_signatures
from warehouse.dedup.parameters import MIN_WORDS
from warehouse.sqlite.ids import id_list, next_id


def assign_texts(db: sqlite3.Connection, sketches: Mapping[int, Sketch]) -> dict[int, Text]:
    """Give each document its distinct text; returns the new ones, each a cluster of its own."""
    comparable = {doc: one for doc, one in sketches.items() if one.n_words >= MIN_WORDS}
    text_ids: dict[int, int] = dict(
        db.execute(
            "SELECT digest, id FROM wording WHERE digest IN (SELECT value FROM json_each(?))",
            (id_list(one.digest for one in comparable.values()),),
        )
    )
    following = next_id(db, "wording")
    new: dict[int, tuple[int, Sketch]] = {}
    for document, one in comparable.items():
        if one.digest not in text_ids:
            text_ids[one.digest] = following + len(new)
            new[text_ids[one.digest]] = document, one
    db.executemany(
        "INSERT INTO wording (id, digest, size, signature, cluster_id, similarity, containment)"
        " VALUES (?, ?, ?, ?, ?, 1, 1)",
        [
            (text_id, one.digest, len(one.text.shingles), signature_of(one), document)
            for text_id, (document, one) in new.items()
        ],
    )
    db.executemany(
        "UPDATE document SET wording_id = ? WHERE id = ?",
        [(text_ids[one.digest], document) for document, one in comparable.items()],
    )
    return {text_id: one.text for text_id, (_, one) in new.items()}


def signature_of(one: Sketch) -> bytes:
    """The signatures of a text, as a distinct text keeps them."""
    return pack_signatures(one.signature, one.figures, len(one.text.figures.values))


def unassign_texts(db: sqlite3.Connection, documents: Iterable[int]) -> None:
    """Detach documents from their distinct texts, and delete texts left without a document."""
    ids = id_list(documents)
    held = id_list(
        text_id
        for (text_id,) in db.execute(
            "SELECT DISTINCT wording_id FROM document"
            " WHERE id IN (SELECT value FROM json_each(?)) AND wording_id IS NOT NULL",
            (ids,),
        )
    )
    db.execute(
        "UPDATE document SET wording_id = NULL WHERE id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    unused = dict(
        db.execute(
            "SELECT id, signature FROM wording WHERE id IN (SELECT value FROM json_each(?))"
            " AND NOT EXISTS (SELECT 1 FROM document WHERE wording_id = wording.id)",
            (held,),
        )
    )
    index.remove_from_index(db, unused)
    gone = [(text_id,) for text_id in unused]
    db.executemany("DELETE FROM link WHERE a = ?", gone)
    db.executemany("DELETE FROM link WHERE b = ?", gone)
    db.executemany("DELETE FROM wording WHERE id = ?", gone)


def read_texts(db: sqlite3.Connection, text_ids: Iterable[int]) -> Iterator[tuple[int, str]]:
    """The words of each distinct text, in the order given, one in memory at a time."""
    yield from db.execute(
        "SELECT w.value, (SELECT text FROM searchable WHERE id ="
        "   (SELECT min(id) FROM document WHERE wording_id = w.value))"
        " FROM json_each(?) AS w",
        (id_list(text_ids),),
    )
