"""Repairs runs, captures and resume state from the rest of the warehouse."""

from __future__ import annotations

import sqlite3

from warehouse.integrity.runs import LOST, LOST_DOCUMENT

_RIGHT = "strftime('%Y-%m-%dT%H:%M:%SZ', {0}, '+0 days') IS {0}"
_EPOCH = "1970-01-01T00:00:00Z"
_STATUSES = "'running', 'completed', 'failed', 'interrupted'"
_FIGURES = ("seen", "added", "unchanged", "duplicates", "rejected")


def repair_runs(db: sqlite3.Connection) -> None:
    """Add missing runs that other tables refer to; make counters, times and status consistent.

    If a run's counters don't add up, there is no way to tell which one is wrong. `seen` is then set
    to the sum of the others.
    """
    db.execute(
        "INSERT INTO run (id, flow, started_at, status, host, pid, process_started)"
        " SELECT id, ?, coalesce((SELECT max(captured_at) FROM capture WHERE run_id = w.id), ?),"
        " 'interrupted', '', 0, '' FROM (SELECT run_id AS id FROM capture UNION"
        "  SELECT run_id FROM reject UNION SELECT id - 1 FROM run WHERE id > 1) AS w"
        " WHERE id NOT IN (SELECT id FROM run)",
        (LOST, _EPOCH),
    )
    for figure in _FIGURES:
        db.execute(f"UPDATE run SET {figure} = max({figure}, 0) WHERE {figure} < 0")  # noqa: S608
    db.execute("UPDATE run SET duplicates = added WHERE duplicates > added")
    db.execute(
        "UPDATE run SET rejected = max(rejected,"
        "  (SELECT count(*) FROM reject WHERE run_id = run.id AND error <> ?)) WHERE flow <> ?",
        (LOST_DOCUMENT, LOST),
    )
    db.execute("UPDATE run SET seen = added + unchanged + rejected")
    db.execute(
        f"UPDATE run SET started_at = coalesce((SELECT max(captured_at) FROM capture"  # noqa: S608
        f" WHERE run_id = run.id), ?) WHERE NOT ({_RIGHT.format('started_at')})",
        (_EPOCH,),
    )
    db.execute(
        "UPDATE run SET finished_at = started_at WHERE finished_at IS NOT NULL"  # noqa: S608 - ours
        f" AND NOT ({_RIGHT.format('finished_at')})"
    )
    db.execute(
        f"UPDATE run SET status = 'interrupted' WHERE status NOT IN ({_STATUSES})"  # noqa: S608
        " OR (status = 'running' AND finished_at IS NOT NULL)"
        " OR (status <> 'running' AND finished_at IS NULL)"
    )
    db.execute(
        "UPDATE reject SET at = (SELECT started_at FROM run WHERE id = reject.run_id)"  # noqa: S608
        f" WHERE NOT ({_RIGHT.format('at')})"
    )
    db.execute("UPDATE reject SET stage = 'read' WHERE stage NOT IN ('read', 'decode', 'clean')")


def repair_resume_state(db: sqlite3.Connection) -> None:
    """Delete invalid resume records, so that their sources are read again.

    No capture is stored twice.
    """
    for table in ("read_file", "fetched"):
        db.execute(
            f"DELETE FROM {table} AS s WHERE NOT EXISTS (SELECT 1 FROM capture AS c"  # noqa: S608
            "  WHERE c.document_id = s.document_id AND c.captured_at = s.captured_at"
            "  AND c.locator = s.locator)"
            # Keep the rows of documents whose capture is missing or has an invalid time: they are
            # needed to restore it.
            " AND EXISTS (SELECT 1 FROM capture WHERE document_id = s.document_id)"
            " AND NOT EXISTS (SELECT 1 FROM capture AS c WHERE c.document_id = s.document_id"
            f"  AND c.locator = s.locator AND NOT ({_RIGHT.format('c.captured_at')}))"
        )
    db.execute(
        "DELETE FROM read_archive WHERE records > place OR place < 0 OR records < 0"
        " OR finished NOT IN (0, 1)"
    )
    db.execute("DELETE FROM fetched WHERE etag IS NULL AND last_modified IS NULL")


def restore_captures(db: sqlite3.Connection) -> None:
    """Correct invalid capture times, and add a capture to each document that has none.

    The time is taken from the resume state. If it isn't there, it is the document's `first_seen`,
    unless another capture has that time, and otherwise the start of the run.
    """
    bad = db.execute(
        "SELECT document_id, captured_at, locator, run_id FROM capture"  # noqa: S608 - ours
        f" WHERE NOT ({_RIGHT.format('captured_at')})"
    ).fetchall()
    for document, captured_at, locator, run in bad:
        db.execute(
            "UPDATE OR REPLACE capture SET captured_at = coalesce("  # noqa: S608 - ours
            " (SELECT captured_at FROM read_file WHERE document_id = ?1 AND locator = ?3),"
            " (SELECT captured_at FROM fetched WHERE document_id = ?1 AND locator = ?3),"
            f" (SELECT first_seen FROM document WHERE id = ?1 AND {_RIGHT.format('first_seen')}"
            "   AND NOT EXISTS (SELECT 1 FROM capture WHERE document_id = ?1"
            "                   AND captured_at = first_seen)),"
            " (SELECT started_at FROM run WHERE id = ?4))"
            " WHERE document_id = ?1 AND captured_at = ?2 AND locator = ?3",
            (document, captured_at, locator, run),
        )
    for table in ("read_file", "fetched"):
        db.execute(
            "INSERT OR IGNORE INTO capture (document_id, captured_at, locator, url, run_id)"  # noqa: S608
            " SELECT document_id, captured_at, locator, url, (SELECT max(id) FROM run)"
            f" FROM {table} WHERE document_id IN (SELECT id FROM document)"
            " AND document_id NOT IN (SELECT document_id FROM capture)"
        )


def reject_lost_documents(db: sqlite3.Connection) -> None:
    """List lost documents among the rejects, with the locators of their remaining captures."""
    db.execute(
        "INSERT OR IGNORE INTO reject (locator, stage, error, message, run_id, at)"
        " SELECT locator, 'read', ?, 'its record was lost from the warehouse: ingest it again',"
        " run_id, captured_at FROM capture WHERE document_id NOT IN (SELECT id FROM document)",
        (LOST_DOCUMENT,),
    )
