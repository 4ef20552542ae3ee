"""The schema's versions: numbered .sql files, those that a warehouse lacks in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from warehouse.dedup.parameters import record_parameters
from warehouse.sqlite.transaction import transaction

APPLICATION_ID = 0x50575348  # "PWSH"
# The last migrations that leave an index to be filled.
_INDEX_MADE_ANEW = 2
_SEARCH_MADE_ANEW = 4


def migrations() -> list[tuple[int, str]]:
    """Every migration's number and SQL, in order: 001_initial.sql is number 1."""
    folder = Path(__file__).with_name("migrations")
    return sorted(
        (int(file.name.partition("_")[0]), file.read_text(encoding="utf-8"))
        for file in folder.glob("*.sql")
    )


def newest() -> int:
    """The version that this presswash writes."""
    return max(number for number, _ in migrations())


def version_of(db: sqlite3.Connection) -> int:
    """The version that a warehouse has; 0 for an empty file."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: sqlite3.Connection, upto: int | None = None) -> None:
    """Bring a warehouse up to the newest version, or to one before, wholly or not at all."""
    wanted = newest() if upto is None else upto
    if version_of(db) >= wanted:
        return
    with transaction(db):
        # Another process may have got here first.
        version = version_of(db)
        for number, script in migrations():
            if not version < number <= wanted:
                continue
            for statement in statements(script):
                db.execute(statement)
            if number == _INDEX_MADE_ANEW:
                from warehouse.dedup.rebuild import rebuild_duplicate_index

                rebuild_duplicate_index(db)
            if number == _SEARCH_MADE_ANEW:
                db.execute("INSERT INTO article_search (article_search) VALUES ('rebuild')")
            record_parameters(db)
            db.execute(f"PRAGMA user_version = {number}")


def statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: `executescript` would commit by itself."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
