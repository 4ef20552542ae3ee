"""Finds and deletes the strings and removals that no block refers to any more.

They stay when records are replaced, because finding them takes a look at all blocks.
"""

from __future__ import annotations

import sqlite3

from warehouse.sqlite.transaction import transaction

_UNUSED = {
    "block_string": "SELECT id FROM block_string WHERE id NOT IN ("
    "SELECT path_id FROM block WHERE path_id IS NOT NULL"
    " UNION ALL SELECT text_id FROM block WHERE text_id IS NOT NULL)",
    "removal": "SELECT id FROM removal WHERE id NOT IN ("
    "SELECT removal_id FROM block WHERE removal_id IS NOT NULL)",
}
# So many are deleted in one transaction.
_STEP = 1_000


def count_unused_strings(db: sqlite3.Connection) -> int:
    """How many strings and removals no block refers to."""
    return sum(
        int(db.execute(f"SELECT count(*) FROM ({query})").fetchone()[0])  # noqa: S608 - ours
        for query in _UNUSED.values()
    )


def delete_unused_strings(db: sqlite3.Connection) -> None:
    """Delete the strings and removals that no block refers to, some in each transaction.

    Others can write meanwhile. What they write may refer to a string that was unused before, so
    the unused ones are then looked for again.
    """
    for table, query in _UNUSED.items():
        version = _data_version(db)
        unused = db.execute(query).fetchall()
        while unused:
            with transaction(db):
                if (now := _data_version(db)) != version:
                    version, unused = now, db.execute(query).fetchall()
                db.executemany(f"DELETE FROM {table} WHERE id = ?", unused[:_STEP])  # noqa: S608
            unused = unused[_STEP:]


def _data_version(db: sqlite3.Connection) -> int:
    """A number that changes when another connection commits."""
    return int(db.execute("PRAGMA data_version").fetchone()[0])
