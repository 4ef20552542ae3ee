"""What it takes to read an input, and what reading it gives: the terms that all readers share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from cleaners.model import Capture, Stage
from flows.sources.archives.field_mapping import FieldMapping
from flows.sources.discover import InputRef
from flows.workers.limits import Limits
from warehouse.model import Rejected

DEFAULT_MAX_BYTES = Limits().page_bytes


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read: pages of at most `limit` bytes, and which fields of a record are the page."""

    max_bytes: int = DEFAULT_MAX_BYTES
    mapping: FieldMapping = field(default_factory=FieldMapping)


@dataclass(frozen=True, slots=True)
class ArchiveRecord:
    """One record of an archive: a page, a reject, or None for what is no page and passed over.

    `place` grows from record to record and is more than 0: a reader told to go on `after` a place
    gives what comes behind it. `broken` is a reject that ends the reading early.
    """

    item: Capture | Rejected | None
    position: int
    ends_early: bool = False


ArchiveReader: TypeAlias = Callable[[InputRef, int, ReadOptions], Iterator[ArchiveRecord]]


def reject_record(
    found: InputRef, name: object, error: str, message: str, sha256: str | None = None
) -> Rejected:
    """A record given up before cleaning; `archive#name` is its locator."""
    return Rejected(record_locator(found, name), sha256, str(Stage.READ), error, message)


def record_locator(found: InputRef, name: object) -> str:
    """What a record is called: the archive's own locator and the record's name in it."""
    text = str(name).encode("utf-8", "backslashreplace").decode()
    return f"{found.locator}#{text}"


def too_large_message(limit: int) -> str:
    """Why a page over the limit is a reject."""
    return f"it is larger than the limit of {limit:,} bytes (page_bytes in presswash.toml)"
