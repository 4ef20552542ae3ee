"""The tables, indexes and views that each schema version has."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache

from warehouse.dedup.band_storage import BAND_TABLES
from warehouse.schema.migrate import migrations, newest, statements
from warehouse.sqlite.functions import register

SEARCH_TABLE = "article_search"
# Tables that presswash can rebuild from the others. If any other table is lost, its content is
# lost.
RELATION_TABLES = frozenset(
    {
        *("distinct_text", *BAND_TABLES, "duplicate_pair"),
        *("page_group", "site_block", "merged_site_block", "setting"),
    }
)
DERIVED_TABLES = RELATION_TABLES | {
    *("block", "block_string", "removal", "document_reason"),
    *(SEARCH_TABLE, "search_words"),
}
RESUME_TABLES = frozenset({"read_file", "read_archive", "fetched"})


@dataclass(frozen=True, slots=True)
class SchemaObject:
    """A table, index or view, the table that it belongs to, and the SQL that creates it."""

    kind: str
    name: str
    table: str
    sql: str

    @property
    def normalised_sql(self) -> str:
        """The SQL without comments and redundant spaces."""
        return re.sub(r"\s+", "", re.sub(r"--[^\n]*", "", self.sql)).replace('"', "").lower()

    @property
    def is_search_table(self) -> bool:
        """Whether it is the full-text index or one of its shadow tables."""
        return self.name.startswith(SEARCH_TABLE)


def expected_objects() -> list[SchemaObject]:
    """The objects of the newest version, in the order of creation."""
    return _objects_by_version()[newest()]


@cache
def _objects_by_version() -> dict[int, list[SchemaObject]]:
    found = {}
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        register(db)
        for number, script in migrations():
            for statement in statements(script):
                db.execute(statement)
            found[number] = schema_objects(db)
    return found


def schema_objects(db: sqlite3.Connection) -> list[SchemaObject]:
    """The objects of a database in the order of creation, without automatic indexes."""
    rows = db.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid"
    )
    return [SchemaObject(*row) for row in rows]


def matching_versions(db: sqlite3.Connection) -> list[int]:
    """The versions whose objects a database has exactly, in ascending order.

    The version in the header is ignored.
    """
    present = {thing.name: thing.normalised_sql for thing in schema_objects(db)}
    return [
        number
        for number, objects in _objects_by_version().items()
        if all(present.get(thing.name) == thing.normalised_sql for thing in objects)
    ]
