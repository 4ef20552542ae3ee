"""Reads JSON Lines, plain or compressed: one record a line, with a page in one of its fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import IO

from cleaners.model import Capture
from flows.sources.archives.field_mapping import FieldMapping
from flows.sources.archives.reader import ArchiveRecord, ReadOptions, archive_record
from flows.sources.archives.records import page_from_record
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, ReadErrorKind, too_large
from flows.sources.streams import open_decompressed

_SAMPLED_LINES = 100
_MAX_ESCAPED_CHARS = 6  # of JSON for one character of text: \u0041


def read_jsonl(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The pages after line number `after`; raises ReadError if no field is named like a page."""
    max_line_bytes = options.max_bytes * _MAX_ESCAPED_CHARS
    mapping = _mapping(ref, options, max_line_bytes)
    with open_decompressed(ref.path) as stream:
        for number, line in enumerate(_lines(stream, max_line_bytes), 1):
            if number > after and line.strip():
                page = partial(_page, ref, number, line, mapping, options)
                yield archive_record(ref, number, number, page)


def _page(
    ref: InputRef, number: int, line: bytes, mapping: FieldMapping, options: ReadOptions
) -> Capture:
    record = _parse(line, options.max_bytes * _MAX_ESCAPED_CHARS)
    return page_from_record(ref, number, record, mapping, options)


def _mapping(ref: InputRef, options: ReadOptions, max_line_bytes: int) -> FieldMapping:
    """The mapping for the fields of the first records, any of which may lack some fields."""
    fields: dict[str, None] = {}
    # Damage doesn't matter here: reading the records reports it.
    with suppress(ReadError), open_decompressed(ref.path) as stream:
        for line in islice(_lines(stream, max_line_bytes), _SAMPLED_LINES):
            with suppress(ReadError):
                fields |= dict.fromkeys(_parse(line, max_line_bytes))
    return options.mapping.resolved(fields) if fields else options.mapping


def _lines(stream: IO[bytes], max_line_bytes: int) -> Iterator[bytes]:
    """The lines; one over the limit is cut off just after it."""
    while line := stream.readline(max_line_bytes + 1):
        yield line
        while not line.endswith(b"\n") and len(line) > max_line_bytes:
            line = stream.readline(max_line_bytes + 1)
            if len(line) <= max_line_bytes:
                break


def _parse(line: bytes, max_line_bytes: int) -> dict[str, object]:
    """The record in a line; raises ReadError."""
    if len(line) > max_line_bytes:
        raise too_large(max_line_bytes // _MAX_ESCAPED_CHARS)
    try:
        record = json.loads(line)
    except RecursionError as error:
        raise ReadError(ReadErrorKind.NO_RECORD, "its JSON is nested too deeply") from error
    except ValueError as error:
        raise ReadError(ReadErrorKind.NO_RECORD, f"it is not valid JSON: {error}") from error
    if not isinstance(record, dict):
        raise ReadError(ReadErrorKind.NO_RECORD, "it is JSON, but not an object")
    return record
