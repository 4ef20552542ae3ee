"""Looks after the file: makes SQLite's plans and the search index fresh, and copies it safely."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from warehouse.errors import WarehouseError
from warehouse.sqlite.transaction import transaction

_PAGES_AT_ONCE = 2048
# The warehouse was read before: what goes wrong in these ways is writing.
_OF_THE_COPY = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
)
_MERGED_AT_ONCE = 2_000  # pages of the search index: other writers wait for some tenths of a second
_UNMERGED = 2  # changes that a merge makes when nothing is left: https://sqlite.org/fts5.html#merge
_READERS_WAITED_FOR_MS = 200


def optimise_file(db: sqlite3.Connection) -> None:
    """Merge the search index, refresh the statistics, and fold the log into the file.

    Others may read and write meanwhile: it is done in steps, and what of the log somebody still
    reads stays.
    """
    # The first step counts all parts as one to be merged, those that follow go on with it.
    step = -_MERGED_AT_ONCE
    while _merge(db, step) >= _UNMERGED:
        step = _MERGED_AT_ONCE
    with transaction(db):
        db.execute("PRAGMA optimize")
    (usual,) = db.execute("PRAGMA busy_timeout").fetchone()
    # Folding all of it keeps writers out for as long as it waits for readers.
    db.execute(f"PRAGMA busy_timeout = {_READERS_WAITED_FOR_MS}")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.execute(f"PRAGMA busy_timeout = {usual}")


def _merge(db: sqlite3.Connection, pages: int) -> int:
    """One step of merging the search index; how much it changed."""
    before, merge = db.total_changes, "INSERT INTO article_search (article_search, rank) VALUES"
    with transaction(db):
        db.execute(f"{merge} ('merge', ?)", (pages,))
    return db.total_changes - before


def backup_file(db: sqlite3.Connection, path: Path) -> None:
    """Copy the warehouse as it is at one moment with SQLite's online backup; writers go on.

    The copy has its name only when it is whole. Raises WarehouseError where it can't be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part)) as copy, _at_one_moment(db):
            db.backup(copy, pages=_PAGES_AT_ONCE)
            # A copy in one file, without a log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
        part.replace(path)
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _OF_THE_COPY:
            raise
        raise _unwritable(path, str(error)) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _unwritable(path: Path, why: str) -> WarehouseError:
    return WarehouseError(
        f"the backup {path} can't be written ({why}): make room, or name another folder with "
        "--backups; the warehouse is as it was."
    )


@contextmanager
def _at_one_moment(db: sqlite3.Connection) -> Iterator[None]:
    """Read what was there when it began: SQLite begins a copy anew whenever somebody writes."""
    db.execute("BEGIN")
    try:
        db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        yield
    finally:
        db.execute("COMMIT")
