"""What can be wrong in a warehouse, and what `presswash check --repair` does about each kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

RESTORE = (
    "it can't be derived: restore the warehouse from a backup of `presswash maintain`, or ingest "
    "the sources into a new one"
)


class Repair(StrEnum):
    """The kinds of repair, in the order in which they are done: each relies on those before."""

    HEADER = "header"
    SCHEMA = "schema"
    INDEXES = "indexes"
    RUNS = "runs"
    ORPHANS = "orphans"
    CAPTURES = "captures"
    RECORDS = "records"
    SEARCH = "search"
    DUPLICATES = "duplicates"


_DOES = {
    Repair.HEADER: "marks the file as what its tables are",
    Repair.SCHEMA: "makes it again and fills it",
    Repair.INDEXES: "makes SQLite's own indexes again from the tables",
    Repair.RUNS: "puts the book in order by what else is known",
    Repair.ORPHANS: "removes it, and enters a document that is lost into the rejects",
    Repair.CAPTURES: "takes it from the captures",
    Repair.RECORDS: "cleans the raw bytes again",
    Repair.SEARCH: "makes the full-text index again from the texts",
    Repair.DUPLICATES: "makes the duplicate index again from the texts",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the warehouse: what, where, and what to do about it.

    `repair` is the kind of repair that may put it right, None where nothing in the warehouse can;
    `document` the one whose record is wrong, where that is known.
    """

    what: str
    where: str
    remedy: str
    repair: Repair | None = None
    document: int | None = None


def repairable(what: str, where: str, repair: Repair, document: int | None = None) -> Problem:
    """A problem that `presswash check --repair` puts right."""
    remedy = f"`presswash check --repair` {_DOES[repair]}"
    return Problem(what, where, remedy, repair, document)


def unrepairable(what: str, where: str, remedy: str = RESTORE) -> Problem:
    """A problem that nothing in the warehouse can put right."""
    return Problem(what, where, remedy)
