"""Invariants of single records: their raw bytes, blocks, captures and references."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from warehouse.model import Problem
from warehouse.raws import DamagedBytes, unpacked

_INGEST = "ingest its source again into a new warehouse"
_RESTORE = "restore the warehouse from a copy"


def foreign_keys(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every reference leads to a row."""
    for table, rowid, parent, _ in db.execute("PRAGMA foreign_key_check"):
        yield Problem(
            f"a row refers to a row of {parent} that isn't there",
            f"{table} {rowid}" if rowid is not None else table,
            _RESTORE,
        )


def raws(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every document has bytes that decompress to its size and its SHA-256."""
    for document, data, size, sha256 in db.execute(
        "SELECT d.id, r.bytes, r.size, r.sha256 FROM document AS d"
        " LEFT JOIN raw AS r ON r.id = d.raw_id ORDER BY d.id"
    ):
        try:
            unpacked(data, size, sha256)
        except DamagedBytes as error:
            yield Problem(str(error), f"document {document}", _INGEST)


def positions(db: sqlite3.Connection) -> Iterator[Problem]:
    """The blocks of a document are numbered from 0 without a gap."""
    for (document,) in db.execute(
        "SELECT document_id FROM block GROUP BY document_id"
        " HAVING min(position) <> 0 OR max(position) <> count(*) - 1"
    ):
        yield Problem("the blocks aren't numbered without a gap", f"document {document}", _RESTORE)


def captures(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every document was seen, and first when its earliest capture says."""
    for document, first_seen, earliest in db.execute(
        "SELECT id, first_seen, earliest FROM (SELECT id, first_seen,"
        "  (SELECT min(captured_at) FROM capture WHERE document_id = document.id) AS earliest"
        "  FROM document) WHERE earliest IS NOT first_seen"
    ):
        yield Problem(
            "no capture is recorded"
            if earliest is None
            else f"first seen is {first_seen}, but the earliest capture is of {earliest}",
            f"document {document}",
            "ingest its source again",
        )
