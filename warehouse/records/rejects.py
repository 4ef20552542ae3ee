"""Stores rejects: inputs that could not be read or cleaned, and why."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from warehouse.model import Loaded, Rejected, Verdict
from warehouse.records.runs import now


def insert_rejects(
    db: sqlite3.Connection, run_id: int, rejects: Sequence[Rejected]
) -> list[Loaded]:
    """Store rejects and return their reports; a known reject gets the new run and time."""
    db.executemany(
        "INSERT INTO reject (locator, stage, error, message, sha256, run_id, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
        " SET sha256 = excluded.sha256, run_id = excluded.run_id, at = excluded.at",
        [
            (
                one.locator,
                str(one.stage),
                one.error,
                one.message,
                bytes.fromhex(one.sha256) if one.sha256 else None,
                run_id,
                now(),
            )
            for one in rejects
        ],
    )
    return [report_rejected(one) for one in rejects]


def report_rejected(one: Rejected) -> Loaded:
    """The report of a reject."""
    return Loaded(Verdict.REJECTED, one.locator, error=one.error, message=one.message)
