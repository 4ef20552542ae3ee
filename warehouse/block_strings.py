"""Stores the strings that blocks of many pages have once: paths, and details of removals."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

# The columns of `block` that are '' where the column of the same name with `_id` has a reference.
SHARED_COLUMNS = ("detail", "path")


def block_column(column: str, block: str = "block") -> str:
    """The SQL expression for a column of `block` or an alias of it, as text in any case."""
    if column not in SHARED_COLUMNS:
        return f"{block}.{column}"
    return (
        f"CASE WHEN {block}.{column} = '' THEN coalesce((SELECT text FROM block_string"  # noqa: S608
        f" WHERE id = {block}.{column}_id), '') ELSE {block}.{column} END"
    )


def string_ids(db: sqlite3.Connection, strings: Iterable[object]) -> dict[object, int]:
    """The ID of each string that isn't empty; adds those that aren't stored yet."""
    ids: dict[object, int] = {}
    for one in sorted(one for one in set(strings) if isinstance(one, str) and one):
        found = db.execute("SELECT id FROM block_string WHERE text = ?", (one,)).fetchone()
        if found is None:
            cursor = db.execute("INSERT INTO block_string (text) VALUES (?)", (one,))
            found = (cursor.lastrowid,)
        ids[one] = found[0]
    return ids
