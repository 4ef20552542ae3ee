"""Helpers for IDs in statements: many as one parameter, and the next free one of a table."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator


def id_list(ids: Iterable[int]) -> str:
    """The IDs as one parameter, for `IN (SELECT value FROM json_each(?))`."""
    return json.dumps(list(ids))


def next_id(db: sqlite3.Connection, table: str) -> int:
    """The ID after the last one of a table, so that IDs stay dense."""
    query = f"SELECT coalesce(max(id), 0) + 1 FROM {table}"  # noqa: S608 - a name of ours
    return int(db.execute(query).fetchone()[0])


def id_batches(db: sqlite3.Connection, table: str, size: int = 256) -> Iterator[list[int]]:
    """Yield the IDs of a table in order, in batches; rows may change meanwhile."""
    query = f"SELECT id FROM {table} WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608 - a name of ours
    some = [0]
    while some := [row[0] for row in db.execute(query, (some[-1], size))]:
        yield some


def page_names(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, str]:
    """The URL of each document or, without one, its locator."""
    rows = db.execute(
        "SELECT id, coalesce(url, locator) FROM documents"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (id_list(ids),),
    )
    return dict(rows)
