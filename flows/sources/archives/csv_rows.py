"""Reads CSV and TSV: each row is a record with a page in one of its columns."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain
from typing import IO

from cleaners.model import Capture
from flows.sources.archives.field_mapping import FieldMapping
from flows.sources.archives.reader import ArchiveRecord, ReadOptions, archive_record
from flows.sources.archives.records import DateOrders, date_orders, page_from_record
from flows.sources.archives.table_charset import TableCharset, table_charset
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, ReadErrorKind, damaged
from flows.sources.streams import open_decompressed

_HEAD_BYTES = 1 << 16
_DELIMITERS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*"')
_QUOTED_FIELD = re.compile(r'"(?:[^"]|"")*"')


def read_csv_rows(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The pages after row number `after`, counted from 1 below the header row.

    Raises ReadError if no column can be recognised as a page.
    """
    # This limit of the csv module applies to the whole process. Its default is too small for pages.
    csv.field_size_limit(max(csv.field_size_limit(), options.max_bytes + 1))
    charset = table_charset(ref.path)
    names: list[str] = []
    try:
        with _opened(ref.path, charset) as rows:
            names = _names(rows)
            if not names:
                raise ReadError(ReadErrorKind.NO_PAGES, "it is empty")
            mapping = options.resolved(ref, filter(None, names))
            orders = date_orders(lambda: _records(ref.path, charset), mapping)
            for number, row in enumerate(rows, 1):
                if number > after and any(row):
                    page = partial(_page, ref, number, names, row, mapping, options, orders)
                    yield archive_record(ref, number, number, page)
    except csv.Error as error:
        raise damaged(f"it is not a CSV table ({error})") from error


def _page(  # noqa: PLR0913, PLR0917
    ref: InputRef,
    number: int,
    names: list[str],
    row: list[str],
    mapping: FieldMapping,
    options: ReadOptions,
    orders: DateOrders,
) -> Capture:
    if len(row) > len(names):
        why = f"it has {len(row)} fields, and the first row names {len(names)}"
        raise ReadError(ReadErrorKind.NO_RECORD, why)
    record = _record(names, row)
    return page_from_record(ref, number, record, mapping, options, orders)


def _record(names: list[str], row: Iterable[str]) -> dict[str, str]:
    record: dict[str, str] = {}
    for name, field in zip(names, row, strict=False):
        # If several columns have the same name, the first that isn't empty counts.
        record[name] = record.get(name) or field
    return record


def _records(path: str, charset: TableCharset) -> Iterator[dict[str, str]]:
    """All records; stops at damage, which is reported when the pages are read."""
    with suppress(ReadError, csv.Error), _opened(path, charset) as rows:
        names = _names(rows)
        yield from (_record(names, row) for row in rows)


def _names(rows: Iterator[list[str]]) -> list[str]:
    return [name.strip() for name in next(filter(any, rows), [])]


@contextmanager
def _opened(path: str, charset: TableCharset) -> Iterator[Iterator[list[str]]]:
    with open_decompressed(path) as stream:
        yield _rows(stream, charset)


def _rows(stream: IO[bytes], charset: TableCharset) -> Iterator[list[str]]:
    """The rows of fields; the delimiter is detected from the header row."""
    with charset.opened(stream, newline="") as text:
        head = "\n"
        while head and not head.strip():
            head = text.readline(_HEAD_BYTES)
        if head.lower().startswith("sep=") and len(head.strip()) == 5:  # Excel's delimiter line
            delimiter, head = head[4], ""
        else:
            delimiter = max(_DELIMITERS, key=_QUOTED.sub("", head).count)
        yield from (
            [charset.read(field) for field in row] for row in _fields(head, text, delimiter)
        )


def _fields(head: str, text: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """The fields of each row, the header row first."""
    source = chain([head] if head else [], text)
    # The lines of the current row, and whether the reader wants more after the last one.
    lines: list[str] = []
    is_at_end = False

    def noted() -> Iterator[str]:
        nonlocal is_at_end
        for line in source:
            lines.append(line)
            yield line
        is_at_end = True

    n_names = 0
    for number, row in enumerate(csv.reader(noted(), delimiter=delimiter)):
        literal = _literal_rows(lines, n_names) if delimiter == "\t" and n_names > 1 else None
        if literal:
            yield from literal
        elif is_at_end:
            why = f"a quotation mark opens in row {number:,} and never closes: it hides the rest"
            raise damaged(why)
        else:
            yield row
        n_names = n_names or (len(row) if any(row) else 0)
        lines.clear()


def _literal_rows(lines: Sequence[str], n_fields: int) -> list[list[str]] | None:
    """The rows of a table in which quotation marks are text; None if they enclose fields.

    Databases write such tables. A text that begins with a quotation mark would swallow the tabs and
    lines up to the next one. The lines that it swallowed show this: each has all fields.
    """
    if not any('"' in line for line in lines):
        return None
    rows = [line.rstrip("\r\n").split("\t") for line in lines if line.strip()]
    is_quoting = all(
        _QUOTED_FIELD.fullmatch(field) for row in rows for field in row if field.startswith('"')
    )
    # A quoted text may have indented lines, with a tab each.
    is_whole = all(len(row) == n_fields and row[0] for row in rows)
    return rows if is_whole and not is_quoting else None
