"""The errors that the warehouse raises, and the sentences for SQLite's errors."""

from __future__ import annotations

import sqlite3
from pathlib import Path


class WarehouseError(Exception):
    """One sentence for the user: what is wrong with the warehouse or request, and what to do."""


class RequestError(WarehouseError):
    """The request is invalid, whatever the warehouse contains."""


class WarehouseBusy(WarehouseError):
    """Another connection holds a lock on the warehouse; the same call may succeed later."""


DAMAGED = "{} is damaged ({}): restore it from a copy, or ingest the sources into a new one."


def warehouse_error(error: sqlite3.DatabaseError, path: Path) -> WarehouseError | None:
    """The WarehouseError for an error about the file; None if it is about a statement."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    if primary == sqlite3.SQLITE_READONLY and code != primary:
        # The write-ahead log beside the file can't be created or read.
        primary = sqlite3.SQLITE_CANTOPEN
    sentence = {
        sqlite3.SQLITE_BUSY: f"{path} is in use by another process that writes to it: wait for it "
        "to finish, then try again.",
        sqlite3.SQLITE_LOCKED: f"{path} is locked by another statement of this process: finish it "
        "first.",
        sqlite3.SQLITE_READONLY: f"{path} can't be written: get write permission for it and its "
        "folder, or open it for reading only.",
        sqlite3.SQLITE_FULL: f"the disk that holds {path} is full: free some space and run again; "
        "committed data is safe.",
        sqlite3.SQLITE_IOERR: f"the disk that holds {path} could not be read or written ({error}): "
        "check the disk, then try again.",
        sqlite3.SQLITE_CORRUPT: DAMAGED.format(path, error),
        sqlite3.SQLITE_NOTADB: f"{path} is neither a presswash warehouse nor another SQLite "
        "database: give another path with --db.",
        sqlite3.SQLITE_CANTOPEN: f"{path} can't be opened: SQLite keeps two small files beside a "
        "warehouse, so check that the file and its folder may be read and written, or copy the "
        "warehouse to a folder where they may.",
    }.get(primary or -1)
    if sentence is None:
        return None
    is_busy = primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return WarehouseBusy(sentence) if is_busy else WarehouseError(sentence)
