"""Reads JSON records: one per line, in an array, concatenated, or in a list in an object."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from typing import Any

from cleaners.model import Capture
from flows.sources.archives.field_mapping import FieldMapping, nested_facts
from flows.sources.archives.json_lists import records_inside, unwrapped
from flows.sources.archives.reader import ArchiveRecord, ReadOptions, Skipped, archive_record
from flows.sources.archives.records import DateOrders, date_orders, page_from_record
from flows.sources.archives.table_charset import TableCharset, table_charset
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, ReadErrorKind, damaged, too_large
from flows.sources.streams import is_cut_by_damage, open_decompressed

_SAMPLED_RECORDS = 100
# The longest escape for one character, as in \u0041.
_MAX_ESCAPED_CHARS = 6
_HEAD_CHARS = 1 << 20
# It accepts real line breaks in a text.
_OBJECT_START = re.compile(r"\{\s*\"")
# A mark that shows where an object ends, or an escaped character, which shows nothing.
_MARK = re.compile(r"\\.|[\"{}]", re.DOTALL)
# What may stand between records: also commas, and the separators of JSON sequences (RFC 7464).
_AROUND_RECORD = " \t\r\n,\ufeff\x1e"
_GAP, _GAP_IN_ARRAY = re.compile(r"[ \t\r\n,\x1e]*"), re.compile(r"[ \t\r\n,\]\x1e]*")
# How many objects are tried to find the next record after a damaged one.
_MAX_ATTEMPTS = 1000
# The longest of those that can be cut off by the end of a buffer: -Infinity, and \\uD83D\\uDE00.
_LONGEST_TOKEN_CHARS = 12
_DECODER = json.JSONDecoder(strict=False)


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
        for name, inner in value.items():
            names |= dict.fromkeys(nested_facts(name, inner) if isinstance(inner, dict) else ())
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
    """The value of each line that isn't blank, with the line number from 1.

    An object may take several lines, if its text has real line breaks or it is indented. If it
    can't be read, it is one ReadError, and reading continues with the next line that is an object.
    """
    begun: _BegunObject | None = None
    for number, line in enumerate(_lines(head, text, max_chars), 1):
        value = _line_value(line, charset, max_chars) if line.strip() else None
        is_record = line.startswith("{") or (line.startswith("[") and isinstance(value, list))
        if begun and not (is_record or isinstance(value, dict)):
            whole = begun.with_line(line, charset, max_chars)
            if whole is not None:
                yield begun.number, whole
                begun = None
            continue
        if begun:
            yield begun.number, begun.error
            begun = None
        if isinstance(value, ReadError) and line.lstrip("\ufeff \t").startswith("{"):
            begun = _BegunObject(number, value)
            begun.with_line(line, charset, max_chars)
        elif line.strip():
            yield number, value
    # The damage that cuts off the last line is reported for the whole file.
    if begun and not is_cut_by_damage(text.buffer):
        yield begun.number, begun.error


@dataclass(slots=True)
class _BegunObject:
    """An object that doesn't end on its first line: that line's number and error, and its lines.

    It counts the open braces outside quotation marks, so that it is parsed only once, at its end.
    """

    number: int
    error: ReadError
    lines: list[str] = field(default_factory=list)
    n_chars: int = 0
    n_open: int = 0
    is_quoted: bool = False

    def with_line(self, line: str, charset: TableCharset, max_chars: int) -> Any:
        """The object if it ends on this line, an error if it is too long, and otherwise None."""
        was_open = self.n_open > 0 or not self.lines
        self.lines.append(line.rstrip("\n"))
        self.n_chars += len(line)
        if self.n_chars > max_chars:
            return self.error
        for mark in _MARK.findall(line):
            if mark == '"':
                self.is_quoted = not self.is_quoted
            elif not self.is_quoted:
                self.n_open += {"{": 1, "}": -1}.get(mark, 0)
        if self.is_quoted or self.n_open > 0 or not was_open:
            return None
        whole = _line_value("\n".join(self.lines), charset, max_chars)
        return whole if isinstance(whole, dict) else None


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
        return _without_half_pairs(_DECODER.decode(line.strip(_AROUND_RECORD)), line)
    except (ValueError, RecursionError) as error:
        return _invalid(error)


def _without_half_pairs(value: Any, written: str) -> Any:
    """Replace lone surrogates, which JSON can escape but a text can't contain."""
    if "\\ud" not in written and "\\uD" not in written:
        return value
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "ignore"))


