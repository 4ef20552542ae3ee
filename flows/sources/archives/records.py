"""Reads a page from a record with fields: a line of JSON Lines, a row of a Parquet table."""

from __future__ import annotations

from collections.abc import Mapping as Fields

from cleaners.model import Capture, Media
from flows.sources.archives.field_mapping import FieldMapping, join_names
from flows.sources.archives.reader import ReadOptions, record_locator
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, ReadErrorKind, too_large
from flows.sources.timestamps import parse_timestamp


def page_from_record(
    ref: InputRef,
    number: int,
    record: Fields[str, object],
    mapping: FieldMapping,
    options: ReadOptions,
) -> Capture:
    """The page in a record; raises ReadError. `number` counts lines or rows from 1."""
    value = field_value(record, mapping.html)
    media_type = None if value is None else Media.HTML
    if value is None:
        value = field_value(record, mapping.text)
    if not isinstance(value, str | bytes):
        name = mapping.html or mapping.text
        what = (
            "is not text" if value is not None else "is empty" if name in record else "is missing"
        )
        why = f"its field {name} {what}; it has {join_names(map(str, record))}"
        raise ReadError(ReadErrorKind.NO_TEXT, why)
    payload = value.encode("utf-8", "replace") if isinstance(value, str) else value
    if len(payload) > options.max_bytes:
        raise too_large(options.max_bytes)
    url = field_value(record, mapping.url)
    return Capture(
        record_locator(ref, number),
        payload,
        media_type,
        url=url if isinstance(url, str) and url else None,
        charset="utf-8" if isinstance(value, str) else None,
        captured_at=parse_timestamp(field_value(record, mapping.date)),
    )


def field_value(record: Fields[str, object], name: str | None) -> object:
    """A field's value, None if it is missing; a dot selects a field of a nested record."""
    if name is None:
        return None
    if name in record:
        return record[name]
    value: object = record
    for part in name.split("."):
        if not isinstance(value, Fields):
            return None
        value = value.get(part)
    return value
