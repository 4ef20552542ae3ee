"""Ids as statements want them: many as one parameter, and the next of a table."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator


def id_list(ids: Iterable[int]) -> str:
    """Ids as one parameter, for `IN (SELECT value FROM json_each(?))`."""
    return json.dumps(list(ids))


def next_id(db: sqlite3.Connection, table: str) -> int:
    """The id after a table's last, so that ids stay dense."""
    query = f"SELECT coalesce(max(id), 0) + 1 FROM {table}"  # noqa: S608 - a name of ours
    return int(db.execute(query).fetchone()[0])


def id_batches(db: sqlite3.Connection, table: str, size: int = 256) -> Iterator[list[int]]:
    """The ids of a table in order, so many at a time; rows may be changed meanwhile."""
    query = f"SELECT id FROM {table} WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608 - a name of ours
    some = [0]
    while some := [row[0] for row in db.execute(query, (some[-1], size))]:
        yield some


def page_names(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, str]:
    """The addresses of documents, or their locators where they have none."""
    rows = db.execute(
        "SELECT id, coalesce(url, locator) FROM documents"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (id_list(ids),),
    )
    return dict(rows)
