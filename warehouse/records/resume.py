"""Stores the resume state: the files, archives and URLs that need not be read again."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cleaners.model import Media
from warehouse.model import CaptureRecord, Loaded, PageKey


@dataclass(frozen=True, slots=True)
class FileFingerprint:
    """Identifies a version of a file: its absolute path, size in bytes and modification time."""

    path: str
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class ArchiveProgress:
    """How far an archive was read: the position of the last record, and the number of records."""

    last_position: int
    records: int
    finished: bool


@dataclass(frozen=True, slots=True)
class Validators:
    """A server's validators for a version of a page, and the capture of that version."""

    etag: str | None
    last_modified: str | None
    capture: CaptureRecord


@dataclass(frozen=True, slots=True)
class FileRead:
    """Says that the page at `index` of a batch is a whole file."""

    index: int
    fingerprint: FileFingerprint
    captured_at: str
    url: str | None


@dataclass(frozen=True, slots=True)
class ArchiveRead:
    """Says that by the end of a batch, an archive was read as far as `progress`."""

    locator: str
    fingerprint: FileFingerprint
    options: str
    progress: ArchiveProgress


@dataclass(frozen=True, slots=True)
class PageFetched:
    """Says that the page at `index` of a batch was fetched, with its validators."""

    index: int
    etag: str | None
    last_modified: str | None
    captured_at: str
    url: str | None


ResumeRecord: TypeAlias = FileRead | ArchiveRead | PageFetched

_KEY = (
    "SELECT lower(hex(r.sha256)), d.media_type, d.charset, s.url, s.captured_at{more} FROM {table}"
    " AS s JOIN document AS d ON d.id = s.document_id JOIN raw AS r ON r.id = d.raw_id"
    " WHERE s.locator = ?"
)


def save_resume_records(
    db: sqlite3.Connection, resume_records: Sequence[ResumeRecord], loaded: Sequence[Loaded]
) -> None:
    """Record which sources a batch completed, in the transaction that loads it.

    A rejected page isn't recorded, so that the next run reads it again.
    """
    files, archives, pages = [], [], []
    for mark in resume_records:
        if isinstance(mark, ArchiveRead):
            stamp, far = mark.fingerprint, mark.progress
            archives.append(
                (
                    *(mark.locator, stamp.path, stamp.size, stamp.modified_ns, mark.options),
                    *(far.last_position, far.records, far.finished),
                )
            )
            continue
        page = loaded[mark.index]
        if page.document_id is None:
            continue
        seen = (page.document_id, mark.captured_at, mark.url)
        if isinstance(mark, FileRead):
            stamp = mark.fingerprint
            files.append((page.locator, stamp.path, stamp.size, stamp.modified_ns, *seen))
        elif mark.etag is not None or mark.last_modified is not None:
            pages.append((page.locator, mark.etag, mark.last_modified, *seen))
    db.executemany("INSERT OR REPLACE INTO read_file VALUES (?, ?, ?, ?, ?, ?, ?)", files)
    db.executemany("INSERT OR REPLACE INTO read_archive VALUES (?, ?, ?, ?, ?, ?, ?, ?)", archives)
    db.executemany("INSERT OR REPLACE INTO fetched VALUES (?, ?, ?, ?, ?, ?)", pages)


def captured_file(
    db: sqlite3.Connection, locator: str, stamp: FileFingerprint
) -> CaptureRecord | None:
    """The capture of a file's page; None if the file wasn't read or has changed."""
    row = db.execute(
        _KEY.format(table="read_file", more="")
        + " AND s.path = ? AND s.size = ? AND s.modified_ns = ?",
        (locator, stamp.path, stamp.size, stamp.modified_ns),
    ).fetchone()
    return _capture(locator, row) if row else None


def archive_progress(
    db: sqlite3.Connection, locator: str, stamp: FileFingerprint, options: str
) -> ArchiveProgress | None:
    """How far an archive was read with the same options; None if it has changed."""
    row = db.execute(
        "SELECT place, records, finished FROM read_archive WHERE locator = ? AND path = ?"
        " AND size = ? AND modified_ns = ? AND options = ?",
        (locator, stamp.path, stamp.size, stamp.modified_ns, options),
    ).fetchone()
    return ArchiveProgress(row[0], row[1], bool(row[2])) if row else None


def validators(db: sqlite3.Connection, locator: str) -> Validators | None:
    """The validators of a fetched page; None if its server sent none."""
    query = _KEY.format(table="fetched", more=", s.etag, s.last_modified")
    row = db.execute(query, (locator,)).fetchone()
    return Validators(row[5], row[6], _capture(locator, row)) if row else None


def _capture(locator: str, row: tuple[str, str, str, str | None, str]) -> CaptureRecord:
    key = PageKey(row[0], Media(row[1]), row[2] or None)
    return CaptureRecord(locator, key, row[3], row[4])
