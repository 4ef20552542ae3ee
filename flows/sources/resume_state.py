"""What a run asks the warehouse of its sources: what is done, and needn't be read again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from warehouse.model import Sighting
from warehouse.records.resume import Progress, Stamp, Validators

if TYPE_CHECKING:
    from warehouse.warehouse import Warehouse


class ResumeState(Protocol):
    """Knows what was read before."""

    def page_read(self, locator: str, stamp: Stamp) -> Sighting | None: ...
    def archive_read(self, locator: str, stamp: Stamp, options: str) -> Progress | None: ...
    def validators(self, locator: str) -> Validators | None: ...


class EmptyResumeState:
    """The ledger of those who read everything: nothing was done before."""

    def page_read(self, locator: str, stamp: Stamp) -> Sighting | None:  # noqa: ARG002
        return None

    def archive_read(self, locator: str, stamp: Stamp, options: str) -> Progress | None:  # noqa: ARG002
        return None

    def validators(self, locator: str) -> Validators | None:  # noqa: ARG002
        return None


def resume_state_of(warehouse: Warehouse, force: bool) -> ResumeState:
    """The warehouse's own, unless everything is to be read again."""
    return EmptyResumeState() if force else warehouse


def fingerprint_of(path: str) -> Stamp | None:
    """A file as it is now; None where there is none, and for what isn't a file."""
    file = Path(path)
    try:
        status = file.stat()
    except (OSError, ValueError):
        return None
    whole = str(file.absolute()).encode("utf-8", "backslashreplace").decode()
    return Stamp(whole, status.st_size, status.st_mtime_ns) if file.is_file() else None
