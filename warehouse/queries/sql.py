"""Runs read-only SQL: a read-only connection, an authorizer, a time limit and a row limit."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import count, islice
from pathlib import Path
from textwrap import shorten
from typing import TypeAlias

from warehouse.answers import QueryStream, QueryTable, Value
from warehouse.errors import RequestError, WarehouseError
from warehouse.sqlite.connection import connect, decode_lossy

Guard: TypeAlias = Callable[[], AbstractContextManager[None]]

VIEWS = (
    *("articles", "documents", "versions", "blocks", "captures", "rejects", "runs", "quality"),
    *("site_health", "corrections", "article_search"),
)

_STEPS_PER_CLOCK_CHECK = 1_000
_ROWS_PER_FETCH = 500
_GRACE_S = 1.0
# An SQLite message may quote the whole query.
_MAX_REASON_CHARS = 300
# 64 MiB, because functions such as `zeroblob` could otherwise allocate a gigabyte.
_MAX_VALUE_BYTES = 64 * 1024 * 1024

_ALLOWED_ACTIONS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
_FORBIDDEN_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile"})
# Pragmas that only read: those that describe the schema, and data_version, which FTS5 needs.
_READING_PRAGMAS = frozenset(
    {
        "table_info",
        "table_xinfo",
        "table_list",
        "index_list",
        "index_info",
        "index_xinfo",
        "foreign_key_list",
        "data_version",
    }
)


def query_table(path: Path, query: str, timeout_s: float, max_rows: int) -> QueryTable:
    """The result of one statement, at most `max_rows` rows; raises what `query_stream` raises."""
    with query_stream(path, query, timeout_s) as answer:
        rows = tuple(islice(answer.rows, max_rows + 1))
    return QueryTable(answer.columns, rows[:max_rows], truncated=len(rows) > max_rows)


@contextmanager
def query_stream(
    path: Path,
    query: str,
    timeout_s: float,
    overrun: Callable[[], None] | None = None,
    guard: Guard = nullcontext,
) -> Iterator[QueryStream]:
    """Run one statement on a connection of its own, and read its result row by row.

    Column names are made unique: the second column called `name` becomes `name:1`. Raises
    WarehouseError if the statement does anything but read, is invalid, or takes longer than
    `timeout_s` seconds, and RequestError if there is no statement; both may also be raised while
    rows are read. The time that the caller spends between rows doesn't count. `guard` is a context
    manager that surrounds every use of the connection, but none of the caller's code.

    SQLite checks the clock only between the steps of a statement, and a single step, such as a
    function call on a large value, may take minutes. `overrun` is called in another thread when a
    statement exceeds its time by a second; it may end the process.
    """
    clock = _Clock(timeout_s, overrun)

    @contextmanager
    def guarded() -> Iterator[None]:
        with guard(), _statement_errors(timeout_s):
            yield

    with guarded():
        db = connect(path, "ro")
    try:
        with guarded():
            _restrict(db)
            db.set_progress_handler(clock.is_over, _STEPS_PER_CLOCK_CHECK)
            with clock.running():
                cursor = db.execute(query)
        if cursor.description is None:
            raise RequestError("there is no statement to run: write a SELECT.")
        columns = _distinct([column[0] for column in cursor.description])
        yield QueryStream(columns, _rows(cursor, clock, guarded))
    finally:
        db.close()


@contextmanager
def _statement_errors(timeout_s: float) -> Iterator[None]:
    """Raise WarehouseError for errors in the statement."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise WarehouseError(
            "the query has characters that can't be encoded: type it again."
        ) from error
    except MemoryError as error:
        raise WarehouseError("the query takes more memory than there is: ask for less.") from error
    except sqlite3.Error as error:
        sentence = _sentence(error, timeout_s)
        if sentence is None:
            raise
        raise WarehouseError(sentence) from error


def _restrict(db: sqlite3.Connection) -> None:
    """Allow only reading, and limit the size of values."""
    db.text_factory = decode_lossy
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE_BYTES)
    db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    _connect_virtual_tables(db)
    db.set_authorizer(_authorize)


def _connect_virtual_tables(db: sqlite3.Connection) -> None:
    """Open the virtual tables before the authorizer is set.

    The authorizer would take their opening for a schema change.
    """
    pragmas = (f"pragma_{name}" for name in _READING_PRAGMAS if name != "data_version")
    for table in ("article_search", "json_each", "json_tree", *pragmas):
        db.execute(f"SELECT 1 FROM {table} LIMIT 0")  # noqa: S608 - names of ours


class _Clock:
    """The time that a statement has left. The clock stops while the caller handles rows."""

    def __init__(self, seconds: float, overrun: Callable[[], None] | None) -> None:
        self._left = seconds
        self._end = 0.0
        self._overrun = overrun

    def is_over(self) -> bool:
        return time.monotonic() > self._end

    @contextmanager
    def running(self) -> Iterator[None]:
        self._end = time.monotonic() + self._left
        with self._watched():
            yield
        self._left = self._end - time.monotonic()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        # A timer can't wait longer than TIMEOUT_MAX.
        if self._overrun is None or self._left > threading.TIMEOUT_MAX - _GRACE_S:
            yield
            return
        timer = threading.Timer(max(self._left, 0) + _GRACE_S, self._overrun)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _rows(cursor: sqlite3.Cursor, clock: _Clock, guard: Guard) -> Iterator[tuple[Value, ...]]:
    while True:
        with guard(), clock.running():
            some = cursor.fetchmany(_ROWS_PER_FETCH)
        if not some:
            return
        yield from some


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Make column names unique: `a, a, a` becomes a, a:1 and a:2, as SQLite does in tables."""
    taken = set(names)
    given: list[str] = []
    for name in names:
        choices = (f"{name}:{number}" for number in count(1))
        given.append(next(new for new in choices if new not in taken) if name in given else name)
        taken.add(given[-1])
    return tuple(given)


def _authorize(
    action: int, first: str | None, second: str | None, _database: str | None, _view: str | None
) -> int:
    allowed = (
        action in _ALLOWED_ACTIONS
        or (action == sqlite3.SQLITE_FUNCTION and second not in _FORBIDDEN_FUNCTIONS)
        or (action == sqlite3.SQLITE_PRAGMA and first in _READING_PRAGMAS)
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _sentence(error: sqlite3.Error, timeout_s: float) -> str | None:
    """An error message for the user; None if the file, not the statement, is the cause."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_INTERRUPT:
        return (
            f"the query took longer than {timeout_s:g} s: narrow it with WHERE or LIMIT, or allow "
            "more time with --timeout."
        )
    if code in (sqlite3.SQLITE_AUTH, sqlite3.SQLITE_READONLY):
        return "only reading is allowed here: write one SELECT."
    if code == sqlite3.SQLITE_TOOBIG:
        return "the query makes a value of more than 64 MiB: ask for less of it."
    if code == sqlite3.SQLITE_ERROR or isinstance(error, sqlite3.ProgrammingError):
        reason = shorten(str(error).rstrip("."), _MAX_REASON_CHARS, placeholder=" …")
        if reason.startswith("no such table"):
            return f"the query can't be run ({reason}): the views are {', '.join(VIEWS)}."
        return f"the query can't be run ({reason}): write one SELECT over the documented views."
    return None
