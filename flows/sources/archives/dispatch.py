"""Reads an archive record by record, whatever kind it is; what ends it early is a reject."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from flows.sources.archives.field_mapping import Unmapped
from flows.sources.archives.reader import Entry, Options, Reader
from flows.sources.decompress import Damaged
from flows.sources.discover import Found, refused
from flows.sources.errors import ReadFault, may_pass, sentence, unforeseen
from flows.sources.formats import Form

# Imported when one is read: some of them need large libraries.
_READERS = {
    Form.ZIP: "zip",
    Form.TAR: "tar",
    Form.WARC: "warc",
    Form.JSONL: "jsonl",
    Form.PARQUET: "parquet",
}


def read(found: Found, after: int, options: Options, patient: bool) -> Iterator[Entry]:
    """The records behind the place `after`; the last one is a reject where reading ends early.

    A `patient` caller tries again behind the last place: it gets a ReadFault for an error that may
    pass.
    """
    place = after
    try:
        for entry in _reader(found.form)(found, after, options):
            place = entry.place
            yield entry
    except (Damaged, Unmapped) as error:
        yield Entry(refused(found.path, type(error).__name__, str(error)), place, broken=True)
    except OSError as error:
        if patient and may_pass(error):
            raise ReadFault(f"{found.locator}: {sentence(error)}") from error
        yield Entry(refused(found.path, type(error).__name__, sentence(error)), place, broken=True)
    except Exception as error:
        # Whatever an archive does to its reader, it costs the rest of that one and not the run.
        why = unforeseen(error)
        yield Entry(refused(found.path, type(error).__name__, why), place, broken=True)


def _reader(form: Form) -> Reader:
    reader: Reader = import_module(f"flows.sources.archives.{_READERS[form]}").read
    return reader
