"""Opens a warehouse; a file that isn't one is refused without changing a byte of it."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from warehouse.dedup.parameters import require_parameters
from warehouse.diagnosis import sqlite_errors_as_sentences
from warehouse.errors import WarehouseError
from warehouse.schema.migrate import APPLICATION_ID, migrate, newest, version_of
from warehouse.schema.objects import matching_versions
from warehouse.sqlite.connection import BUSY_TIMEOUT_S, connect, decode_lossy
from warehouse.warehouse import Warehouse

# Of a new file. Rows are a tenth of SQLite's usual 4 kB and more, so larger pages waste less space.
_PAGE_BYTES = 8_192
# The write-ahead log is checkpointed at this size. It is large because many pages are rewritten
# again and again.
_CHECKPOINT_BYTES = 32 * 1024 * 1024
# The log file is truncated to this size after a checkpoint. A long read can make it far larger.
_LOG_BYTES = 64 * 1024 * 1024
_TOO_OLD = (
    "{} was made by an older presswash: bring it up to date with `presswash reclean`, then try "
    "again."
)


def open_warehouse(path: str | os.PathLike[str], *, create: bool = True) -> Warehouse:
    """Open a warehouse for reading and writing; create it or migrate it if necessary.

    Raises WarehouseError, with the file unchanged, if `path` can't be opened, isn't a warehouse,
    has a newer version, or doesn't exist and `create` is false.
    """
    path = Path(path)
    with sqlite_errors_as_sentences(path, opening=True):
        _inspect(path, create=create)
        db = connect(path, "rwc" if create else "rw")
        try:
            db.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            _use_wal(db)
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA synchronous = NORMAL")
            # A file keeps the page size that it was made with.
            (page_bytes,) = db.execute("PRAGMA page_size").fetchone()
            db.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_BYTES // page_bytes}")
            db.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
            # Some builds of SQLite overwrite deleted data, which makes full-text merges slow.
            db.execute("PRAGMA secure_delete = OFF")
            _bring_up_to_date(db, path)
            require_parameters(db, path)
        except BaseException:
            db.close()
            raise
    return Warehouse(db, path)


def open_readonly(path: str | os.PathLike[str]) -> Warehouse:
    """Open a warehouse for reading only; it and a concurrent writer don't block each other.

    Raises WarehouseError like `open_warehouse`, and also if the warehouse has an older version.
    """
    path = Path(path)
    with sqlite_errors_as_sentences(path, opening=True):
        _inspect(path, create=False)
        db = connect(path, "ro")
        try:
            if version_of(db) < newest():
                raise WarehouseError(_TOO_OLD.format(path))
            require_parameters(db, path)
        except BaseException:
            db.close()
            raise
    return Warehouse(db, path, readonly=True)


def is_warehouse(path: str | os.PathLike[str]) -> bool:
    """Whether a file is a warehouse of a version that this presswash supports."""
    try:
        _inspect(Path(path), create=False)
    except (WarehouseError, sqlite3.Error):
        return False
    return True


def open_to_check(path: str | os.PathLike[str], *, repair: bool = False) -> Warehouse:
    """Open a warehouse that may be damaged, for reading or to repair it.

    Unlike `open_readonly`, it accepts a wrong header if the tables are those of a warehouse, and a
    duplicate index that was built with other parameters. Raises WarehouseError for everything else.
    """
    path = Path(path)
    with sqlite_errors_as_sentences(path, opening=True):
        try:
            _inspect(path, create=False)
        except WarehouseError:
            if not _has_warehouse_tables(path):
                raise
        db = connect(path, "rw" if repair else "ro")
        db.text_factory = decode_lossy
        try:
            if repair:
                _use_wal(db)
                db.execute("PRAGMA secure_delete = OFF")
            version = version_of(db)
            if version < newest() and version in (matching_versions(db) or [version]):
                raise WarehouseError(_TOO_OLD.format(path))
        except BaseException:
            db.close()
            raise
    return Warehouse(db, path, readonly=not repair)


def _has_warehouse_tables(path: Path) -> bool:
    """Whether a file has the tables of a warehouse, whatever its header says."""
    try:
        with closing(connect(path, "ro")) as db:
            return version_of(db) <= newest() and bool(matching_versions(db))
    except sqlite3.DatabaseError:
        return False


def _bring_up_to_date(db: sqlite3.Connection, path: Path) -> None:
    before = version_of(db)
    try:
        migrate(db)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        raise WarehouseError(
            f"{path} can't be migrated from version {before} ({error}) and is unchanged: "
            "`presswash check --repair` repairs it if its header states a wrong version."
        ) from error


def _use_wal(db: sqlite3.Connection) -> None:
    """Switch to write-ahead logging.

    SQLite itself doesn't wait for another process that is switching, too.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _inspect(path: Path, *, create: bool) -> None:
    """Raise WarehouseError if `path` can't be used as a warehouse; changes nothing."""
    try:
        if path.is_dir():
            raise WarehouseError(f"{path} is a folder: give the path of a file in it with --db.")
        if not path.parent.is_dir():
            raise WarehouseError(
                f"the folder {path.parent} doesn't exist: make it, or give another path with --db."
            )
        size = path.stat().st_size
    except FileNotFoundError:
        size = 0
    except OSError as error:
        raise WarehouseError(_unreadable(path, error.strerror)) from None
    if not size and not create:
        raise WarehouseError(
            f"there is no warehouse at {path}: make one with `presswash ingest`, or give another "
            "path with --db."
        )
    if size:
        # Only SQLite may open the file. Closing it here would drop all locks of this process on it,
        # including those of other connections, and another process could then remove their log.
        if not os.access(path, os.R_OK):
            raise WarehouseError(_unreadable(path, os.strerror(errno.EACCES)))
        _refuse_foreign(path, create=create)


def _is_half_written(path: Path) -> bool:
    """Whether a process died in a transaction before WAL mode.

    Only a writer can roll that transaction back.
    """
    journal = path.with_name(path.name + "-journal")
    try:
        with journal.open("rb") as file:
            return file.read(1) not in {b"", b"\0"}
    except OSError:
        return False


def _unreadable(path: Path, why: str | None) -> str:
    return f"{path} can't be read ({why}): check its permissions and its folder's."


def _refuse_foreign(path: Path, *, create: bool) -> None:
    """Raise WarehouseError for another program's database and for a newer warehouse."""
    # Opened as immutable, the file gets no side files, but an existing log is ignored.
    log = path.with_name(path.name + "-wal")
    logged = log.is_file() and log.stat().st_size > 0
    db = connect(path, "rw" if _is_half_written(path) else "ro", immutable=not logged)
    try:
        # In one transaction, because another process may be creating the warehouse.
        db.execute("BEGIN")
        application = db.execute("PRAGMA application_id").fetchone()[0]
        version = version_of(db)
        tables = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    finally:
        db.close()
    empty = application == 0 and version == 0 and tables == 0
    if application != APPLICATION_ID and not empty:
        raise WarehouseError(
            f"{path} is another program's database, not a presswash warehouse: give another path "
            "with --db."
        )
    if empty and not create:
        raise WarehouseError(
            f"{path} is an empty database, not a warehouse yet: fill it with `presswash ingest`."
        )
    if version > newest():
        raise WarehouseError(
            f"{path} was made by a newer presswash (its version is {version}, this one supports up "
            f"to {newest()}): upgrade presswash to open it."
        )
