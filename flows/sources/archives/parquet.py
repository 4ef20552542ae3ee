"""Reads Parquet, a table in which some column holds a page, a few rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flows.sources.archives import records
from flows.sources.archives.field_mapping import MAPPED_FIELDS, FieldMapping
from flows.sources.archives.reader import ArchiveRecord, ReadOptions
from flows.sources.decompress import Damaged
from flows.sources.discover import InputRef

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

_BATCH_ROWS = 64


def read_parquet(found: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The pages behind row number `after`, counted from 1; raises Unmapped and Damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(found.path, pre_buffer=False) as table:
            mapping = options.mapping.resolved(table.schema_arrow.names)
            number = after
            for row in _rows(table, after, mapping):
                number += 1
                yield ArchiveRecord(
                    records.page_from_record(found, number, row, mapping, options), number
                )
    except pa.ArrowException as error:
        why = " ".join(str(error).split())[:200]
        raise Damaged(f"it is no Parquet file, or damaged ({why})") from error


def _rows(table: ParquetFile, after: int, mapping: FieldMapping) -> Iterator[dict[str, Any]]:
    """The rows behind a number of them, without opening the groups of rows before."""
    told = [getattr(mapping, target) for target in MAPPED_FIELDS]
    columns = [name for name in table.schema_arrow.names if _is_mapped(name, told)]
    skip = after
    for group in range(table.num_row_groups):
        rows = table.metadata.row_group(group).num_rows
        if skip >= rows:
            skip -= rows
            continue
        for batch in table.iter_batches(_BATCH_ROWS, row_groups=[group], columns=columns):
            if skip < batch.num_rows:
                yield from batch.slice(skip).to_pylist()
            skip = max(0, skip - batch.num_rows)


def _is_mapped(column: str, told: list[str | None]) -> bool:
    return any(name and (name == column or name.startswith(f"{column}.")) for name in told)
