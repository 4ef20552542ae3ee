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
        _move(db, "band", "key", "key, text_id", keys)


def merge_site_blocks(db: sqlite3.Connection, added: Collection[int]) -> None:
    """Move site blocks, after those of the documents `added` were inserted."""
    columns = "digest, group_id, headline, document_id"
    for digests in _slices_due(added, _DIGEST_BITS):
        _move(db, "site_block", "digest", columns, digests)


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


def _move(
    db: sqlite3.Connection, table: str, key: str, columns: str, keys: tuple[int, int]
) -> None:
    db.execute(
        f"INSERT OR IGNORE INTO merged_{table} ({columns})"  # noqa: S608 - names of ours
        f" SELECT {columns} FROM {table} WHERE {key} BETWEEN ? AND ? ORDER BY {columns}",
        keys,
    )
    db.execute(f"DELETE FROM {table} WHERE {key} BETWEEN ? AND ?", keys)  # noqa: S608 - names of ours
