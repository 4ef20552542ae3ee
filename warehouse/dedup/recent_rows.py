"""Moves the rows of two indexes from the small table of recent rows to the large one.

The keys of both indexes are hashes, so those of a batch are all over the key space, and each would
rewrite another page of a large table. The large table therefore gets a slice of the key space at a
time, with all rows that came since its last turn.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

# One of these slices has its turn for every so many documents or texts.
_SLICES = 64
_IDS_PER_TURN = 64
_BAND_BITS = 32
_DIGEST_BITS = 64


def merge_bands(db: sqlite3.Connection, added: Collection[int]) -> None:
    """Move bands, after those of the texts `added` were inserted."""
    for keys in _slices_due(added, _BAND_BITS):
        _move(db, "band", "key, text_id", "key BETWEEN ? AND ?", keys)


def merge_site_blocks(db: sqlite3.Connection, added: Collection[int]) -> None:
    """Move site blocks, after those of the documents `added` were inserted."""
    columns = "group_id, digest, headline, document_id"
    for keys in _slices_due(added, _DIGEST_BITS):
        for group in _recent_groups(db):
            _move(
                db, "site_block", columns, "group_id = ? AND digest BETWEEN ? AND ?", (group, *keys)
            )


def _slices_due(added: Collection[int], bits: int) -> list[tuple[int, int]]:
    """The least and the greatest key of each slice whose turn came with the IDs in `added`.

    Keys are signed numbers of `bits` bits.
    """
    if not added:
        return []
    turns = range((min(added) - 1) // _IDS_PER_TURN, max(added) // _IDS_PER_TURN)
    width = (1 << bits) // _SLICES
    first = -1 << (bits - 1)
    starts = [first + turn % _SLICES * width for turn in turns[:_SLICES]]
    return [(start, start + width - 1) for start in starts]


def _recent_groups(db: sqlite3.Connection) -> list[int]:
    """The groups that have recent site blocks; costs one lookup for each."""
    rows = db.execute(
        "WITH RECURSIVE g (id) AS (SELECT min(group_id) FROM site_block UNION ALL"
        "  SELECT (SELECT min(group_id) FROM site_block WHERE group_id > g.id) FROM g"
        "  WHERE g.id IS NOT NULL)"
        " SELECT id FROM g WHERE id IS NOT NULL"
    )
    return [group for (group,) in rows]


def _move(
    db: sqlite3.Connection, table: str, columns: str, condition: str, values: tuple[int, ...]
) -> None:
    db.execute(
        f"INSERT OR IGNORE INTO merged_{table} ({columns})"  # noqa: S608 - names of ours
        f" SELECT {columns} FROM {table} WHERE {condition} ORDER BY {columns}",
        values,
    )
    db.execute(f"DELETE FROM {table} WHERE {condition}", values)  # noqa: S608 - names of ours
