"""Checks the run log and the resume state."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from warehouse.integrity.problems import Problem, Repair, repairable

# SQL condition for an invalid time. SQLite formats a valid time as itself, but changes 30 February
# to 1 or 2 March.
_TIME = "strftime('%Y-%m-%dT%H:%M:%SZ', {0}, '+0 days') IS NOT {0}"
# The `flow` of a run that was restored because its own row was lost.
LOST = "lost"
LOST_DOCUMENT = "LostDocument"


def runs(db: sqlite3.Connection) -> Iterator[Problem]:
    """Runs are numbered from 1 without gaps, with consistent counters, times and status."""
    for run, seen, total in db.execute(
        "SELECT id, seen, added + unchanged + rejected FROM run"
        " WHERE seen <> added + unchanged + rejected"
    ):
        what = f"{seen} pages were seen, but {total} added, unchanged or rejected"
        yield repairable(what, f"run {run}", Repair.RUNS)
    for (run,) in db.execute(
        "SELECT id FROM run WHERE min(seen, added, unchanged, duplicates, rejected) < 0"
        " OR duplicates > added"
    ):
        yield repairable("run counters are inconsistent", f"run {run}", Repair.RUNS)
    for run, status in db.execute(
        "SELECT id, status FROM run"
        " WHERE CASE status WHEN 'running' THEN finished_at IS NOT NULL"
        "  WHEN 'interrupted' THEN 0 ELSE finished_at IS NULL END"
    ):
        what = f"the run is {status}, but its end time contradicts that"
        yield repairable(what, f"run {run}", Repair.RUNS)
    started, finished = _TIME.format("started_at"), _TIME.format("finished_at")
    for (run,) in db.execute(
        f"SELECT id FROM run WHERE {started} OR (finished_at IS NOT NULL AND {finished})"  # noqa: S608
    ):
        yield repairable("invalid timestamp", f"run {run}", Repair.RUNS)
    for (run,) in db.execute(
        "SELECT id - 1 FROM run AS r WHERE id > 1"
        " AND NOT EXISTS (SELECT 1 FROM run WHERE id = r.id - 1)"
    ):
        yield repairable("the run is missing, but a later one exists", f"run {run}", Repair.RUNS)


def rejects(db: sqlite3.Connection) -> Iterator[Problem]:
    """No run has more rejects than it counted, and every reject has a valid time."""
    for (locator,) in db.execute(
        f"SELECT locator FROM reject WHERE {_TIME.format('at')}"  # noqa: S608 - ours
    ):
        yield repairable("invalid timestamp", locator, Repair.RUNS)
    for run, count, found in db.execute(
        "SELECT id, rejected, count(*) FROM run JOIN reject ON reject.run_id = id"
        " WHERE flow <> ? AND error <> ? GROUP BY id HAVING count(*) > rejected",
        (LOST, LOST_DOCUMENT),
    ):
        what = f"the run counted {count} rejects, but has {found}"
        yield repairable(what, f"run {run}", Repair.RUNS)


def sources(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every page that the resume state lists as read has a capture."""
    for table, kind in (("read_file", "file"), ("fetched", "address")):
        for (locator,) in db.execute(
            f"SELECT locator FROM {table} AS s"  # noqa: S608 - names of ours
            " WHERE EXISTS (SELECT 1 FROM document WHERE id = s.document_id)"
            " AND NOT EXISTS (SELECT 1 FROM capture AS c WHERE c.document_id = s.document_id"
            "  AND c.captured_at = s.captured_at AND c.locator = s.locator)"
        ):
            what = f"the {kind} is listed as read, but has no capture"
            yield repairable(what, f"{kind} {locator}", Repair.RUNS)
    for (locator,) in db.execute("SELECT locator FROM read_archive WHERE records > place"):
        what = "the archive has more records done than read"
        yield repairable(what, f"archive {locator}", Repair.RUNS)
