"""Reads JSON records: one per line, in an array, concatenated, or in a list in an object."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import chain, islice
from typing import Any

from cleaners.model import Capture
from flows.sources.archives.field_mapping import FieldMapping
from flows.sources.archives.json_lists import records_inside, unwrapped
from flows.sources.archives.reader import ArchiveRecord, ReadOptions, Skipped, archive_record
from flows.sources.archives.records import DateOrders, date_orders, page_from_record
from flows.sources.archives.table_charset import TableCharset, table_charset
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, ReadErrorKind, damaged, too_large
from flows.sources.streams import open_decompressed

_SAMPLED_RECORDS = 100
# The longest escape for one character, as in \u0041.
_MAX_ESCAPED_CHARS = 6
_HEAD_CHARS = 1 << 20
_DECODER = json.JSONDecoder()


def read_json_records(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The pages after record number `after`; raises ReadError if no field holds a page.

    Records on separate lines are numbered by line, others by their order.
    """
    mapping = _mapping(ref, options)
    orders = date_orders(lambda: _objects(ref, options), mapping)
    for number, value in _records(ref, options):
        if isinstance(value, _EndOfReading):
            raise value.error
        if number > after:
            page = partial(_page, ref, number, value, mapping, options, orders)
            yield archive_record(ref, number, number, page)


class _EndOfReading:
    """Damage after which no further record can be found."""

    def __init__(self, error: ReadError) -> None:
        self.error = error


def _objects(ref: InputRef, options: ReadOptions) -> Iterator[dict[str, Any]]:
    """The records that are objects; stops at damage, which is reported when pages are read."""
    with suppress(ReadError):
        yield from (value for _, value in _records(ref, options) if isinstance(value, dict))


def _page(
    ref: InputRef,
    number: int,
    value: Any,
    mapping: FieldMapping,
    options: ReadOptions,
    orders: DateOrders,
) -> Capture | Skipped:
    if isinstance(value, Skipped):
        return value
    if isinstance(value, ReadError):
        raise value
    if not isinstance(value, dict) or not value:
        what = "an empty object" if value == {} else "JSON, but not an object"
        raise ReadError(ReadErrorKind.NO_RECORD, f"it is {what}")
    return page_from_record(ref, number, value, mapping, options, orders)


def _mapping(ref: InputRef, options: ReadOptions) -> FieldMapping:
    """The mapping for the fields of the first records, some of which may lack fields."""
    names: dict[str, None] = {}
    for value in islice(_objects(ref, options), _SAMPLED_RECORDS):
        names |= dict.fromkeys(value)
    return options.resolved(ref, names) if names else options.mapping


def _records(ref: InputRef, options: ReadOptions) -> Iterator[tuple[int, Any]]:
    """Each record with its number; the value is an object, another value or a ReadError."""
    for number, value in _found_records(ref, options):
        is_object = isinstance(value, dict)
        yield number, unwrapped(value, options.mapping) if is_object else value


def _found_records(ref: InputRef, options: ReadOptions) -> Iterator[tuple[int, Any]]:
    max_chars = options.max_bytes * _MAX_ESCAPED_CHARS
    charset = table_charset(ref.path)
    with open_decompressed(ref.path) as stream, charset.opened(stream, newline="\n") as text:
        head = text.read(_HEAD_CHARS)
        if not head:
            raise ReadError(ReadErrorKind.NO_PAGES, "it is empty")
        numbered = (
            _line_values(head, text, charset, max_chars)
            if _has_lines(head)
            else enumerate(_values(head, text, charset, max_chars), 1)
        )
        first = next(numbered, None)
        if first is None:
            return
        numbered = chain([first], numbered)
        if records_inside(first[1], options.mapping) is None:
            yield from numbered
            return
        inside = (
            record
            for _, value in numbered
            for record in records_inside(value, options.mapping) or [value]
        )
        yield from enumerate(inside, 1)


