"""Maintains the file: deletes what is unused, merges the search index, makes backups."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from warehouse.errors import WarehouseError
from warehouse.records.raw_bytes import combine_packs
from warehouse.records.unused_strings import delete_unused_strings
from warehouse.sqlite.transaction import transaction

_PAGES_AT_ONCE = 2048
# The warehouse itself can be read, so these errors come from writing the copy.
_COPY_ERRORS = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
)
# The size of one merge step of the search index. Other writers wait a few tenths of a second.
_PAGES_PER_MERGE = 2_000
# A merge step that changes fewer rows is the last one: https://sqlite.org/fts5.html#merge
_MIN_CHANGES = 2
_READER_TIMEOUT_MS = 200


def optimise_file(db: sqlite3.Connection) -> None:
    """Delete unused strings, combine small packs, merge the search index, checkpoint the log.

    SQLite's statistics are updated, too. Other processes can read and write meanwhile, because
    everything is done in steps. Log pages that a reader still needs stay in the log.
    """
    delete_unused_strings(db)
    combine_packs(db)
    # A negative number starts a merge of all segments. Later steps continue it.
    step = -_PAGES_PER_MERGE
    while _merge(db, step) >= _MIN_CHANGES:
        step = _PAGES_PER_MERGE
    with transaction(db):
        db.execute("PRAGMA optimize")
    (usual,) = db.execute("PRAGMA busy_timeout").fetchone()
    # A full checkpoint blocks writers while it waits for readers.
    db.execute(f"PRAGMA busy_timeout = {_READER_TIMEOUT_MS}")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.execute(f"PRAGMA busy_timeout = {usual}")


def _merge(db: sqlite3.Connection, pages: int) -> int:
    """Do one merge step of the search index; returns how many rows it changed."""
    before, merge = db.total_changes, "INSERT INTO article_search (article_search, rank) VALUES"
    with transaction(db):
        db.execute(f"{merge} ('merge', ?)", (pages,))
    return db.total_changes - before


def backup_file(db: sqlite3.Connection, path: Path) -> None:
    """Copy a snapshot of the warehouse with SQLite's online backup; writers aren't blocked.

    The copy gets its final name when it is complete. Raises WarehouseError if it can't be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part)) as copy, _snapshot(db):
            db.backup(copy, pages=_PAGES_AT_ONCE)
            # The copy is a single file, without a write-ahead log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
        part.replace(path)
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _COPY_ERRORS:
            raise
        raise _unwritable(path, str(error)) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _unwritable(path: Path, why: str) -> WarehouseError:
    return WarehouseError(
        f"the backup {path} can't be written ({why}): make room, or name another folder with "
        "--backups; the warehouse is unchanged."
    )


@contextmanager
def _snapshot(db: sqlite3.Connection) -> Iterator[None]:
    """Hold a read transaction: without one, SQLite restarts the copy after each write."""
    db.execute("BEGIN")
    try:
        db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        yield
    finally:
        db.execute("COMMIT")
