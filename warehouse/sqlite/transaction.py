"""Write transactions, the only way to write to a warehouse."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

# Long, because a check holds the lock while it reads all texts.
WRITE_LOCK_TIMEOUT_S = 300.0
_WARN_AFTER_S = 3.0
# Short, because Python handles no signals while SQLite waits.
_POLL_MS = 250


@contextmanager
def transaction(db: sqlite3.Connection, timeout_s: float | None = None) -> Iterator[None]:
    """Hold the write lock; commit at the end, or roll back if an exception is raised.

    Waits for other writers, by default up to WRITE_LOCK_TIMEOUT_S; after 3 s it logs a warning that
    names the process it waits for. An interrupt ends the wait.
    """
    _begin(db, WRITE_LOCK_TIMEOUT_S if timeout_s is None else timeout_s)
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # If the disk is full, SQLite rolls back by itself.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _begin(db: sqlite3.Connection, timeout_s: float) -> None:
    (usual,) = db.execute("PRAGMA busy_timeout").fetchone()
    began, warned = time.monotonic(), False
    db.execute(f"PRAGMA busy_timeout = {_POLL_MS}")
    try:
        while True:
            try:
                db.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                waited = time.monotonic() - began
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or waited > timeout_s:
                    raise
                if waited > _WARN_AFTER_S and not warned:
                    _warn(db, timeout_s)
                    warned = True
            else:
                break
        db.execute(f"PRAGMA busy_timeout = {usual}")
    except BaseException:
        # An interrupt may arrive just after the lock was acquired.
        if db.in_transaction:
            db.execute("ROLLBACK")
        db.execute(f"PRAGMA busy_timeout = {usual}")
        raise


def _warn(db: sqlite3.Connection, timeout_s: float) -> None:
    """Warn through `logging`; without a handler, Python writes the warning to stderr."""
    from logging import getLogger

    from warehouse.sqlite.process import describe_writer

    path = db.execute("PRAGMA database_list").fetchone()[2]
    getLogger(__name__).warning(
        "presswash: %s is being written by %s: waiting for it, for up to %.0f s",
        path,
        describe_writer(path),
        timeout_s,
    )
