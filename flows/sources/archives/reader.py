"""The types that all archive readers share."""

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
class WarcPlace:
    """Where a response is: its date as written, the path of its archive, and its offset there."""

    date: str
    path: str
    offset: int


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read: the size limit of a page, and which fields of a record hold the page.

    `warc_responses` maps the digest of each response's payload, and its URL, to its places, because
    a revisit in this or a later archive refers to it. `found_mappings` receives the
    mapping of each table that is read, by its locator, in the syntax of --map.
    """

    max_bytes: int = DEFAULT_MAX_BYTES
    mapping: FieldMapping = field(default_factory=FieldMapping)
    respect_tdm: bool = False
    found_mappings: dict[str, str] = field(default_factory=dict, compare=False)
    warc_responses: dict[str, list[WarcPlace]] = field(default_factory=dict, compare=False)

    @property
    def resume_key(self) -> str:
        """The options as text: an archive is resumed only by a run with the same key."""
        options = {"max_bytes": self.max_bytes, "mapping": asdict(self.mapping)}
        return json.dumps({**options, "respect_tdm": True} if self.respect_tdm else options)

    def resolved(self, ref: InputRef, names: Iterable[str]) -> FieldMapping:
        """The mapping for a table with these field names; raises ReadError (UNMAPPED)."""
        mapping = self.mapping.resolved(names)
        self.found_mappings[ref.locator] = str(mapping)
        return mapping


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that isn't a page; `kind` names it in the report, as in image/png or HTTP 404."""

    kind: str
    locator: str = ""


@dataclass(frozen=True, slots=True)
class NestedArchive:
    """A record that is itself an archive; its file exists until the next record is read."""

    ref: InputRef


RecordItem: TypeAlias = Capture | Skipped | NestedArchive


@dataclass(frozen=True, slots=True)
class ArchiveRecord:
    """One record of an archive: a page, a reject, or a record to skip.

    `position` never decreases from record to record. A reader that is given it as `after` begins
    with the next record or, if that can't be found alone, with an earlier one. `ends_early` marks a
    reject that ends the reading.
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
    """A record's locator: that of its archive, and the record's name in it."""
    text = str(name).encode("utf-8", "backslashreplace").decode()
    return f"{ref.locator}#{text}"
