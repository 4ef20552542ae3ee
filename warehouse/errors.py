"""The errors that the warehouse raises, and the sentences for what SQLite says."""

from __future__ import annotations

import sqlite3
from pathlib import Path


class WarehouseError(Exception):
    """What is wrong with the warehouse or the request, and what to do: one sentence."""


class RequestError(WarehouseError):
    """What was asked for makes no sense, whatever is in the warehouse."""


DAMAGED = "{} is damaged ({}): restore it from a copy, or ingest the sources into a new one."


def sentence_for(error: sqlite3.DatabaseError, path: Path) -> str | None:
    """The sentence for an error that is about the file; None for one that is about a statement."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    if primary == sqlite3.SQLITE_READONLY and code != primary:
        # Not the file but what SQLite keeps beside it: the log can't be made or followed.
        primary = sqlite3.SQLITE_CANTOPEN
    return {
        sqlite3.SQLITE_BUSY: f"{path} is in use by another process that writes to it: wait for it "
        "to finish, then try again.",
        sqlite3.SQLITE_LOCKED: f"{path} is locked by another statement of this process: finish it "
        "first.",
        sqlite3.SQLITE_READONLY: f"{path} can't be written: give yourself the right to write to it "
        "and to its folder, or open it for reading only.",
        sqlite3.SQLITE_FULL: f"the disk that holds {path} is full: make room and run again; what "
        "was committed is safe.",
        sqlite3.SQLITE_IOERR: f"the disk that holds {path} could not be read or written ({error}): "
        "check the disk, then try again.",
        sqlite3.SQLITE_CORRUPT: DAMAGED.format(path, error),
        sqlite3.SQLITE_NOTADB: f"{path} is not a presswash warehouse, nor any SQLite database: "
        "give another path with --db.",
        sqlite3.SQLITE_CANTOPEN: f"{path} can't be opened: SQLite keeps two small files beside a "
        "warehouse, so check that the file and its folder may be read and written, or copy the "
        "warehouse to a folder where they may.",
    }.get(primary or -1)
