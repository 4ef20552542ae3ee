"""Turns SQLite's errors into sentences, and checks for damage that may have caused them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.errors import DAMAGED, WarehouseError, warehouse_error

# Errors that damaged data may raise, in SQLite and in the code that decodes it.
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
    """Raise WarehouseError, with a sentence that names the file, for SQLite's errors.

    An error that reports damage, or that has no sentence, starts a check of the warehouse; if the
    check finds a problem, the sentence names it. With `opening` the file isn't checked. Only code
    that reads or writes the warehouse belongs in this context, because other errors say nothing
    about the file.
    """
    try:
        yield
    except _MAY_BE_DAMAGE as error:
        found = warehouse_error(error, path) if isinstance(error, sqlite3.DatabaseError) else None
        if opening and isinstance(error, UnicodeDecodeError):
            found = WarehouseError(DAMAGED.format(path, error))
        elif not opening and (found is None or _reports_damage(error)):
            found = _diagnosis(path) or found
        if found is None:
            raise
        raise found from error


def _reports_damage(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_CORRUPT


def _diagnosis(path: Path) -> WarehouseError | None:
    """The first problem that a check of the file finds; None if it finds none."""
    from warehouse.integrity.check import first_problem

    found = first_problem(path)
    if found is None:
        return None
    where = f", {found.where}" if found.where else ""
    return WarehouseError(f"{path} is damaged ({found.what}{where}): {found.remedy}.")
