"""Exports a view to Parquet, JSON Lines or CSV, chosen by the file name's extension."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from enum import Enum, StrEnum, auto
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias

from warehouse.errors import RequestError, WarehouseError
from warehouse.queries.filters import NO_FILTERS, Filters


class ExportView(StrEnum):
    """The views that can be exported."""

    ARTICLES = "articles"
    DOCUMENTS = "documents"
    VERSIONS = "versions"
    BLOCKS = "blocks"


_ROWS_PER_GROUP = 1_000


class ColumnType(Enum):
    """The type of a column's values.

    SQLite has no dates, times, Booleans or lists: the view has dates and times as text, Booleans as
    0 and 1, and lists of strings as JSON.
    """

    TEXT = auto()
    DATE = auto()
    TIME = auto()
    INTEGER = auto()
    REAL = auto()
    BOOLEAN = auto()
    LIST = auto()


class Column(NamedTuple):
    """A column of an exported view."""

    name: str
    type: ColumnType = ColumnType.TEXT
    is_nullable: bool = False


def _optional(name: str, of_type: ColumnType = ColumnType.TEXT) -> Column:
    return Column(name, of_type, is_nullable=True)


_DESCRIPTION = (
    _optional("url"),
    Column("locator"),
    _optional("site"),
    _optional("title"),
    Column("authors", ColumnType.LIST),
    _optional("published", ColumnType.DATE),
    _optional("language"),
    Column("text"),
    Column("n_words", ColumnType.INTEGER),
)
_PREVIEW = (
    _optional("image"),
    _optional("site_name"),
    _optional("section"),
    Column("tags", ColumnType.LIST),
)
_COLUMNS = {
    ExportView.ARTICLES: (
        Column("id", ColumnType.INTEGER),
        *_DESCRIPTION,
        Column("cluster_size", ColumnType.INTEGER),
        Column("first_seen", ColumnType.TIME),
        Column("quality", ColumnType.REAL),
        Column("title_source"),
        _optional("description"),
        Column("page_type"),
        _optional("published_source"),
        _optional("modified", ColumnType.DATE),
        *_PREVIEW,
    ),
    ExportView.DOCUMENTS: (
        Column("id", ColumnType.INTEGER),
        Column("sha256"),
        *_DESCRIPTION,
        Column("cluster_id", ColumnType.INTEGER),
        _optional("duplicate_of", ColumnType.INTEGER),
        _optional("similarity", ColumnType.REAL),
        Column("cleaner_version", ColumnType.INTEGER),
        Column("first_seen", ColumnType.TIME),
        _optional("relation"),
        Column("title_source"),
        _optional("description"),
        Column("page_type"),
        _optional("published_source"),
        _optional("modified", ColumnType.DATE),
        *_PREVIEW,
        _optional("weights"),
    ),
    ExportView.VERSIONS: (
        _optional("url"),
        Column("document_id", ColumnType.INTEGER),
        Column("captured_at", ColumnType.TIME),
        Column("n_words", ColumnType.INTEGER),
        _optional("similarity_to_previous", ColumnType.REAL),
        Column("is_current", ColumnType.BOOLEAN),
    ),
    ExportView.BLOCKS: (
        Column("document_id", ColumnType.INTEGER),
        Column("position", ColumnType.INTEGER),
        Column("kind"),
        Column("text"),
        Column("kept", ColumnType.BOOLEAN),
        _optional("reason"),
        _optional("cleaner"),
        _optional("detail"),
    ),
}
_ORDER = {
    ExportView.ARTICLES: "id",
    ExportView.DOCUMENTS: "id",
    ExportView.VERSIONS: "url, captured_at, document_id",
    ExportView.BLOCKS: "document_id, position",
}

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = Iterator[Row]
Columns: TypeAlias = Sequence[Column]
Writer: TypeAlias = Callable[[Rows, Columns, BinaryIO], int]


def export_view(
    db: sqlite3.Connection, path: Path, view: ExportView, filters: Filters = NO_FILTERS
) -> int:
    """Write the matching rows of a view to `path`; returns the number of rows.

    The file appears, or replaces an older one, only when it is complete. Raises RequestError if the
    extension isn't a supported format, and WarehouseError if the file can't be written.
    """
    write = writer_for(path)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise WarehouseError(
            f"{path} can't be written ({error.strerror}): give a path in a folder that you may "
            "write to."
        ) from error
    os.close(handle)
    unfinished = Path(name)
    try:
        with unfinished.open("wb") as file:
            count = write(_rows(db, view, filters), _COLUMNS[view], file)
        # mkstemp creates files that only their owner can read.
        unfinished.chmod(0o666 & ~_umask())
        unfinished.replace(path)
    except OSError as error:
        raise WarehouseError(
            f"{path} can't be written ({error.strerror or error}): check the disk and the path."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()
    return count


def stream_view(
    db: sqlite3.Connection,
    stream: BinaryIO,
    view: ExportView,
    ending: str,
    filters: Filters = NO_FILTERS,
) -> int:
    """Write the matching rows to a stream, in the format of an extension such as ".csv".

    Returns the number of rows. Raises RequestError if the extension isn't a supported format.
    """
    return writer_for(Path(f"-{ending}"))(_rows(db, view, filters), _COLUMNS[view], stream)


def view_named(name: str) -> ExportView:
    """The view of that name. Raises RequestError if there is none that can be exported."""
    if name not in list(ExportView):
        raise RequestError(f"{name} can't be exported: choose one of {', '.join(ExportView)}.")
    return ExportView(name)


def writer_for(path: Path) -> Writer:
    """The writer for the format of a path's extension. Raises RequestError if there is none."""
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise RequestError(
            f"{path} has an ending that can't be exported to: use {', '.join(_WRITERS)}."
        )
    return write


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _rows(db: sqlite3.Connection, view: ExportView, filters: Filters) -> Rows:
    columns = _COLUMNS[view]
    names = [column.name for column in columns]
    lists = [column.name for column in columns if column.type is ColumnType.LIST]
    booleans = [column.name for column in columns if column.type is ColumnType.BOOLEAN]
    fitting, parameters = filters.documents()
    document = "document_id" if "document_id" in names else "id"
    condition = fitting and f"WHERE {document} IN ({fitting})"
    query = f"SELECT {', '.join(names)} FROM {view} {condition} ORDER BY {_ORDER[view]}"  # noqa: S608
    for values in db.execute(query, parameters):
        row = dict(zip(names, values, strict=True))
        row.update((name, json.loads(row[name])) for name in lists)
        row.update((name, bool(row[name])) for name in booleans)
        yield row


