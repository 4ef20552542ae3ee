"""Rebuilds what can be derived from the rest of the warehouse, one transaction per repair."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from cleaners.reasons import Reason
from warehouse.blocks import DOCUMENT_ID, STRINGS, delete_blocks, refresh_reasons
from warehouse.dedup.parameters import record_parameters
from warehouse.dedup.rebuild import clear_relations, rebuild_relations
from warehouse.integrity import repair_runs as repair_books
from warehouse.integrity.problems import Problem, Repair
from warehouse.records import documents
from warehouse.schema.migrate import APPLICATION_ID, version_of
from warehouse.schema.objects import (
    RELATION_TABLES,
    SEARCH_TABLE,
    SchemaObject,
    expected_objects,
    matching_versions,
    schema_objects,
)
from warehouse.sqlite.functions import string_digest
from warehouse.sqlite.transaction import transaction

_SHADOWS = ("data", "idx", "docsize", "config", "content")


def apply_repair(db: sqlite3.Connection, kind: Repair, problems: Sequence[Problem]) -> None:
    """Apply one kind of repair to the problems that were found of that kind.

    RECORDS isn't handled here, because it needs the cleaners: see flows/runs/repair.py.
    """
    with transaction(db):
        # The repair may have to change a wrong value, or insert a row before the row that it refers
        # to.
        db.execute("PRAGMA defer_foreign_keys = ON")
        _REPAIRS[kind](db, problems)


def _header(db: sqlite3.Connection, _problems: Sequence[Problem]) -> None:
    versions = matching_versions(db)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    if versions and version_of(db) not in versions:
        db.execute(f"PRAGMA user_version = {versions[-1]}")


def _schema(db: sqlite3.Connection, _problems: Sequence[Problem]) -> None:
    """Create what is missing or different, in the order in which the migrations create it."""
    present = {thing.name: thing for thing in schema_objects(db)}
    wanted = expected_objects()
    wrong = [one for one in wanted if _differs(one, present.get(one.name))]
    if any(one.is_search_table for one in wrong):
        _drop_search(db)
        wrong = [one for one in wrong if not one.is_search_table]
        wrong += [one for one in wanted if one.name == SEARCH_TABLE]
    for thing in wrong:
        if thing.name in present and thing.kind in {"view", "index"}:
            db.execute(f"DROP {thing.kind} {thing.name}")
    # Views may use the search index, and the index a view, so the migrations' order must be kept.
    for thing in sorted(wrong, key=wanted.index):
        db.execute(thing.sql)
    if any(one.name == SEARCH_TABLE for one in wrong):
        _fill_search(db)
    if RELATION_TABLES & {one.name for one in wrong}:
        _duplicates(db, ())


def _differs(thing: SchemaObject, found: SchemaObject | None) -> bool:
    return found is None or found.normalised_sql != thing.normalised_sql


def _indexes(db: sqlite3.Connection, _problems: Sequence[Problem]) -> None:
    db.execute("REINDEX")
    db.execute("DELETE FROM document_reason")
    refresh_reasons(db, [document for (document,) in db.execute("SELECT id FROM document")])


def _orphans(db: sqlite3.Connection, _problems: Sequence[Problem]) -> None:
    repair_books.reject_lost_documents(db)
    lost = db.execute(
        f"SELECT DISTINCT {DOCUMENT_ID} FROM block"  # noqa: S608 - names of ours
        f" WHERE {DOCUMENT_ID} NOT IN (SELECT id FROM document)"
    ).fetchall()
    delete_blocks(db, [document for (document,) in lost])
    # A later check finds the blocks that refer to them, and their documents are cleaned again.
    for table, column in STRINGS.items():
        rows = db.execute(f"SELECT id, {column}, digest FROM {table}").fetchall()  # noqa: S608 - ours
        db.executemany(
            f"DELETE FROM {table} WHERE id = ?",  # noqa: S608 - names of ours
            [(number,) for number, text, digest in rows if string_digest(text) != digest],
        )
    db.execute(
        "DELETE FROM removal WHERE confidence NOT BETWEEN 0 AND 1"
        " OR reason NOT IN (SELECT value FROM json_each(?))",
        (json.dumps([*Reason]),),
    )
    for table in (
        "document_reason",
        "stated_facts",
        "correction",
        "capture",
        "read_file",
        "fetched",
    ):
        db.execute(
            f"DELETE FROM {table} WHERE document_id NOT IN (SELECT id FROM document)"  # noqa: S608
        )
    db.execute(
        "UPDATE correction SET made_on = NULL WHERE made_on NOT IN (SELECT id FROM document)"
    )


def _captures(db: sqlite3.Connection, _problems: Sequence[Problem]) -> None:
    repair_books.restore_captures(db)
    ids = [document for (document,) in db.execute("SELECT id FROM document")]
    documents.refresh_first_seen(db, ids)


def _search(db: sqlite3.Connection, _problems: Sequence[Problem]) -> None:
    (made,) = (one for one in expected_objects() if one.name == SEARCH_TABLE)
    _drop_search(db)
    db.execute(made.sql)
    _fill_search(db)


def _drop_search(db: sqlite3.Connection) -> None:
    """Drop the search index, even if it is too damaged for FTS5 to drop it."""
    try:
        db.execute(f"DROP TABLE IF EXISTS {SEARCH_TABLE}")
    except sqlite3.DatabaseError:
        db.execute("PRAGMA writable_schema = ON")
        try:
            db.execute("DELETE FROM sqlite_schema WHERE name = ?", (SEARCH_TABLE,))
        finally:
            db.execute("PRAGMA writable_schema = RESET")
        for part in _SHADOWS:
            with suppress(sqlite3.OperationalError):
                db.execute(f"DROP TABLE {SEARCH_TABLE}_{part}")


def _fill_search(db: sqlite3.Connection) -> None:
    db.execute(f"INSERT INTO {SEARCH_TABLE} ({SEARCH_TABLE}, rank) VALUES ('automerge', 8)")  # noqa: S608
    db.execute(f"INSERT INTO {SEARCH_TABLE} ({SEARCH_TABLE}) VALUES ('rebuild')")  # noqa: S608


def _duplicates(db: sqlite3.Connection, _problems: Sequence[Problem]) -> None:
    clear_relations(db)
    rebuild_relations(db)
    record_parameters(db)


def _runs(db: sqlite3.Connection, _problems: Sequence[Problem]) -> None:
    repair_books.repair_runs(db)
    repair_books.repair_resume_state(db)


_REPAIRS: Mapping[Repair, Callable[[sqlite3.Connection, Sequence[Problem]], None]] = {
    Repair.HEADER: _header,
    Repair.SCHEMA: _schema,
    Repair.INDEXES: _indexes,
    Repair.RUNS: _runs,
    Repair.ORPHANS: _orphans,
    Repair.CAPTURES: _captures,
    Repair.SEARCH: _search,
    Repair.DUPLICATES: _duplicates,
}
