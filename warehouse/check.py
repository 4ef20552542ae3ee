"""Looking for damage: SQLite's own checks, and every invariant that the schema can't state."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from warehouse import check_clusters, check_records
from warehouse.connection import connect
from warehouse.model import Problem
from warehouse.transaction import transaction

_RESTORE = "restore the warehouse from a copy, or ingest the sources into a new one"
_REBUILD_SEARCH = (
    "run \"INSERT INTO article_search (article_search) VALUES ('rebuild')\" with the sqlite3 tool"
)

# In this order: what is wrong first may be why the rest is.
_CHECKS: tuple[Callable[[sqlite3.Connection], Iterator[Problem]], ...] = (
    check_records.foreign_keys,
    check_records.raws,
    check_records.positions,
    check_records.captures,
    check_clusters.canonicals,
    check_clusters.links,
    check_clusters.bands,
)


def check(db: sqlite3.Connection, path: Path, *, readonly: bool) -> list[Problem]:
    """Everything found wrong, in a fixed order; nothing is changed."""
    try:
        problems = list(_integrity(db))
        if problems:
            return problems
        problems = list(_full_text(db, path, readonly=readonly))
        db.execute("BEGIN")
        try:
            for one in _CHECKS:
                problems += one(db)
        finally:
            db.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        return [Problem("the file is damaged", str(error), _RESTORE)]
    return problems


def _integrity(db: sqlite3.Connection) -> Iterator[Problem]:
    for (line,) in db.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield Problem("the file is damaged", line, _RESTORE)


def _full_text(db: sqlite3.Connection, path: Path, *, readonly: bool) -> Iterator[Problem]:
    """Compare the full-text index with the texts; to FTS5, asking for that is a kind of write."""
    writer = connect(path, "rw") if readonly else db
    try:
        with transaction(writer):
            writer.execute(
                "INSERT INTO article_search (article_search, rank) VALUES ('integrity-check', 1)"
            )
    except sqlite3.DatabaseError as error:
        code = error.sqlite_errorcode & 0xFF
        if code == sqlite3.SQLITE_READONLY:
            yield Problem(
                "the full-text index can't be checked in a read-only file",
                "article_search",
                "check a copy of the warehouse that can be written",
            )
        elif code == sqlite3.SQLITE_CORRUPT:
            yield Problem(
                "the full-text index doesn't fit the texts", "article_search", _REBUILD_SEARCH
            )
        else:
            raise
    finally:
        if writer is not db:
            writer.close()
