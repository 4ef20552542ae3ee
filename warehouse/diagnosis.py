"""Errors turned into sentences, and damage found behind the errors that it may have caused."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.errors import DAMAGED, WarehouseError, sentence_for
from warehouse.integrity.check import first_problem

# What reading something else than was written may lead to, in SQLite and in Python.
_MAY_BE_DAMAGE = (
    sqlite3.Error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    TypeError,
    ValueError,
)


@contextmanager
def sqlite_errors_as_sentences(path: Path, *, opening: bool = False) -> Iterator[None]:
    """Turn what SQLite says of a file, a lock or a disk into a sentence that names the file.

    Of an error that has none, and of one that speaks of damage, the warehouse's own check says
    whether the file is the cause; a file that isn't open yet is left alone.
    """
    try:
        yield
    except _MAY_BE_DAMAGE as error:
        sentence = sentence_for(error, path) if isinstance(error, sqlite3.DatabaseError) else None
        if opening and isinstance(error, UnicodeDecodeError):
            sentence = DAMAGED.format(path, error)
        elif not opening and (sentence is None or _speaks_of_damage(error)):
            sentence = _diagnosis(path) or sentence
        if sentence is None:
            raise
        raise WarehouseError(sentence) from error


def _speaks_of_damage(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_CORRUPT


def _diagnosis(path: Path) -> str | None:
    """What the first thing is that a check finds wrong with the file; None where nothing is."""
    found = first_problem(path)
    if found is None:
        return None
    where = f", {found.where}" if found.where else ""
    return f"{path} is damaged ({found.what}{where}): {found.remedy}."
