"""Reads JSON Lines, a record a line, in which some field holds a page; plain or compressed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import IO

from flows.sources import streams
from flows.sources.archives import records
from flows.sources.archives.field_mapping import FieldMapping
from flows.sources.archives.reader import (
    ArchiveRecord,
    ReadOptions,
    reject_record,
    too_large_message,
)
from flows.sources.decompress import Damaged
from flows.sources.discover import InputRef

_SAMPLED_LINES = 100  # lines
_MAX_ESCAPED_CHARS = 6  # characters of JSON for one of text: \u0041


def read_jsonl(found: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The pages behind line number `after`; raises Unmapped where no field looks like a page."""
    longest = options.max_bytes * _MAX_ESCAPED_CHARS
    mapping = _mapping(found, options, longest)
    with streams.opened(found.path) as stream:
        for number, line in enumerate(_lines(stream, longest), 1):
            if number <= after or not line.strip():
                continue
            record = _parsed(line, longest)
            if isinstance(record, dict):
                yield ArchiveRecord(
                    records.page_from_record(found, number, record, mapping, options), number
                )
            else:
                yield ArchiveRecord(reject_record(found, number, "NoRecord", record), number)


def _mapping(found: InputRef, options: ReadOptions, longest: int) -> FieldMapping:
    """The mapping for the fields that the first records have; not each of them need have all."""
    fields: dict[str, None] = {}
    with suppress(Damaged), streams.opened(found.path) as stream:
        # Where these are damaged, reading on will tell.
        for line in islice(_lines(stream, longest), _SAMPLED_LINES):
            record = _parsed(line, longest) if line.strip() else ""
            fields |= dict.fromkeys(record if isinstance(record, dict) else ())
    return options.mapping.resolved(fields) if fields else options.mapping


def _lines(stream: IO[bytes], longest: int) -> Iterator[bytes]:
    """The lines; one that is too long is cut off just behind the limit, and its rest left out."""
    while line := stream.readline(longest + 1):
        yield line
        while not line.endswith(b"\n") and len(line) > longest:
            line = stream.readline(longest + 1)
            if len(line) <= longest:
                break


def _parsed(line: bytes, longest: int) -> dict[str, object] | str:
    """The record, or what is wrong with the line."""
    if len(line) > longest:
        return too_large_message(longest // _MAX_ESCAPED_CHARS)
    try:
        record = json.loads(line)
    except RecursionError:
        return "its JSON is nested too deeply"
    except ValueError as error:
        return f"it is no JSON: {error}"
    return record if isinstance(record, dict) else "it is JSON, but no object with fields"
