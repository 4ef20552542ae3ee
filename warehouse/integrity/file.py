"""Checks the file: its header, its schema objects, and SQLite's own integrity check."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

from warehouse.blocks import MAX_BLOCKS
from warehouse.dedup.parameters import dedup_parameters
from warehouse.integrity.problems import Problem, Repair, repairable, unrepairable
from warehouse.schema.migrate import APPLICATION_ID, newest, statements, version_of
from warehouse.schema.objects import (
    DERIVED_TABLES,
    RELATION_TABLES,
    RESUME_TABLES,
    SEARCH_TABLE,
    SchemaObject,
    expected_objects,
    matching_versions,
    schema_objects,
)

TABLES = ("run", "document", "block", "capture", "reject", "read_file", "read_archive", "fetched")
_KEYS = frozenset({"id", "document_id", "position"})
_MAX_PROBLEMS = 1_000
_ROWS_PER_TRIAL = 1_000
# The messages of SQLite's integrity check: an index that doesn't match its table, a value that
# violates a constraint, a damaged full-text index.
_OF_INDEX = re.compile(
    r"(?:missing from|entries in|entry in|differ from|record for row .* of) index"
)
_OF_VALUE = re.compile(
    r"(?:NULL value|CHECK constraint failed|(?:non-)?[A-Z]+ value) in (\w+)(?:\.(\w+))?$"
)
_OF_SEARCH = re.compile(r"inverted index for FTS5|fts5:")


def header(db: sqlite3.Connection) -> Iterator[Problem]:
    """The header marks the file as a warehouse, and states the schema version that it has."""
    application = db.execute("PRAGMA application_id").fetchone()[0]
    version, versions = version_of(db), matching_versions(db)
    if application != APPLICATION_ID and versions:
        what = "the file has the tables of a warehouse, but its header doesn't mark it as one"
        yield repairable(what, f"application_id {application:#x}", Repair.HEADER)
    if versions and version not in versions and version <= newest():
        what = f"the file has the tables of version {versions[-1]}, but its header says {version}"
        yield repairable(what, "user_version", Repair.HEADER)


def objects(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every table, index and view of this schema version exists with the right definition."""
    present = {item.name: item for item in schema_objects(db)}
    for expected in expected_objects():
        found = present.get(expected.name)
        if found is not None and found.normalised_sql == expected.normalised_sql:
            continue
        difference = "is missing" if found is None else "has a different definition"
        what = f"the {expected.kind} {difference}"
        where = f"{expected.kind} {expected.name}"
        if _is_derivable(expected, found is not None):
            yield repairable(what, where, Repair.SCHEMA)
        else:
            yield unrepairable(what, where)


def _is_derivable(item: SchemaObject, exists: bool) -> bool:
    if item.kind != "table" or item.is_search_table:
        return True
    return not exists and item.name in DERIVED_TABLES | RESUME_TABLES


def integrity(db: sqlite3.Connection) -> Iterator[Problem]:
    """SQLite's integrity check. Messages are sorted by what is affected: file, index or value."""
    values: set[str] = set()
    for (line,) in db.execute(f"PRAGMA integrity_check({_MAX_PROBLEMS})"):
        if line == "ok":
            continue
        if _OF_SEARCH.search(line):
            yield repairable("the full-text index is broken", SEARCH_TABLE, Repair.SEARCH)
        elif _OF_INDEX.search(line):
            yield repairable("an SQLite index doesn't match its table", line, Repair.INDEXES)
        elif found := _OF_VALUE.search(line):
            values.add(found[1])
        else:
            yield unrepairable("the file is damaged", " ".join(line.split()))
    for table in sorted(values):
        yield from _forbidden(db, table)


def encodings(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every text is valid UTF-8. SQLite doesn't check that, and Python fails on other text."""
    before = db.text_factory
    for table in TABLES:
        columns = _text_columns(db, table)
        db.text_factory = bytes
        try:
            for row in db.execute(f"SELECT {', '.join(columns)} FROM {table}"):  # noqa: S608
                if not all(map(_is_utf8, row)):
                    yield _forbidden_row(table, dict(zip(columns, row, strict=True)), "not UTF-8")
        finally:
            db.text_factory = before


def _text_columns(db: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table that hold text, and those that identify a row."""
    columns = db.execute(f"PRAGMA table_info({table})").fetchall()
    return [name for _, name, kind, *_ in columns if kind == "TEXT" or name in _KEYS]


def _is_utf8(value: object) -> bool:
    try:
        return not isinstance(value, bytes) or value.decode() is not None
    except UnicodeDecodeError:
        return False


def index_parameters(db: sqlite3.Connection) -> Iterator[Problem]:
    """The duplicate index was built with the parameters of this version of presswash."""
    recorded = dict(db.execute("SELECT name, value FROM setting"))
    for name, value in dedup_parameters().items():
        found = recorded.get(name, "nothing")
        if found != value:
            what = f"the duplicate index was built with {found}, and this presswash uses {value}"
            yield repairable(what, f"setting {name}", Repair.DUPLICATES)


def _forbidden(db: sqlite3.Connection, table: str) -> Iterator[Problem]:
    """Find the rows that violate a constraint by inserting each into an empty copy of the table."""
    made = next(one for one in expected_objects() if one.name == table)
    # SQLite quotes the name of a renamed table, also in the definitions of tables that refer to it.
    copy = re.sub(rf'\bTABLE "?{table}"?', f"TEMP TABLE trial_{table}", made.sql, count=1)
    copy = re.sub(r'\bREFERENCES "?\w+"? \(\w+\)', "", copy)
    columns = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")]
    db.execute(next(statements(copy + ";")))
    try:
        places = ", ".join("?" * len(columns))
        insert = f"INSERT INTO trial_{table} VALUES ({places})"  # noqa: S608 - only "?"
        for number, row in enumerate(db.execute(f"SELECT * FROM {table}")):  # noqa: S608
            if number % _ROWS_PER_TRIAL == 0:
                db.execute(f"DELETE FROM trial_{table}")  # noqa: S608 - a name of ours
            try:
                db.execute(insert, row)
            except sqlite3.IntegrityError as error:
                yield _forbidden_row(table, dict(zip(columns, row, strict=True)), str(error))
    finally:
        db.execute(f"DROP TABLE trial_{table}")


def _forbidden_row(table: str, row: dict[str, object], error: str) -> Problem:
    what = f"a row has an invalid value ({error.replace('trial_', '')})"
    if table in {"document", "block"}:
        document = row["id"]
        if table == "block" and isinstance(document, int):
            document //= MAX_BLOCKS
        where = f"document {document}"
        # These columns are inputs of the cleaners, so cleaning the page again can't restore them.
        if isinstance(document, int) and not re.search("media_type|charset|raw_id", error):
            return repairable(what, where, Repair.RECORDS, document)
        return unrepairable(what, where)
    where = ", ".join(f"{name} {value!r:.60}" for name, value in list(row.items())[:3])
    if table in RELATION_TABLES:
        return repairable(what, f"{table}: {where}", Repair.DUPLICATES)
    if table == "removal":
        return repairable(what, f"{table}: {where}", Repair.ORPHANS)
    if table in RESUME_TABLES | {"run", "reject"}:
        return repairable(what, f"{table}: {where}", Repair.RUNS)
    if table == "capture" and "captured_at" in error:
        return repairable(what, f"{table}: {where}", Repair.CAPTURES)
    return unrepairable(what, f"{table}: {where}")
