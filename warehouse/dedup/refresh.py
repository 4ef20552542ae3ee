"""Updates the relations between documents after some of them changed.

The relations are versions, recurring site blocks and clusters. Each depends only on what is stored,
not on the order in which it arrived.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping

from cleaners.text.sketch import Sketch
from warehouse.dedup.clustering import recluster
from warehouse.dedup.distinct_texts import ComparedText
from warehouse.dedup.site_blocks import learn_blocks, mark_blocks
from warehouse.dedup.versions import refresh_versions
from warehouse.sqlite.ids import id_list


def refresh_relations(
    db: sqlite3.Connection,
    changed: Mapping[int, ComparedText],
    captured: Collection[int],
    moved: Iterable[int] = (),
    concerned: Iterable[int] = (),
) -> None:
    """Update all relations of the documents that changed.

    `changed` has the documents that are new or have new blocks. `captured` documents have new
    captures; `moved` documents were captured earlier than known before, or on another site.
    `concerned` documents have
    their recurring blocks marked again in any case.
    """
    marked = mark_blocks(db, learn_blocks(db, changed, captured) | {*concerned})
    reworded = {*changed, *marked}
    superseded, restored = refresh_versions(db, {*captured, *reworded}, reworded)
    again = compared_texts(db, (marked | restored) - superseded)
    compared = {**changed, **again}
    hidden = _superseded(db, compared)
    recluster(
        db,
        {document: one for document, one in compared.items() if document not in hidden},
        hidden | superseded,
        moved,
    )


def compared_texts(db: sqlite3.Connection, documents: Iterable[int]) -> dict[int, ComparedText]:
    """The parts of each document that are compared, read from the warehouse."""
    return {
        document: ComparedText(headline, Sketch.of(text))
        for document, headline, text in db.execute(
            "SELECT id, headline, text FROM comparable"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (id_list(documents),),
        )
    }


def _superseded(db: sqlite3.Connection, documents: Iterable[int]) -> set[int]:
    rows = db.execute(
        "SELECT id FROM document WHERE id IN (SELECT value FROM json_each(?))"
        " AND superseded_by IS NOT NULL",
        (id_list(documents),),
    )
    return {document for (document,) in rows}