def _has_lines(head: str) -> bool:
    """Whether each record is on a line of its own, judged by the first one."""
    head = head.lstrip()
    first, newline, _ = head.partition("\n")
    try:
        return not isinstance(json.loads(first.rstrip(" \t\r,")), list)
    except (ValueError, RecursionError):
        pass
    if head.startswith("[") or (newline and first.strip() == "{"):
        return False
    try:
        _DECODER.raw_decode(head)
    except (ValueError, RecursionError):
        return True
    return False


def _line_values(
    head: str, text: io.TextIOWrapper, charset: TableCharset, max_chars: int
) -> Iterator[tuple[int, Any]]:
    """The value of each line that isn't blank, with the line number from 1."""
    for number, line in enumerate(_lines(head, text, max_chars), 1):
        if line.strip():
            yield number, _line_value(line, charset, max_chars)


def _lines(head: str, text: io.TextIOWrapper, max_chars: int) -> Iterator[str]:
    """The lines; a line over the limit is cut off just above it."""
    lines = head.split("\n")
    yield from lines[:-1]
    line = lines[-1]
    while True:
        line += text.readline(max(1, max_chars + 1 - len(line)))
        if not line:
            return
        yield line
        while not line.endswith("\n") and len(line) > max_chars:
            line = text.readline(max_chars + 1)
            if len(line) <= max_chars:
                break
        line = ""


def _line_value(line: str, charset: TableCharset, max_chars: int) -> Any:
    """The value in a line of JSON, or the ReadError if it can't be read."""
    if len(line) > max_chars:
        return too_large(max_chars // _MAX_ESCAPED_CHARS)
    line = charset.read(line)
    try:
        return _without_half_pairs(json.loads(line.strip(" \t\r\n,\ufeff")), line)
    except RecursionError:
        return ReadError(ReadErrorKind.NO_RECORD, "its JSON is nested too deeply")
    except ValueError as error:
        return ReadError(ReadErrorKind.NO_RECORD, f"it is not valid JSON: {error}")


def _without_half_pairs(value: Any, written: str) -> Any:
    """Replace lone surrogates, which JSON can escape but a text can't contain."""
    if "\\ud" not in written and "\\uD" not in written:
        return value
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "ignore"))


def _values(
    head: str, text: io.TextIOWrapper, charset: TableCharset, max_chars: int
) -> Iterator[Any]:
    """The values in an array, or concatenated values, with or without commas between them."""
    buffer = head.lstrip()
    separators = " \t\r\n,"
    is_open = buffer.startswith("[")
    if is_open:
        buffer, separators = buffer[1:], " \t\r\n,]"
    n_read, step = 0, _HEAD_CHARS
    while True:
        following = buffer.lstrip(separators)
        is_open = is_open and "]" not in buffer[: len(buffer) - len(following)]
        buffer = following
        try:
            value, end = _DECODER.raw_decode(buffer)
            if (written := charset.read(buffer[:end])) != buffer[:end]:
                value = json.loads(written)
            value = _without_half_pairs(value, buffer[:end])
        except RecursionError:
            error = ReadError(ReadErrorKind.NO_RECORD, "its JSON is nested too deeply")
            yield _EndOfReading(error)
            return
        except ValueError as error:
            # The value may continue. The buffer doubles each time, so there are few attempts.
            more = text.read(step) if len(buffer) <= max_chars else ""
            step = max(_HEAD_CHARS, len(buffer))
            buffer += more
            if more:
                continue
            if len(buffer) > max_chars:
                yield _EndOfReading(too_large(max_chars // _MAX_ESCAPED_CHARS))
            elif buffer:
                why = f"its JSON can't be read after record {n_read:,} ({error})"
                yield _EndOfReading(damaged(why))
            elif is_open:
                why = f"its array has no end after record {n_read:,}: the file is cut off"
                yield _EndOfReading(damaged(why))
            return
        yield value
        n_read += 1
        buffer, step = buffer[end:], _HEAD_CHARS
