"""Looks after the file: makes SQLite's plans and the search index fresh, and copies it safely."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from warehouse.errors import WarehouseError

_PAGES_AT_ONCE = 2048
# The warehouse was read before: what goes wrong in these ways is writing.
_OF_THE_COPY = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
)


def optimise(db: sqlite3.Connection) -> None:
    """Merge the search index, refresh the statistics, and fold the log into the file."""
    db.execute("INSERT INTO article_search (article_search) VALUES ('optimize')")
    db.execute("PRAGMA optimize")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def backup(db: sqlite3.Connection, path: Path) -> None:
    """Copy the warehouse as it is at one moment with SQLite's online backup; writers go on.

    The copy has its name only when it is whole. Raises WarehouseError where it can't be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part)) as copy:
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
