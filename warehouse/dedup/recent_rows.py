"""Moves site blocks from the small table of recent rows to the large one.

Digests of a batch are all over the key space, and each would rewrite another page of a large table.
The large table therefore gets a slice of the key space at a time, with all rows that came since its
last turn.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

# One of these slices has its turn for every so many documents.
_SLICES = 64
_DOCUMENTS_PER_TURN = 64
_DIGEST_BITS = 64  # signed


def merge_site_blocks(db: sqlite3.Connection, added: Collection[int]) -> None:
    """Move site blocks, after those of the documents `added` were inserted."""
    columns = "digest, group_id, headline, document_id"
    for digests in _slices_due(added):
        db.execute(
            f"INSERT OR IGNORE INTO merged_site_block ({columns})"  # noqa: S608 - names of ours
            f" SELECT {columns} FROM site_block WHERE digest BETWEEN ? AND ? ORDER BY {columns}",
            digests,
        )
        db.execute("DELETE FROM site_block WHERE digest BETWEEN ? AND ?", digests)


def _slices_due(added: Collection[int]) -> list[tuple[int, int]]:
    """The least and the greatest digest of each slice whose turn came with the IDs in `added`."""
    if not added:
        return []
    turns = range((min(added) - 1) // _DOCUMENTS_PER_TURN, max(added) // _DOCUMENTS_PER_TURN)
    width = (1 << _DIGEST_BITS) // _SLICES
    first = -1 << (_DIGEST_BITS - 1)
    starts = [first + turn % _SLICES * width for turn in turns[:_SLICES]]
    return [(start, start + width - 1) for start in starts]
