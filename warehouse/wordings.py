"""Wordings: the distinct texts behind documents, each with its signature and its bands."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from warehouse.bands import band_keys
from warehouse.documents import id_list, next_id
from warehouse.reading import Reading


def attach(db: sqlite3.Connection, readings: Mapping[int, Reading]) -> list[int]:
    """Give each document its wording; returns the new ones, each so far a cluster of its own."""
    comparable = {doc: one for doc, one in readings.items() if one.digest is not None}
    wordings: dict[int | None, int] = dict(
        db.execute(
            "SELECT digest, id FROM wording WHERE digest IN (SELECT value FROM json_each(?))",
            (id_list(one.digest for one in comparable.values() if one.digest is not None),),
        )
    )
    following = next_id(db, "wording")
    new: dict[int, tuple[int, Reading]] = {}
    for document, one in comparable.items():
        if one.digest not in wordings:
            wordings[one.digest] = following + len(new)
            new[wordings[one.digest]] = document, one
    db.executemany(
        "INSERT INTO wording (id, digest, signature, cluster_id, similarity)"
        " VALUES (?, ?, ?, ?, 1)",
        [
            (wording, one.digest, one.signature, document)
            for wording, (document, one) in new.items()
        ],
    )
    # In the order of the index, neighbours are written together.
    db.executemany(
        "INSERT INTO band (key, wording_id) VALUES (?, ?)",
        sorted(
            (key, wording) for wording, (_, one) in new.items() for key in band_keys(one.signature)
        ),
    )
    db.executemany(
        "UPDATE document SET wording_id = ? WHERE id = ?",
        [(wordings[one.digest], document) for document, one in comparable.items()],
    )
    return list(new)


def detach(db: sqlite3.Connection, documents: Iterable[int]) -> None:
    """Take their wordings from documents; what no document has any more goes, with its traces."""
    ids = id_list(documents)
    held = id_list(
        wording
        for (wording,) in db.execute(
            "SELECT DISTINCT wording_id FROM document"
            " WHERE id IN (SELECT value FROM json_each(?)) AND wording_id IS NOT NULL",
            (ids,),
        )
    )
    db.execute(
        "UPDATE document SET wording_id = NULL WHERE id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    unused = db.execute(
        "SELECT id, signature FROM wording WHERE id IN (SELECT value FROM json_each(?))"
        " AND NOT EXISTS (SELECT 1 FROM document WHERE wording_id = wording.id)",
        (held,),
    ).fetchall()
    db.executemany(
        "DELETE FROM band WHERE key = ? AND wording_id = ?",
        [(key, wording) for wording, signature in unused for key in band_keys(signature)],
    )
    gone = [(wording,) for wording, _ in unused]
    db.executemany("DELETE FROM link WHERE a = ?", gone)
    db.executemany("DELETE FROM link WHERE b = ?", gone)
    db.executemany("DELETE FROM wording WHERE id = ?", gone)


def texts(db: sqlite3.Connection, wordings: Iterable[int]) -> Iterator[tuple[int, str]]:
    """The text of each wording, one after the other in the order given: one in memory at a time."""
    yield from db.execute(
        "SELECT w.value, (SELECT text FROM searchable WHERE id ="
        "   (SELECT min(id) FROM document WHERE wording_id = w.value))"
        " FROM json_each(?) AS w",
        (id_list(wordings),),
    )
