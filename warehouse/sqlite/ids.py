"""Ids as statements want them: many as one parameter, and the next of a table."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable


def id_list(ids: Iterable[int]) -> str:
    """Ids as one parameter, for `IN (SELECT value FROM json_each(?))`."""
    return json.dumps(list(ids))


def next_id(db: sqlite3.Connection, table: str) -> int:
    """The id after a table's last, so that ids stay dense."""
    query = f"SELECT coalesce(max(id), 0) + 1 FROM {table}"  # noqa: S608 - a name of ours
    return int(db.execute(query).fetchone()[0])
