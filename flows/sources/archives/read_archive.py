"""Reads an archive of any format, record by record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module

from cleaners.model import Capture, StatedFacts
from flows.sources.archives.reader import (
    ArchiveReader,
    ArchiveRecord,
    NestedArchive,
    ReadOptions,
)
from flows.sources.discover import InputRef
from flows.sources.errors import (
    ReadError,
    ReadErrorKind,
    TransientReadError,
    explain_read_error,
    is_transient,
    rejected,
)
from flows.sources.file_formats import SINGLE_PAGE_FORMATS, Format
from flows.sources.files import read_file

# Containers have files as their records, numbered from 1. If such a file is itself an archive, a
# position also includes the position of a record inside it.
_CONTAINERS = frozenset({Format.ZIP, Format.TAR})
_POSITIONS_INSIDE = 1 << 40
# The modules of the readers, imported when needed because some import large libraries.
_READERS = {
    Format.ZIP: "zip",
    Format.TAR: "tar",
    Format.WARC: "warc",
    Format.ARC: "arc",
    Format.JSON: "json_records",
    Format.CSV: "csv_rows",
    Format.PARQUET: "parquet",
    Format.MAIL: "mail",
    Format.FEED: "feed_entries",
    Format.CHAT: "chat_messages",
    Format.CHAT_LOG: "chat_log",
    Format.DUMP: "text_dump",
    Format.WIKI: "wiki_dump",
}


def read_archive(
    ref: InputRef, after: int, options: ReadOptions, patient: bool
) -> Iterator[ArchiveRecord]:
    """Yield the records after position `after`.

    If an error ends the reading, the last record is a reject. With `patient`, an error that may be
    temporary raises TransientReadError instead, so that the caller can retry.
    """
    position = after
    try:
        for record in _records(ref, after, options):
            position = record.position
            yield _noted(record, ref.note)
    except Exception as error:
        # Whatever error an archive causes in its reader, the run goes on with the next input.
        if patient and is_transient(error):
            raise TransientReadError(f"{ref.locator}: {explain_read_error(error)}") from error
        yield ArchiveRecord(rejected(ref.locator, error), position, ends_early=True)


def _records(
    ref: InputRef, after: int, options: ReadOptions, depth: int = 0
) -> Iterator[ArchiveRecord]:
    """The records of an archive; an archive within it is replaced by its own records."""
    is_empty = after == 0
    for record in _all_records(ref, after, options, depth):
        is_empty = False
        yield record
    if is_empty:
        raise ReadError(ReadErrorKind.NO_PAGES, "it is empty: it has no record")


def _all_records(
    ref: InputRef, after: int, options: ReadOptions, depth: int
) -> Iterator[ArchiveRecord]:
    if ref.format in SINGLE_PAGE_FORMATS:
        # A member that is named as an archive, but is a page.
        page = read_file(ref, options.max_bytes)
        # The time of the copy says nothing.
        item = replace(page, captured_at=None) if isinstance(page, Capture) else page
        yield ArchiveRecord(item, 1)
        return
    if ref.format not in _CONTAINERS:
        yield from _reader(ref.format)(ref, after, options)
        return
    done, done_inside = divmod(after, _POSITIONS_INSIDE)
    for record in _reader(ref.format)(ref, done, options):
        start = (record.position - 1) * _POSITIONS_INSIDE
        if not isinstance(record.item, NestedArchive):
            yield replace(record, position=record.position * _POSITIONS_INSIDE)
            continue
        inside = done_inside if record.position == done + 1 else 0
        yield from _nested(record.item.ref, start, inside, options, depth + 1)


def _noted(record: ArchiveRecord, note: str) -> ArchiveRecord:
    """The record; with a note, its page has it as well."""
    page = record.item
    if not note or not isinstance(page, Capture):
        return record
    stated = page.stated or StatedFacts()
    stated = replace(stated, notes=(*stated.notes, note))
    return replace(record, item=replace(page, stated=stated))


def _nested(
    ref: InputRef, start: int, after: int, options: ReadOptions, depth: int
) -> Iterator[ArchiveRecord]:
    """The records of an archive within an archive; their positions begin at `start`.

    Damage in it doesn't end the reading of the outer archive.
    """
    position = after
    try:
        if depth > 1 and ref.format in _CONTAINERS:
            why = "it is an archive in an archive in an archive: unpack it first"
            raise ReadError(ReadErrorKind.TOO_DEEP, why)
        for record in _records(ref, after, options, depth):
            position = min(record.position, _POSITIONS_INSIDE - 1)
            yield replace(record, position=start + position)
    except Exception as error:
        if is_transient(error):
            raise
        last = min(position + 1, _POSITIONS_INSIDE - 1)
        yield ArchiveRecord(rejected(ref.locator, error), start + last)


def _reader(format_: Format) -> ArchiveReader:
    name = _READERS[format_]
    reader: ArchiveReader = getattr(import_module(f"{__package__}.{name}"), f"read_{name}")
    return reader
