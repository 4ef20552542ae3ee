"""Looks after a warehouse: check, reclean what is older than the cleaners, optimise, back up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from flows.errors import CheckFailed
from flows.runs.run_record import recorded_run
from flows.words import counted
from flows.workers.limits import Limits

BACKUPS = "backups"
KEEP = 7

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class MaintenanceJob:
    """Which warehouse to look after, and how. `keep` backups stay, the newest."""

    db: str
    jobs: int = 1
    backups: str = BACKUPS
    keep: int = KEEP
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class MaintenanceReport:
    """What was done: documents cleaned again and left as they were, the backup, those removed."""

    recleaned: int
    left: int
    backup: str
    removed: tuple[str, ...]


class Steps(Protocol):
    """How the steps are carried out: as they are, or as Prefect tasks."""

    def check(self, care: MaintenanceJob) -> None: ...
    def reclean(self, care: MaintenanceJob) -> tuple[int, int]: ...
    def optimise(self, care: MaintenanceJob) -> None: ...
    def back_up(self, care: MaintenanceJob) -> tuple[str, tuple[str, ...]]: ...


class InProcess:
    """The steps as plain calls."""

    def check(self, care: MaintenanceJob) -> None:
        check_sound(care)

    def reclean(self, care: MaintenanceJob) -> tuple[int, int]:
        return reclean_outdated(care)

    def optimise(self, care: MaintenanceJob) -> None:
        optimise_warehouse(care)

    def back_up(self, care: MaintenanceJob) -> tuple[str, tuple[str, ...]]:
        return back_up_warehouse(care)


def maintain(
    care: MaintenanceJob, how: Steps | None = None, tell: Tell | None = None
) -> MaintenanceReport:
    """Looks after a warehouse; raises CheckFailed, with nothing done, if a check fails."""
    from warehouse.opening import open_warehouse

    how, tell = how or InProcess(), tell or (lambda _what: None)
    with open_warehouse(care.db, create=False) as warehouse, recorded_run(warehouse, "maintain"):
        tell("checking")
        how.check(care)
        tell("recleaning")
        recleaned, left = how.reclean(care)
        tell("optimising")
        how.optimise(care)
        tell("backing up")
        backup, removed = how.back_up(care)
    return MaintenanceReport(recleaned, left, backup, removed)


def check_sound(care: MaintenanceJob) -> None:
    """Raises CheckFailed with the first problem that the warehouse's own check finds."""
    from warehouse.opening import open_readonly

    with open_readonly(care.db) as warehouse:
        problems = warehouse.check()
    if problems:
        first = problems[0]
        raise CheckFailed(
            f"{care.db} has {counted(len(problems), 'problem')}, and was left as it is;"
            f" the first: {first.what} ({first.where}): {first.remedy}"
        )


def reclean_outdated(care: MaintenanceJob) -> tuple[int, int]:
    """How many documents were cleaned again, and how many could not be."""
    from flows.runs.reclean import reclean_documents as again

    report = again(care.db, everything=False, jobs=care.jobs, limits=care.limits)
    counts = report.tally.counts
    return counts.seen - counts.rejected, counts.rejected


def optimise_warehouse(care: MaintenanceJob) -> None:
    """Makes the search index and the statistics fresh."""
    from warehouse.opening import open_warehouse

    with open_warehouse(care.db, create=False) as warehouse:
        warehouse.optimise()


def back_up_warehouse(care: MaintenanceJob) -> tuple[str, tuple[str, ...]]:
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
