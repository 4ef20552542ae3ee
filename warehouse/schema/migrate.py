"""Applies the schema migrations, which are numbered .sql files, in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from warehouse.dedup.parameters import record_parameters
from warehouse.sqlite.functions import register
from warehouse.sqlite.transaction import transaction

APPLICATION_ID = 0x50575348  # "PWSH"
# With these lines a migration requests work on the finished schema. The code for that work supports
# only the newest schema, so it runs once, after the last migration.
_REBUILD_RELATIONS = "-- After migrating: relate all documents again."
_REBUILD_SEARCH = "-- After migrating: rebuild the full-text index."
_REBUILDS = (_REBUILD_SEARCH, _REBUILD_RELATIONS)
# With this, a migration says that its own statements take long.
_TAKES_LONG = "-- It takes long:"
# With fewer documents, nobody notices that an index is rebuilt.
_MANY_DOCUMENTS = 10_000


def migrations() -> list[tuple[int, str]]:
    """The number and SQL of every migration, in order: 001_initial.sql is number 1."""
    folder = Path(__file__).with_name("migrations")
    return sorted(
        (int(file.name.partition("_")[0]), file.read_text(encoding="utf-8"))
        for file in folder.glob("*.sql")
    )


def newest() -> int:
    """The schema version that this presswash writes."""
    return max(number for number, _ in migrations())


def version_of(db: sqlite3.Connection) -> int:
    """The schema version of a warehouse; 0 for an empty file."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: sqlite3.Connection, upto: int | None = None) -> None:
    """Migrate a warehouse to the newest version, or to version `upto`, in one transaction."""
    wanted = newest() if upto is None else upto
    if version_of(db) >= wanted:
        return
    register(db)
    with transaction(db):
        # Another process may have migrated it first.
        version = version_of(db)
        scripts = [script for number, script in migrations() if version < number <= wanted]
        rebuilds = [one for one in _REBUILDS if any(one in script for script in scripts)]
        takes_long = rebuilds or any(_TAKES_LONG in script for script in scripts)
        if version and takes_long:
            _announce(db)
        for statement in chain.from_iterable(map(statements, scripts)):
            db.execute(statement)
        if _REBUILD_SEARCH in rebuilds:
            db.execute("INSERT INTO article_search (article_search) VALUES ('rebuild')")
        # A new file has no documents to relate, and its schema may not be the newest.
        if _REBUILD_RELATIONS in rebuilds and version:
            from warehouse.dedup.rebuild import clear_relations, rebuild_relations

            clear_relations(db)
            rebuild_relations(db)
        record_parameters(db)
        if scripts:
            db.execute(f"PRAGMA user_version = {wanted}")


def _announce(db: sqlite3.Connection) -> None:
    """Say that a migration will take long, if the warehouse is large.

    A warning through `logging`; without a handler, Python writes it to stderr.
    """
    from logging import getLogger

    (documents,) = db.execute("SELECT count(*) FROM document").fetchone()
    if documents >= _MANY_DOCUMENTS:
        getLogger(__name__).warning(
            "presswash: %s was made by an older presswash. It is brought up to date now, which may"
            " take minutes for its %s pages and happens only once.",
            db.execute("PRAGMA database_list").fetchone()[2],
            f"{documents:,}",
        )


def statements(script: str) -> Iterator[str]:
    """Yield the statements of a script; `executescript` would commit by itself."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
