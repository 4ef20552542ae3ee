"""The Prefect flow `maintain`: the same steps as in process, each a task that is tried again."""

from __future__ import annotations

from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact

from flows.orchestration.block_sigint import take_up, until_done
from flows.orchestration.catch_up import cancel_missed_runs
from flows.orchestration.quiet_interrupts import say_interrupts_shortly
from flows.orchestration.retries import again_if, was_locked
from flows.runs import maintain as in_process
from flows.runs.lock import run_lock
from flows.runs.maintain import BACKUPS, KEEP, MaintenanceJob
from flows.words import counted
from flows.workers.limits import Limits

SUMMARY_KEY = "presswash-maintenance"

LIMITS = Limits()


@flow(name="maintain", description="Checks, recleans, optimises and backs up a warehouse.")
def maintain(
    db: str = "presswash.db",
    jobs: int = 1,
    backups: str = BACKUPS,
    keep: int = KEEP,
    limits: Limits = LIMITS,
) -> dict[str, int | str]:
    """The flow to deploy and to schedule: gives what was done."""
    cancel_missed_runs()
    if not Path(db).exists():
        # A schedule's first run may come before there is anything to look after.
        get_run_logger().info("there is no warehouse at %s yet", db)
        return {"recleaned": 0, "left": 0, "backup": "", "removed": 0}
    with until_done(), run_lock(db, get_run_logger().info):
        done = in_process.maintain(MaintenanceJob(db, jobs, backups, keep, limits), AsTasks())
    left = f", {done.left:,} left as they were" if done.left else ""
    create_markdown_artifact(
        key=SUMMARY_KEY,
        markdown=(
            f"# {db} is sound\n\n- {counted(done.recleaned, 'document')} cleaned again{left}\n"
            f"- backed up to `{done.backup}`\n"
            f"- {counted(len(done.removed), 'older backup')} removed\n"
        ),
        description=f"What was done to look after {db}.",
    )
    return {
        "recleaned": done.recleaned,
        "left": done.left,
        "backup": done.backup,
        "removed": len(done.removed),
    }


say_interrupts_shortly()
take_up()


@task(name="check", **again_if(was_locked))
def check(care: MaintenanceJob) -> None:
    """SQLite's own checks and every rule of the warehouse."""
    in_process.check_sound(care)


@task(name="reclean", **again_if(was_locked))
def reclean(care: MaintenanceJob) -> tuple[int, int]:
    """Cleans again what an older version of the cleaners cleaned."""
    return in_process.reclean_outdated(care)


@task(name="optimise", **again_if(was_locked))
def optimise(care: MaintenanceJob) -> None:
    """Makes the search index and the statistics fresh."""
    in_process.optimise_warehouse(care)


@task(name="back up", **again_if())
def back_up(care: MaintenanceJob) -> tuple[str, tuple[str, ...]]:
    """Copies the warehouse, and removes the oldest copies; a full disk is given some time."""
    return in_process.back_up_warehouse(care)


class AsTasks:
    """The steps as tasks of the flow run that they are called in."""

    def check(self, care: MaintenanceJob) -> None:
        check(care)

    def reclean(self, care: MaintenanceJob) -> tuple[int, int]:
        return reclean(care)

    def optimise(self, care: MaintenanceJob) -> None:
        optimise(care)

    def back_up(self, care: MaintenanceJob) -> tuple[str, tuple[str, ...]]:
        return back_up(care)
