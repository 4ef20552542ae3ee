"""The types of integrity problems, and what `presswash check --repair` does about each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

RESTORE = (
    "it can't be derived: restore the warehouse from a backup that `presswash maintain` made, or "
    "ingest the sources into a new one"
)


class Repair(StrEnum):
    """The kinds of repair, in the order in which they run. Each relies on those before it."""

    HEADER = "header"
    SCHEMA = "schema"
    INDEXES = "indexes"
    RUNS = "runs"
    ORPHANS = "orphans"
    CAPTURES = "captures"
    RECORDS = "records"
    SEARCH = "search"
    DUPLICATES = "duplicates"


_ACTIONS = {
    Repair.HEADER: "corrects the file's header",
    Repair.SCHEMA: "creates it again and fills it",
    Repair.INDEXES: "rebuilds the indexes from the tables",
    Repair.RUNS: "corrects the run log and the resume state from the rest of the warehouse",
    Repair.ORPHANS: "removes it, and lists a lost document among the rejects",
    Repair.CAPTURES: "derives it from the captures",
    Repair.RECORDS: "cleans the raw bytes again",
    Repair.SEARCH: "rebuilds the full-text index from the texts",
    Repair.DUPLICATES: "rebuilds the duplicate index from the texts",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """An integrity problem: what is wrong, where, and how to fix it.

    `repair` is the kind of repair that can fix it; None if it can't be repaired from the data in
    the warehouse. `document` is the ID of the affected document, if known.
    """

    what: str
    where: str
    remedy: str
    repair: Repair | None = None
    document: int | None = None


def repairable(what: str, where: str, repair: Repair, document: int | None = None) -> Problem:
    """A problem that `presswash check --repair` fixes."""
    remedy = f"`presswash check --repair` {_ACTIONS[repair]}"
    return Problem(what, where, remedy, repair, document)


def unrepairable(what: str, where: str, remedy: str = RESTORE) -> Problem:
    """A problem that can't be repaired from the data in the warehouse."""
    return Problem(what, where, remedy)
