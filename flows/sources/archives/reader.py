"""The types that all readers of archives share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import TypeAlias

from cleaners.model import Capture
from flows.sources.archives.field_mapping import FieldMapping
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, rejected
from flows.workers.limits import Limits
from warehouse.model import Rejected

DEFAULT_MAX_BYTES = Limits().page_bytes


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read: pages of at most `max_bytes`, and which fields of a record are the page.

    `warc_responses` gets the place of each response, a path and an offset, by its payload's digest:
    a revisit in this archive or a later one refers to it.
    `found_mappings` gets the mapping of each table that is read, by its locator, as --map takes it.
    """

    max_bytes: int = DEFAULT_MAX_BYTES
    mapping: FieldMapping = field(default_factory=FieldMapping)
    respect_tdm: bool = False
    found_mappings: dict[str, str] = field(default_factory=dict, compare=False)
    warc_responses: dict[str, tuple[str, int]] = field(default_factory=dict, compare=False)

    @property
    def resume_key(self) -> str:
        """The options as stored in the warehouse: an archive is resumed only with the same key."""
        options = {"max_bytes": self.max_bytes, "mapping": asdict(self.mapping)}
        return json.dumps({**options, "respect_tdm": True} if self.respect_tdm else options)

    def resolved(self, ref: InputRef, names: Iterable[str]) -> FieldMapping:
        """The mapping for a table with fields of these names; raises ReadError (UNMAPPED)."""
        mapping = self.mapping.resolved(names)
        self.found_mappings[ref.locator] = str(mapping)
        return mapping


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that is no page; `kind` says what it is, for the report: image/png, HTTP 404."""

    kind: str
    locator: str = ""


@dataclass(frozen=True, slots=True)
class NestedArchive:
    """A record that is an archive itself: a file that is there until the next record is read."""

    ref: InputRef


RecordItem: TypeAlias = Capture | Skipped | NestedArchive


@dataclass(frozen=True, slots=True)
class ArchiveRecord:
    """One record of an archive: a page, a reject, or what is skipped.

    `position` is more than 0 and grows from record to record: a reader that gets it as `after`
    starts with the next record. `ends_early` marks a reject that ends the reading.
    """

    item: RecordItem | Rejected
    position: int
    ends_early: bool = False


ArchiveReader: TypeAlias = Callable[[InputRef, int, ReadOptions], Iterator[ArchiveRecord]]


def archive_record(
    ref: InputRef,
    name: object,
    position: int,
    read_page: Callable[[], RecordItem],
) -> ArchiveRecord:
    """The record at a position: what `read_page` returns, or a reject if it raises ReadError."""
    try:
        item = read_page()
        if isinstance(item, Skipped):
            item = replace(item, locator=record_locator(ref, name))
        return ArchiveRecord(item, position)
    except ReadError as error:
        return ArchiveRecord(rejected(record_locator(ref, name), error), position)


def record_locator(ref: InputRef, name: object) -> str:
    """A record's locator: its archive's own locator and the record's name in it."""
    text = str(name).encode("utf-8", "backslashreplace").decode()
    return f"{ref.locator}#{text}"
