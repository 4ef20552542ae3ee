"""The Prefect flow `maintain`, in which each step of the maintenance is a task."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from prefect import flow, get_run_logger, runtime
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State

from flows.default_values import DEFAULT_BACKUPS, DEFAULT_DB, DEFAULT_JOBS, DEFAULT_KEEP
from flows.orchestration.alerts import alert_of_failure
from flows.orchestration.catch_up import cancel_missed_runs
from flows.orchestration.prefect_step_runner import PrefectStepRunner
from flows.orchestration.quiet_errors import hide_tracebacks
from flows.orchestration.scheduled_run import end_state, run_name, scheduled_run
from flows.runs import maintain as runs
from flows.runs.jobs import MaintenanceJob
from flows.runs.lock import run_lock
from flows.words import counted
from flows.workers.limits import Limits

MAINTENANCE_KEY = "presswash-maintenance"

LIMITS = Limits()

hide_tracebacks()


@flow(
    name="maintain",
    description="Checks, recleans, optimises and backs up a warehouse.",
    flow_run_name=run_name,
    on_failure=[alert_of_failure],
    on_crashed=[alert_of_failure],
)
def maintain(  # noqa: PLR0913, PLR0917 - what a deployment sets, by name
    db: str = DEFAULT_DB,
    jobs: int = DEFAULT_JOBS,
    backups: str = DEFAULT_BACKUPS,
    keep: int = DEFAULT_KEEP,
    limits: Limits = LIMITS,
    weights: str | None = None,
    folder: str | None = None,
    timezone: str = "UTC",  # noqa: ARG001 - for the name of the run
) -> State[dict[str, int | str]]:
    """Check, reclean, optimise and back up a warehouse; returns the report."""
    cancel_missed_runs()
    logger = get_run_logger()
    with scheduled_run(folder):
        if not Path(db).exists():
            # A schedule may run before any page was ingested.
            warning = f"there is no warehouse at {db} yet"
            logger.warning(warning)
            nothing = {"recleaned": 0, "left": 0, "backup": "", "removed": 0}
            return end_state("nothing to maintain", nothing, [warning])
        with run_lock(db, logger.info, note=str(runtime.flow_run.id)):
            report = runs.maintain(
                MaintenanceJob(db, jobs, backups, keep, limits, weights), runner=PrefectStepRunner()
            )
    left = f", {report.left:,} left as they were" if report.left else ""
    create_markdown_artifact(
        key=MAINTENANCE_KEY,
        markdown=(
            f"# {db} is sound\n\n- {counted(report.recleaned, 'document')} cleaned again{left}\n"
            f"- backed up to `{report.backup}`\n"
            f"- {counted(len(report.removed), 'older backup')} removed\n"
        ),
        description=f"Maintenance of {db}.",
    )
    message = f"sound, {counted(report.recleaned, 'document')} cleaned again{left}, backed up"
    logger.info(message)
    return end_state(message, {**asdict(report), "removed": len(report.removed)})
