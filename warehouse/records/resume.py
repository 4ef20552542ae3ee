"""Resume state: which files, archives and URLs were read, so that nothing is read twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cleaners.model import Media
from warehouse.model import CaptureRecord, Loaded, PageKey


@dataclass(frozen=True, slots=True)
class FileFingerprint:
    """A file as it was: its absolute path, its size in bytes, when it was modified."""

    path: str
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class ArchiveProgress:
    """How far an archive was read: the place of its last record done, and how many were."""

    last_position: int
    records: int
    finished: bool


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of a version of a page, and the capture of that version."""

    etag: str | None
    last_modified: str | None
    capture: CaptureRecord


@dataclass(frozen=True, slots=True)
class FileRead:
    """The page at `index` of a batch is all of a file."""

    index: int
    fingerprint: FileFingerprint
    captured_at: str
    url: str | None


@dataclass(frozen=True, slots=True)
class ArchiveRead:
    """With a batch, an archive was read as far as `progress`."""

    locator: str
    fingerprint: FileFingerprint
    options: str
    progress: ArchiveProgress


@dataclass(frozen=True, slots=True)
class PageFetched:
    """The page at `index` of a batch was fetched, and this is what to ask its server with."""

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
    """Enter what a batch has done, in the transaction that loads it.

    A page that was rejected isn't done.
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
    """The capture of a file's page, if the file was read and is still as it was."""
    row = db.execute(
        _KEY.format(table="read_file", more="")
        + " AND s.path = ? AND s.size = ? AND s.modified_ns = ?",
        (locator, stamp.path, stamp.size, stamp.modified_ns),
    ).fetchone()
    return _sighting(locator, row) if row else None


def archive_progress(
    db: sqlite3.Connection, locator: str, stamp: FileFingerprint, options: str
) -> ArchiveProgress | None:
    """How far an archive was read with the same options, if it is still as it was."""
    row = db.execute(
        "SELECT place, records, finished FROM read_archive WHERE locator = ? AND path = ?"
        " AND size = ? AND modified_ns = ? AND options = ?",
        (locator, stamp.path, stamp.size, stamp.modified_ns, options),
    ).fetchone()
    return ArchiveProgress(row[0], row[1], bool(row[2])) if row else None


def validators(db: sqlite3.Connection, locator: str) -> Validators | None:
    """What to ask a page's server with, if it was fetched and the server gave anything."""
    query = _KEY.format(table="fetched", more=", s.etag, s.last_modified")
    row = db.execute(query, (locator,)).fetchone()
    return Validators(row[5], row[6], _sighting(locator, row)) if row else None


def _sighting(locator: str, row: tuple[str, str, str, str | None, str]) -> CaptureRecord:
    key = PageKey(row[0], Media(row[1]), row[2] or None)
    return CaptureRecord(locator, key, row[3], row[4])
