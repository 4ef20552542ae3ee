"""Looks after a warehouse: check, reclean what is older than the cleaners, optimise, back up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from flows.errors import Unsound
from flows.runs.run_record import booked
from flows.words import counted
from flows.workers.limits import Limits

BACKUPS = "backups"
KEEP = 7

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Care:
    """Which warehouse to look after, and how. `keep` backups stay, the newest."""

    db: str
    jobs: int = 1
    backups: str = BACKUPS
    keep: int = KEEP
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What was done: documents cleaned again and left as they were, the backup, those removed."""

    recleaned: int
    left: int
    backup: str
    removed: tuple[str, ...]


class Steps(Protocol):
    """How the steps are carried out: as they are, or as Prefect tasks."""

    def check(self, care: Care) -> None: ...
    def reclean(self, care: Care) -> tuple[int, int]: ...
    def optimise(self, care: Care) -> None: ...
    def back_up(self, care: Care) -> tuple[str, tuple[str, ...]]: ...


class InProcess:
    """The steps as plain calls."""

    def check(self, care: Care) -> None:
        check(care)

    def reclean(self, care: Care) -> tuple[int, int]:
        return reclean(care)

    def optimise(self, care: Care) -> None:
        optimise(care)

    def back_up(self, care: Care) -> tuple[str, tuple[str, ...]]:
        return back_up(care)


def maintain(care: Care, how: Steps | None = None, tell: Tell | None = None) -> Upkeep:
    """Looks after a warehouse; raises Unsound, with nothing done, if its check finds anything."""
    from warehouse.opening import open_warehouse

    how, tell = how or InProcess(), tell or (lambda _what: None)
    with open_warehouse(care.db, create=False) as warehouse, booked(warehouse, "maintain"):
        tell("checking")
        how.check(care)
        tell("recleaning")
        recleaned, left = how.reclean(care)
        tell("optimising")
        how.optimise(care)
        tell("backing up")
        backup, removed = how.back_up(care)
    return Upkeep(recleaned, left, backup, removed)


def check(care: Care) -> None:
    """Raises Unsound with the first problem that the warehouse's own check finds."""
    from warehouse.opening import open_readonly

    with open_readonly(care.db) as warehouse:
        problems = warehouse.check()
    if problems:
        first = problems[0]
        raise Unsound(
            f"{care.db} has {counted(len(problems), 'problem')}, and was left as it is;"
            f" the first: {first.what} ({first.where}): {first.remedy}"
        )


def reclean(care: Care) -> tuple[int, int]:
    """How many documents were cleaned again, and how many could not be."""
    from flows.runs.reclean import reclean as again

    report = again(care.db, everything=False, jobs=care.jobs, limits=care.limits)
    counts = report.tally.counts
    return counts.seen - counts.rejected, counts.rejected


def optimise(care: Care) -> None:
    """Makes the search index and the statistics fresh."""
    from warehouse.opening import open_warehouse

    with open_warehouse(care.db, create=False) as warehouse:
        warehouse.optimise()


def back_up(care: Care) -> tuple[str, tuple[str, ...]]:
    """Makes a backup, and removes the oldest beyond those to keep; gives the names of all."""
    from warehouse.opening import open_warehouse

    name = Path(care.db).stem
    folder = Path(care.backups)
    made = folder / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z.db"
    stamp = "[0-9]" * 8 + "T" + "[0-9]" * 12 + "Z"
    for part in folder.glob(f"{name}-{stamp}.db.part*"):
        # A backup that was killed: of one warehouse, one is made at a time.
        part.unlink(missing_ok=True)
    with open_warehouse(care.db, create=False) as warehouse:
        warehouse.backup(made)
    # Their names sort by their times.
    old = sorted(folder.glob(f"{name}-{stamp}.db"))[: -care.keep]
    for file in old:
        file.unlink()
    return str(made), tuple(str(file) for file in old)
