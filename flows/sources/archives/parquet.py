"""Reads Parquet, a table with a page in one of its columns, a few rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from flows.sources.archives.field_mapping import MAPPED_FIELDS, FieldMapping, nested_facts
from flows.sources.archives.reader import ArchiveRecord, ReadOptions, archive_record
from flows.sources.archives.records import date_orders, page_from_record
from flows.sources.discover import InputRef
from flows.sources.errors import damaged
from flows.sources.streams import open_seekable

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyarrow.parquet import ParquetFile

_BATCH_ROWS = 64


def read_parquet(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The pages after row number `after`, counted from 1; raises ReadError."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with open_seekable(ref.path) as file, pq.ParquetFile(file, pre_buffer=False) as table:
            mapping = options.resolved(ref, _names(table))
            dates = FieldMapping(date=mapping.date, published=mapping.published)
            orders = date_orders(lambda: _rows(table, 0, dates), mapping)
            number = after
            for row in _rows(table, after, mapping):
                number += 1
                page = partial(page_from_record, ref, number, row, mapping, options, orders)
                yield archive_record(ref, number, number, page)
    except pa.ArrowException as error:
        why = " ".join(str(error).split())[:200]
        raise damaged(f"it is not a Parquet file, or damaged ({why})") from error


def _names(table: ParquetFile) -> list[str]:
    """The names of the columns, and of the fields of records with facts about the text."""
    import pyarrow as pa

    schema = table.schema_arrow
    inner = (nested_facts(one.name, [field.name for field in one.type])
             for one in schema if pa.types.is_struct(one.type))  # fmt: skip
    return [*schema.names, *chain.from_iterable(inner)]


def _rows(table: ParquetFile, after: int, mapping: FieldMapping) -> Iterator[dict[str, Any]]:
    """The rows after number `after`; row groups that end before it aren't read."""
    mapped = [getattr(mapping, target) for target in MAPPED_FIELDS]
    columns = [name for name in table.schema_arrow.names if _is_mapped(name, mapped)]
    skip = after
    for group in range(table.num_row_groups):
        rows = table.metadata.row_group(group).num_rows
        if skip >= rows:
            skip -= rows
            continue
        for batch in table.iter_batches(_BATCH_ROWS, row_groups=[group], columns=columns):
            if skip < batch.num_rows:
                yield from _without_nanoseconds(batch.slice(skip)).to_pylist()
            skip = max(0, skip - batch.num_rows)


def _without_nanoseconds(batch: RecordBatch) -> RecordBatch:
    """The rows with times in microseconds, because Python's times hold no nanoseconds."""
    import pyarrow as pa

    schema = pa.schema([field.with_type(_in_microseconds(field.type)) for field in batch.schema])
    return batch if schema.equals(batch.schema) else batch.cast(schema, safe=False)


def _in_microseconds(kind: Any) -> Any:
    """A column type in which nanoseconds are replaced by microseconds, also in nested types."""
    import pyarrow as pa

    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    if pa.types.is_duration(kind) and kind.unit == "ns":
        return pa.duration("us")
    if pa.types.is_time64(kind) and kind.unit == "ns":
        return pa.time64("us")
    if pa.types.is_struct(kind):
        return pa.struct([one.with_type(_in_microseconds(one.type)) for one in kind])
    return kind


def _is_mapped(column: str, mapped: list[str | None]) -> bool:
    return any(name and (name == column or name.startswith(f"{column}.")) for name in mapped)
