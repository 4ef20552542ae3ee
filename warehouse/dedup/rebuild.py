"""Filling the duplicate index anew from the texts, after a migration emptied it."""

from __future__ import annotations

import sqlite3

from cleaners.text.sketch import Sketch
from warehouse.dedup import clustering as duplicates

_DOCUMENTS_PER_BATCH = 256


def rebuild_duplicate_index(db: sqlite3.Connection) -> None:
    """Cluster every document again, some at a time; none of them may have a distinct text."""
    last = 0
    while True:
        some = db.execute(
            "SELECT id, text FROM searchable WHERE id > ? ORDER BY id LIMIT ?",
            (last, _DOCUMENTS_PER_BATCH),
        ).fetchall()
        if not some:
            return
        duplicates.cluster(db, {document: Sketch.of(text) for document, text in some}, ())
        last = some[-1][0]
