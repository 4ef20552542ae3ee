"""Rebuilds the relations between all documents after a migration or a repair."""

from __future__ import annotations

import sqlite3

from warehouse.dedup.band_storage import BAND_TABLES
from warehouse.dedup.refresh import compared_texts, refresh_relations
from warehouse.dedup.site_blocks import mark_blocks
from warehouse.sqlite.ids import id_batches


def rebuild_relations(db: sqlite3.Connection) -> None:
    """Relate every document to all others, in batches. The derived tables must be empty."""
    for some in id_batches(db, "document"):
        refresh_relations(db, compared_texts(db, some), some)


def clear_relations(db: sqlite3.Connection) -> None:
    """Empty the derived tables, and keep again all blocks that were marked as template.

    Templates that a person chose to keep are not forgotten, nor are their groups.
    """
    for table in ("site_block", "merged_site_block"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
    db.execute("DELETE FROM kept_template WHERE group_id NOT IN (SELECT id FROM page_group)")
    for some in id_batches(db, "document"):
        # No page has site blocks now, so nothing recurs and every template mark is removed.
        mark_blocks(db, some)
    db.execute("UPDATE block SET site_digest = NULL WHERE site_digest IS NOT NULL")
    db.execute(
        "UPDATE document SET text_id = NULL, group_id = NULL, address = NULL,"
        " superseded_by = NULL, previous_id = NULL, similarity_to_previous = NULL"
    )
    for table in ("duplicate_pair", *BAND_TABLES, "distinct_text", "setting"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
