"""Reads CSV and TSV: one record a row, with a page in one of its columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from functools import partial
from typing import IO

from cleaners.model import Capture
from flows.sources.archives.field_mapping import FieldMapping
from flows.sources.archives.reader import ArchiveRecord, ReadOptions, archive_record
from flows.sources.archives.records import page_from_record
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, ReadErrorKind, damaged
from flows.sources.streams import open_decompressed

_HEAD_BYTES = 1 << 16
_DELIMITERS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*"')


def read_csv_rows(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The pages after row number `after`, counted from 1 below the row of names.

    Raises ReadError if no column is named like a page.
    """
    # The limit is the csv module's own, one for the process; pages are larger than its default.
    csv.field_size_limit(max(csv.field_size_limit(), options.max_bytes + 1))
    try:
        with open_decompressed(ref.path) as stream:
            rows = _rows(stream)
            names = [name.strip() for name in next(filter(any, rows), [])]
            if not names:
                raise ReadError(ReadErrorKind.NO_PAGES, "it is empty")
            mapping = options.resolved(ref, filter(None, names))
            for number, row in enumerate(rows, 1):
                if number > after and any(row):
                    page = partial(_page, ref, number, names, row, mapping, options)
                    yield archive_record(ref, number, number, page)
    except UnicodeDecodeError as error:
        raise damaged("it is not UTF-8: convert the file to it first") from error
    except csv.Error as error:
        raise damaged(f"it is not a CSV table ({error})") from error


def _page(
    ref: InputRef,
    number: int,
    names: list[str],
    row: list[str],
    mapping: FieldMapping,
    options: ReadOptions,
) -> Capture:
    if len(row) > len(names):
        why = f"it has {len(row)} fields, and the first row names {len(names)}"
        raise ReadError(ReadErrorKind.NO_RECORD, why)
    record: dict[str, str] = {}
    for name, field in zip(names, row, strict=False):
        # Of columns with one name, the first that isn't empty counts.
        record[name] = record.get(name) or field
    return page_from_record(ref, number, record, mapping, options)


def _rows(stream: IO[bytes]) -> Iterator[list[str]]:
    """The rows of fields; what separates them is seen from the row of names."""
    buffered = io.BufferedReader(stream)  # type: ignore[type-var]
    is_utf16 = buffered.peek(2)[:2] in (b"\xff\xfe", b"\xfe\xff")
    encoding = "utf-16" if is_utf16 else "utf-8-sig"
    with io.TextIOWrapper(buffered, encoding, newline="") as text:
        head = "\n"
        while head and not head.strip():
            head = text.readline(_HEAD_BYTES)
        if head.lower().startswith("sep=") and len(head.strip()) == 5:  # of Excel
            delimiter, head = head[4], ""
        else:
            delimiter = max(_DELIMITERS, key=_QUOTED.sub("", head).count)
        is_at_end = False

        def lines() -> Iterator[str]:
            nonlocal is_at_end
            if head:
                yield head
            yield from text
            is_at_end = True

        for number, row in enumerate(csv.reader(lines(), delimiter=delimiter)):
            # A row that needed more than the last line has an open quotation mark.
            if is_at_end:
                why = (
                    f"a quotation mark opens in row {number:,} and never closes: it hides the rest"
                )
                raise damaged(why)
            yield row
