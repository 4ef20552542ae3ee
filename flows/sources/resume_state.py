"""Asks the warehouse which sources earlier runs have read, so that they aren't read again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from flows.sources.errors import ReadError
from flows.sources.remote import describe, is_remote
from warehouse.model import CaptureRecord
from warehouse.records.resume import ArchiveProgress, FileFingerprint, Validators

if TYPE_CHECKING:
    from warehouse.warehouse import Warehouse


class ResumeState(Protocol):
    """What earlier runs have read."""

    def captured_file(self, locator: str, stamp: FileFingerprint) -> CaptureRecord | None: ...
    def archive_progress(
        self, locator: str, stamp: FileFingerprint, options: str
    ) -> ArchiveProgress | None: ...
    def validators(self, locator: str) -> Validators | None: ...


class EmptyResumeState:
    """A resume state in which nothing was read, so that everything is read again."""

    def captured_file(self, locator: str, stamp: FileFingerprint) -> CaptureRecord | None:  # noqa: ARG002
        return None

    def archive_progress(
        self,
        locator: str,  # noqa: ARG002
        stamp: FileFingerprint,  # noqa: ARG002
        options: str,  # noqa: ARG002
    ) -> ArchiveProgress | None:
        return None

    def validators(self, locator: str) -> Validators | None:  # noqa: ARG002
        return None


def resume_state_of(warehouse: Warehouse, force: bool) -> ResumeState:
    """The warehouse's resume state or, with `force`, an empty one."""
    return EmptyResumeState() if force else warehouse


def fingerprint_of(path: str) -> FileFingerprint | None:
    """The current fingerprint of a file; None if it doesn't exist or isn't a file."""
    if is_remote(path):
        try:
            found = describe(path)
        except (OSError, ReadError):
            return None
        if found.modified_at is None:
            return None
        return FileFingerprint(path, found.size, int(found.modified_at.timestamp() * 1e9))
    file = Path(path)
    try:
        status = file.stat()
    except (OSError, ValueError):
        return None
    whole = str(file.absolute()).encode("utf-8", "backslashreplace").decode()
    return FileFingerprint(whole, status.st_size, status.st_mtime_ns) if file.is_file() else None
