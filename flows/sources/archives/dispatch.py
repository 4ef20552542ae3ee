"""Reads an archive record by record, whatever kind it is; what ends it early is a reject."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from flows.sources.archives.field_mapping import Unmapped
from flows.sources.archives.reader import ArchiveReader, ArchiveRecord, ReadOptions
from flows.sources.decompress import Damaged
from flows.sources.discover import InputRef, reject_input
from flows.sources.errors import (
    TransientReadError,
    explain_os_error,
    explain_unexpected,
    is_transient,
)
from flows.sources.formats import Format

# Imported when one is read: some of them need large libraries.
_READERS = {
    Format.ZIP: "zip",
    Format.TAR: "tar",
    Format.WARC: "warc",
    Format.JSONL: "jsonl",
    Format.PARQUET: "parquet",
}


def read_archive(
    found: InputRef, after: int, options: ReadOptions, patient: bool
) -> Iterator[ArchiveRecord]:
    """The records behind the place `after`; the last one is a reject where reading ends early.

    With `patient`, an error that may pass raises TransientReadError, for the caller to try again.
    """
    place = after
    try:
        for entry in _reader(found.format)(found, after, options):
            place = entry.position
            yield entry
    except (Damaged, Unmapped) as error:
        yield ArchiveRecord(
            reject_input(found.path, type(error).__name__, str(error)), place, ends_early=True
        )
    except OSError as error:
        if patient and is_transient(error):
            raise TransientReadError(f"{found.locator}: {explain_os_error(error)}") from error
        yield ArchiveRecord(
            reject_input(found.path, type(error).__name__, explain_os_error(error)),
            place,
            ends_early=True,
        )
    except Exception as error:
        # Whatever an archive does to its reader, it costs the rest of that one and not the run.
        why = explain_unexpected(error)
        yield ArchiveRecord(
            reject_input(found.path, type(error).__name__, why), place, ends_early=True
        )


def _reader(form: Format) -> ArchiveReader:
    name = _READERS[form]
    module = import_module(f"flows.sources.archives.{name}")
    reader: ArchiveReader = getattr(module, f"read_{name}")
    return reader
