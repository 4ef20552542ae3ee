"""The articles as a file for other tools: Parquet, JSON Lines or CSV, by the ending."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from warehouse.errors import RequestError, WarehouseError

COLUMNS = (
    "id",
    "url",
    "locator",
    "site",
    "title",
    "authors",
    "published",
    "language",
    "text",
    "n_words",
    "cluster_size",
    "first_seen",
)
_ROWS_PER_GROUP = 1_000

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = Iterator[Row]
Writer: TypeAlias = Callable[[Rows, Path], int]


def export_articles(db: sqlite3.Connection, path: Path) -> int:
    """Write every article to `path` and return how many there were.

    The file appears, or takes the place of an older one, only when it is complete. Raises
    RequestError where its ending names no form.
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
        count = write(_rows(db), unfinished)
        # mkstemp makes files that only their owner may read.
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


def writer_for(path: Path) -> Writer:
    """What writes the form that a path's ending names. Raises RequestError where that is none."""
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


def _rows(db: sqlite3.Connection) -> Rows:
    query = f"SELECT {', '.join(COLUMNS)} FROM articles ORDER BY id"  # noqa: S608 - names of ours
    for values in db.execute(query):
        row = dict(zip(COLUMNS, values, strict=True))
        row["authors"] = json.loads(row["authors"])
        yield row


def _write_jsonl(rows: Rows, path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def _write_csv(rows: Rows, path: Path) -> int:
    import csv

    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for row in rows:
            writer.writerow(row | {"authors": "; ".join(row["authors"])})
            count += 1
    return count


def _write_parquet(rows: Rows, path: Path) -> int:
    import pyarrow
    from pyarrow import parquet

    numbers = {"id", "n_words", "cluster_size"}
    required = {"id", "locator", "authors", "text", "n_words", "cluster_size", "first_seen"}
    schema = pyarrow.schema(
        [
            pyarrow.field(
                name,
                pyarrow.int64()
                if name in numbers
                else pyarrow.list_(pyarrow.string())
                if name == "authors"
                else pyarrow.string(),
                nullable=name not in required,
            )
            for name in COLUMNS
        ]
    )
    count = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while group := list(islice(rows, _ROWS_PER_GROUP)):
            writer.write_table(pyarrow.Table.from_pylist(group, schema=schema))
            count += len(group)
    return count


_WRITERS: dict[str, Writer] = {
    ".parquet": _write_parquet,
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
}
