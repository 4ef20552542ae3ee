"""Maintains a warehouse: checks, recleans outdated records, optimises and backs up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flows.errors import CheckFailed
from flows.runs.jobs import MaintenanceJob, RecleanJob
from flows.runs.reclean import reclean_documents
from flows.runs.run_record import recorded_run
from flows.runs.step_runner import InProcessStepRunner, Runner, Step
from flows.words import counted
from warehouse.errors import WarehouseBusy


@dataclass(frozen=True, slots=True)
class MaintenanceReport:
    """How many documents were recleaned and how many weren't, and the backups made and removed."""

    recleaned: int
    left: int
    backup: str
    removed: tuple[str, ...]


def maintain(
    job: MaintenanceJob,
    on_stage: Callable[[str], None] | None = None,
    runner: Runner | None = None,
) -> MaintenanceReport:
    """Run a job, in this process unless `runner` executes its steps elsewhere.

    `on_stage` is called with the name of each stage. If the check finds a problem, raises
    CheckFailed before anything is changed.
    """
    from warehouse.opening import open_warehouse

    on_stage, runner = on_stage or (lambda _stage: None), runner or InProcessStepRunner()
    outdated = RecleanJob(job.db, jobs=job.jobs, limits=job.limits, weights=job.weights)
    with (
        open_warehouse(job.db, create=False) as warehouse,
        recorded_run(warehouse, "maintain"),
    ):
        on_stage("checking")
        runner.run(CHECK, job.db)
        on_stage("recleaning")
        counts = runner.run(RECLEAN, outdated).tally.counts
        on_stage("optimising")
        runner.run(OPTIMISE, job.db)
        on_stage("backing up")
        backup, removed = runner.run(BACK_UP, job)
    return MaintenanceReport(counts.seen - counts.rejected, counts.rejected, backup, removed)


def _check(db: str) -> None:
    """Raise CheckFailed with the first problem that the warehouse's check finds."""
    from warehouse.opening import open_readonly

    with open_readonly(db) as warehouse:
        problems = warehouse.check()
    if problems:
        first = problems[0]
        raise CheckFailed(
            f"{db} has {counted(len(problems), 'problem')}, and was left unchanged;"
            f" the first: {first.what} ({first.where}): {first.remedy}"
        )


def _optimise(db: str) -> None:
    """Merge the search index, and update the statistics of the query planner."""
    from warehouse.opening import open_warehouse

    with open_warehouse(db, create=False) as warehouse:
        warehouse.optimise()


def _back_up(job: MaintenanceJob) -> tuple[str, tuple[str, ...]]:
    """Make a backup and remove the oldest ones; returns the names of both."""
    from warehouse.opening import open_warehouse

    name = Path(job.db).stem
    folder = Path(job.backups)
    made = folder / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z.db"
    timestamp = "[0-9]" * 8 + "T" + "[0-9]" * 12 + "Z"
    for part in folder.glob(f"{name}-{timestamp}.db.part*"):
        # A killed process left it. Only one backup of a warehouse is made at a time.
        part.unlink(missing_ok=True)
    with open_warehouse(job.db, create=False) as warehouse:
        warehouse.backup(made)
    # The names contain the time, so this order is chronological.
    old = sorted(folder.glob(f"{name}-{timestamp}.db"))[: -job.keep]
    for file in old:
        file.unlink()
    return str(made), tuple(str(file) for file in old)


CHECK = Step("check", _check, task_retry_on=(WarehouseBusy,))
RECLEAN = Step("reclean", reclean_documents, task_retry_on=(WarehouseBusy,))
OPTIMISE = Step("optimise", _optimise, task_retry_on=(WarehouseBusy,))
# Any error: a full disk is given some time.
BACK_UP = Step("back up", _back_up, task_retry_on=(Exception,))