def _values(
    head: str, text: io.TextIOWrapper, charset: TableCharset, max_chars: int
) -> Iterator[Any]:
    """The values in an array, or concatenated values, with or without commas between them.

    A value that can't be read is a ReadError; reading continues with the next object that has
    similar fields.
    """
    buffer, at = head.lstrip(), 0
    is_open = buffer.startswith("[")
    gap, at = (_GAP_IN_ARRAY, 1) if is_open else (_GAP, 0)
    n_read, names = 0, set[str]()
    while True:
        before = gap.match(buffer, at)
        assert before
        start = before.end()
        try:
            value, end = _value_at(buffer, start, charset)
        except (ValueError, RecursionError) as error:
            following = None if _may_continue(error) else _next_object(buffer, start, names)
            n_chars = len(buffer) - at
            if following is None and n_chars <= max_chars:
                # The buffer doubles each time, so there are few attempts.
                if more := text.read(max(_HEAD_CHARS, n_chars)):
                    buffer, at = buffer[at:] + more, 0
                    continue
                following = _next_object(buffer, start, names)
            if following:
                yield _invalid(error)
                # An error counts the lines before its place in the buffer.
                buffer, at, n_read = buffer[following:], 0, n_read + 1
                continue
            if n_chars > max_chars:
                yield _EndOfReading(too_large(max_chars // _MAX_ESCAPED_CHARS))
            elif start < len(buffer) or (is_open and "]" not in before[0]):
                yield _unreadable_after(n_read, error if start < len(buffer) else None)
            return
        yield from value if _is_list_of_objects(value) else [value]
        n_read, at = n_read + 1, end
        is_open = is_open and "]" not in before[0]
        names = set(value) if isinstance(value, dict) else names
        if at > max(_HEAD_CHARS, len(buffer) // 2):
            buffer, at = buffer[at:], 0


def _is_list_of_objects(value: Any) -> bool:
    """Whether a value is one of several arrays of records."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _value_at(buffer: str, start: int, charset: TableCharset) -> tuple[Any, int]:
    """The value at an offset, and the offset of its end; raises ValueError."""
    value, end = _DECODER.raw_decode(buffer, start)
    raw = buffer[start:end]
    if (written := charset.read(raw)) != raw:
        value = _DECODER.decode(written)
    return _without_half_pairs(value, raw), end


def _invalid(error: ValueError | RecursionError) -> ReadError:
    is_deep = isinstance(error, RecursionError)
    why = "its JSON is nested too deeply" if is_deep else f"it is not valid JSON: {error}"
    return ReadError(ReadErrorKind.NO_RECORD, why)


def _unreadable_after(n_read: int, error: ValueError | RecursionError | None) -> _EndOfReading:
    why = f"its array has no end after record {n_read:,}: the file is cut off"
    if error:
        why = f"its JSON can't be read after record {n_read:,}: {_invalid(error)}"
    return _EndOfReading(damaged(why))


def _may_continue(error: ValueError | RecursionError) -> bool:
    """Whether a value may be valid when more of it is read."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    is_near_end = len(error.doc) - error.pos <= _LONGEST_TOKEN_CHARS
    return is_near_end or error.msg.startswith("Unterminated string")


def _next_object(buffer: str, at: int, names: set[str]) -> int | None:
    """The offset of the next object after `at` that has half of these field names."""
    for found in islice(_OBJECT_START.finditer(buffer, at + 1), _MAX_ATTEMPTS):
        with suppress(ValueError, RecursionError):
            value = _DECODER.raw_decode(buffer, found.start())[0]
            if value and 2 * len(names.intersection(value)) >= len(names):
                return found.start()
    return None