def _write_jsonl(rows: Rows, _columns: Columns, file: BinaryIO) -> int:
    count = 0
    for row in rows:
        file.write((json.dumps(row, ensure_ascii=False) + "\n").encode())
        count += 1
    return count


def _write_csv(rows: Rows, columns: Columns, file: BinaryIO) -> int:
    import csv

    lists = [column.name for column in columns if column.type is ColumnType.LIST]
    booleans = [column.name for column in columns if column.type is ColumnType.BOOLEAN]
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.DictWriter(text, [column.name for column in columns])
    writer.writeheader()
    count = 0
    for row in rows:
        row.update((name, "; ".join(row[name])) for name in lists)
        row.update((name, int(row[name])) for name in booleans)
        writer.writerow(row)
        count += 1
    # detach() flushes the text and leaves the file open.
    text.detach()
    return count


def _write_parquet(rows: Rows, columns: Columns, file: BinaryIO) -> int:
    import pyarrow
    from pyarrow import parquet

    types = {
        ColumnType.TEXT: pyarrow.string(),
        ColumnType.DATE: pyarrow.date32(),
        ColumnType.TIME: pyarrow.timestamp("ms", "UTC"),
        ColumnType.INTEGER: pyarrow.int64(),
        ColumnType.REAL: pyarrow.float64(),
        ColumnType.BOOLEAN: pyarrow.bool_(),
        ColumnType.LIST: pyarrow.list_(pyarrow.string()),
    }
    schema = pyarrow.schema(
        [pyarrow.field(one.name, types[one.type], nullable=one.is_nullable) for one in columns]
    )
    parsers = {ColumnType.DATE: date.fromisoformat, ColumnType.TIME: datetime.fromisoformat}
    parsed = {one.name: parsers[one.type] for one in columns if one.type in parsers}
    count = 0
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while group := list(islice(rows, _ROWS_PER_GROUP)):
            for row in group:
                row.update((name, row[name] and parse(row[name])) for name, parse in parsed.items())
            writer.write_table(pyarrow.Table.from_pylist(group, schema=schema))
            count += len(group)
    return count


_WRITERS: dict[str, Writer] = {
    ".parquet": _write_parquet,
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
}
