"""Runs several queries on one consistent state of the warehouse, despite concurrent writers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def snapshot(db: sqlite3.Connection) -> Iterator[None]:
    """Hold a read transaction: all queries see the warehouse as of the first read.

    Inside a write transaction they do so already.
    """
    is_outermost = not db.in_transaction
    if is_outermost:
        db.execute("BEGIN")
    try:
        yield
    finally:
        if is_outermost and db.in_transaction:
            db.execute("COMMIT")
