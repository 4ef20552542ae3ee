"""Checks a warehouse: SQLite's own checks, and every invariant that the schema can't state."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from warehouse.integrity import clusters as check_clusters
from warehouse.integrity import file as check_file
from warehouse.integrity import records as check_records
from warehouse.integrity import relations as check_relations
from warehouse.integrity import runs as check_books
from warehouse.integrity import texts as check_texts
from warehouse.integrity.problems import Problem, unrepairable
from warehouse.sqlite.connection import connect, decode_lossy

Check: TypeAlias = Callable[[sqlite3.Connection], Iterator[Problem]]

_TRANSIENT_CODES = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN)

# If one of these finds a problem, the later checks could fail because of it.
_FIRST: tuple[Check, ...] = (
    check_file.header,
    check_file.objects,
    check_file.integrity,
    check_file.encodings,
)

# In this order, because a problem listed first may be the cause of those after it.
_CHECKS: tuple[Check, ...] = (
    check_file.index_parameters,
    check_records.references,
    check_records.raws,
    check_records.positions,
    check_records.strings,
    check_records.digests,
    check_records.reasons,
    check_records.facts,
    check_records.captures,
    check_books.runs,
    check_books.rejects,
    check_books.sources,
    check_relations.groups,
    check_relations.templates,
    check_relations.versions,
    check_texts.sketches,
    check_texts.folded_texts,
    check_clusters.unused,
    check_clusters.sites,
    check_clusters.canonicals,
    check_clusters.pairs,
    check_clusters.bands,
    check_texts.similarities,
)


def check_warehouse(db: sqlite3.Connection, path: Path, *, readonly: bool) -> list[Problem]:
    """All problems of a warehouse, in a fixed order; an empty list if it is sound.

    Nothing is changed. On a read-only connection SQLite skips CHECK constraints and FTS5 skips its
    integrity check, so a warehouse that is open read-only is checked through a second connection.
    """
    try:
        if not readonly:
            return _check(db)
        with closing(connect(path, "rw")) as writer:
            return _check(writer)
    except UnicodeDecodeError as error:
        # SQLite's message quotes damaged text from the file.
        return [unrepairable("the file is damaged", str(error))]


def first_problem(path: Path) -> Problem | None:
    """The first problem of a file; None if it is sound or can't be checked now."""
    try:
        with closing(connect(path, "rw")) as db:
            db.execute("PRAGMA busy_timeout = 0")
            return next(iter(_check(db, timeout_s=0.0)), None)
    except Exception as error:
        # A check that fails means a damaged file, unless another process holds a lock.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        if code & 0xFF in _TRANSIENT_CODES:
            return None
        return unrepairable("the file is damaged", " ".join(str(error).split())[:200])


def _check(db: sqlite3.Connection, timeout_s: float | None = None) -> list[Problem]:
    try:
        with _any_text(db):
            for one in _FIRST:
                problems = list(one(db))
                if problems:
                    return problems
            problems = list(check_texts.full_text(db, timeout_s))
            db.execute("BEGIN")
            try:
                return [*problems, *chain.from_iterable(one(db) for one in _CHECKS)]
            finally:
                db.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        return [unrepairable("the file is damaged", str(error))]


@contextmanager
def _any_text(db: sqlite3.Connection) -> Iterator[None]:
    """Decode texts that aren't UTF-8, too, so that the check reports them and goes on."""
    before = db.text_factory
    db.text_factory = decode_lossy
    try:
        yield
    finally:
        db.text_factory = before
