"""Read-only SQL, safe by construction: a read-only file, an authorizer, a time and a row limit."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path
from textwrap import shorten

from warehouse.errors import RequestError, WarehouseError
from warehouse.model import QueryStream, QueryTable, Value
from warehouse.sqlite.connection import connect, decode_lossy

_STEPS_BETWEEN_LOOKS = 1_000
_ROWS_AT_ONCE = 500
_GRACE_S = 1.0
_LONGEST_REASON = 300  # characters; it may quote all of the query
_LARGEST_VALUE = 64 * 1024 * 1024  # bytes; `zeroblob` and friends could ask for a gigabyte

_ALLOWED_ACTIONS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
_FORBIDDEN_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile"})
# Those with which people look at a schema; FTS5 needs data_version.
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
    """The answer to one statement, up to `max_rows` rows; raises what `ask` raises."""
    with query_stream(path, query, timeout_s) as answer:
        rows = tuple(islice(answer.rows, max_rows + 1))
    return QueryTable(answer.columns, rows[:max_rows], truncated=len(rows) > max_rows)


@contextmanager
def query_stream(
    path: Path, query: str, timeout_s: float, overrun: Callable[[], None] | None = None
) -> Iterator[QueryStream]:
    """The answer to one statement, row by row, on a connection of its own.

    Every column has a name of its own: a name's second column is `name:1`. Raises WarehouseError
    where the statement is anything but a reading one, is wrong, or takes longer than `timeout_s`
    seconds, and RequestError where there is none; also while the rows are read. What the reader
    takes over them doesn't count.

    SQLite looks at the clock between the steps of a statement, and a single step, a function of a
    value of megabytes, may take minutes. `overrun` is called, in another thread, where a statement
    goes on for a second after its time: it may end the process, and there is nothing else to do.
    """
    db = connect(path, "ro")
    try:
        db.text_factory = decode_lossy
        db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_VALUE)
        db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        _connect_virtual_tables(db)
        db.set_authorizer(_authorize)
        clock = _Clock(timeout_s, overrun)
        db.set_progress_handler(clock.is_over, _STEPS_BETWEEN_LOOKS)
        yield _answer(db, query, clock)
    except UnicodeEncodeError as error:
        raise WarehouseError("the query has characters that are no text: type it anew.") from error
    except MemoryError as error:
        raise WarehouseError("the query takes more memory than there is: ask for less.") from error
    except sqlite3.Error as error:
        sentence = _sentence(error, timeout_s)
        if sentence is None:
            raise
        raise WarehouseError(sentence) from error
    finally:
        db.close()


def _connect_virtual_tables(db: sqlite3.Connection) -> None:
    """Do first what to an authorizer looks like writing to the schema."""
    pragmas = (f"pragma_{name}" for name in _READING_PRAGMAS if name != "data_version")
    for table in ("article_search", "json_each", "json_tree", *pragmas):
        db.execute(f"SELECT 1 FROM {table} LIMIT 0")  # noqa: S608 - names of ours


class _Clock:
    """The time that a statement may still take; it stands still while its rows are read."""

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
        # A thread waits no longer than some years.
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


def _answer(db: sqlite3.Connection, query: str, clock: _Clock) -> QueryStream:
    with clock.running():
        cursor = db.execute(query)
    if cursor.description is None:
        raise RequestError("there is no statement to run: write a SELECT.")
    columns = _distinct([column[0] for column in cursor.description])
    return QueryStream(columns, _rows(cursor, clock))


def _rows(cursor: sqlite3.Cursor, clock: _Clock) -> Iterator[tuple[Value, ...]]:
    while True:
        with clock.running():
            some = cursor.fetchmany(_ROWS_AT_ONCE)
        if not some:
            return
        yield from some


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each once: `a, a, a` are a, a:1 and a:2, as in SQLite's own tables."""
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
    """What was wrong with the statement; None where the file was."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_INTERRUPT:
        return (
            f"the query took longer than {timeout_s:g} s: narrow it with WHERE or LIMIT, or allow "
            "it more with --timeout."
        )
    if code in (sqlite3.SQLITE_AUTH, sqlite3.SQLITE_READONLY):
        return "only reading is allowed here: write one SELECT."
    if code == sqlite3.SQLITE_TOOBIG:
        return "the query makes a value of more than 64 MiB: ask for less of it."
    if code == sqlite3.SQLITE_ERROR or isinstance(error, sqlite3.ProgrammingError):
        reason = shorten(str(error).rstrip("."), _LONGEST_REASON, placeholder=" …")
        return f"the query can't be run ({reason}): write one SELECT over the documented views."
    return None
