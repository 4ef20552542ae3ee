"""The run log: records every run on the warehouse, with its status and counters."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime

from warehouse.answers import SkippedKind
from warehouse.errors import WarehouseError
from warehouse.model import Counts, RunStatus
from warehouse.records.run_lock import RunLock
from warehouse.sqlite.process import ProcessIdentity, this_process
from warehouse.sqlite.transaction import transaction

# How many names of each skipped kind are stored. With hourly runs, more would add up.
_MAX_NAMES = 20


def now() -> str:
    """The current time to the second, in the warehouse's format."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def begin_run(db: sqlite3.Connection, flow: str, presence: RunLock) -> int:
    """Open a run of `flow` and return its ID; runs whose process has ended become `interrupted`."""
    this = this_process()
    with transaction(db):
        running = db.execute(
            "SELECT id, host, pid, process_started FROM run WHERE status = 'running'"
        ).fetchall()
        db.executemany(
            "UPDATE run SET status = 'interrupted' WHERE id = ?",
            [
                (run,)
                for run, *process in running
                if _is_gone(run, ProcessIdentity(*process), presence)
            ],
        )
        cursor = db.execute(
            "INSERT INTO run (flow, started_at, status, host, pid, process_started)"
            " VALUES (?, ?, 'running', ?, ?, ?)",
            (flow, now(), this.host, this.pid, this.started),
        )
        assert cursor.lastrowid is not None
        presence.acquire(cursor.lastrowid)
        return cursor.lastrowid


def _is_gone(run: int, process: ProcessIdentity, presence: RunLock) -> bool:
    """Whether the process of a run with the status `running` has ended."""
    held = presence.is_held(run)
    if held is None or (held is False and process.is_local):
        # Even without the lock it may still run, if the lock file was deleted.
        return process.has_ended
    return not held


def finish_run(
    db: sqlite3.Connection,
    run_id: int,
    status: RunStatus,
    timeout_s: float | None,
    skipped: Mapping[str, SkippedKind],
) -> None:
    """Close a run. Raises WarehouseError if it doesn't exist."""
    kinds = {
        kind: {"count": one.count, "names": one.names[:_MAX_NAMES]} for kind, one in skipped.items()
    }
    with transaction(db, timeout_s):
        closed = db.execute(
            "UPDATE run SET status = ?, finished_at = ?, skipped = ? WHERE id = ?",
            (status.value, now(), json.dumps(kinds, ensure_ascii=False), run_id),
        )
        if not closed.rowcount:
            raise WarehouseError(f"there is no run {run_id}: begin one first.")


def add_counts(db: sqlite3.Connection, run_id: int, counts: Counts) -> None:
    """Add a batch's counts to its run, in the transaction that loads the batch."""
    added = db.execute(
        "UPDATE run SET seen = seen + ?, added = added + ?, unchanged = unchanged + ?,"
        " duplicates = duplicates + ?, rejected = rejected + ? WHERE id = ?",
        (
            counts.seen,
            counts.added,
            counts.unchanged,
            counts.duplicates,
            counts.rejected,
            run_id,
        ),
    )
    if not added.rowcount:
        raise WarehouseError(f"there is no run {run_id}: begin one first.")
