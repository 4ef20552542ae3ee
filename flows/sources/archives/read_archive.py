"""Reads an archive of any format, record by record."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from flows.sources.archives.reader import ArchiveReader, ArchiveRecord, ReadOptions
from flows.sources.discover import InputRef
from flows.sources.errors import TransientReadError, explain_read_error, is_transient, rejected
from flows.sources.file_formats import Format

# Imported when they are needed: some of them import large libraries.
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
}


def read_archive(
    ref: InputRef, after: int, options: ReadOptions, patient: bool
) -> Iterator[ArchiveRecord]:
    """The records after the position `after`; if an error ends the reading, the last is a reject.

    With `patient`, an error that may pass raises TransientReadError, for the caller to retry.
    """
    position = after
    try:
        for record in _reader(ref.format)(ref, after, options):
            position = record.position
            yield record
    except Exception as error:
        # An archive that makes its reader fail ends early; the run goes on.
        if patient and is_transient(error):
            raise TransientReadError(f"{ref.locator}: {explain_read_error(error)}") from error
        yield ArchiveRecord(rejected(ref.locator, error), position, ends_early=True)


def _reader(format_: Format) -> ArchiveReader:
    name = _READERS[format_]
    reader: ArchiveReader = getattr(import_module(f"{__package__}.{name}"), f"read_{name}")
    return reader
