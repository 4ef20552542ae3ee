"""The Prefect flows `ingest` and `collect`: each step is a task, the report is an artifact."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, runtime
from prefect.client.schemas.objects import State

from flows.default_values import DEFAULT_DB, DEFAULT_JOBS
from flows.orchestration.alerts import alert_of_drift, alert_of_failure
from flows.orchestration.artifacts import publish_artifacts
from flows.orchestration.caller_context import current_observer, observed_by
from flows.orchestration.catch_up import cancel_missed_runs
from flows.orchestration.prefect_step_runner import PrefectStepRunner
from flows.orchestration.quiet_errors import hide_tracebacks
from flows.orchestration.schedule import missing_sources
from flows.orchestration.scheduled_run import end_state, run_name, scheduled_run
from flows.runs import ingest as runs
from flows.runs.jobs import IngestJob
from flows.runs.lock import run_lock
from flows.runs.report import Observer, RunReport
from flows.runs.tally import outcome_counts
from flows.sources.web.politeness import Politeness
from flows.workers.limits import Limits
from warehouse.answers import SiteDrift
from warehouse.opening import open_readonly, open_warehouse

hide_tracebacks()

WEB = Politeness()
LIMITS = Limits()


@flow(
    name="ingest",
    description="Reads pages, cleans them and loads them into a warehouse.",
    flow_run_name=run_name,
    on_failure=[alert_of_failure],
    on_crashed=[alert_of_failure],
)
def ingest(  # noqa: PLR0913, PLR0917 - what a deployment sets, by name
    sources: list[str],
    db: str = DEFAULT_DB,
    jobs: int = DEFAULT_JOBS,
    mapping: str | None = None,
    force: bool = False,
    web: Politeness = WEB,
    runner: str | None = None,
    limits: Limits = LIMITS,
    weights: str | None = None,
    folder: str | None = None,
    timezone: str = "UTC",  # noqa: ARG001 - for the name of the run
) -> State[RunReport]:
    """Ingest sources into a warehouse."""
    job = IngestJob(tuple(sources), db, jobs, mapping, force, False, web, runner, limits, weights)
    return _run(job, folder)


@flow(
    name="collect",
    description="Fetches what feeds, sitemaps and lists lead to, and ingests it.",
    flow_run_name=run_name,
    on_failure=[alert_of_failure],
    on_crashed=[alert_of_failure],
)
def collect(  # noqa: PLR0913, PLR0917 - what a deployment sets, by name
    sources: list[str],
    db: str = DEFAULT_DB,
    jobs: int = DEFAULT_JOBS,
    mapping: str | None = None,
    force: bool = False,
    web: Politeness = WEB,
    runner: str | None = None,
    limits: Limits = LIMITS,
    weights: str | None = None,
    folder: str | None = None,
    timezone: str = "UTC",  # noqa: ARG001 - for the name of the run
) -> State[RunReport]:
    """Fetch pages and feeds into a warehouse; files among the sources have one URL per line."""
    job = IngestJob(tuple(sources), db, jobs, mapping, force, True, web, runner, limits, weights)
    return _run(job, folder)


def ingest_as_flow(job: IngestJob, observer: Observer | None = None) -> RunReport:
    """Run a job as a flow run in this process; returns its report."""
    flow_of_job: Any = collect if job.url_lists else ingest
    with observed_by(observer):
        report: RunReport = flow_of_job(**job.flow_parameters())
    return report


def _run(job: IngestJob, folder: str | None) -> State[RunReport]:
    """Run a job in the current flow run, as the only flow run on its warehouse.

    In a schedule's folder, a source that doesn't exist yet is a warning and not a reject.
    """
    cancel_missed_runs()
    logger = get_run_logger()
    with scheduled_run(folder):
        missing = missing_sources(job.sources, Path.cwd()) if folder else []
        warnings = [f"there is no {source} yet" for source in missing]
        sources = tuple(source for source in job.sources if source not in missing)
        if not sources:
            return _ended("nothing to read", RunReport.empty(), warnings)
        job = replace(job, sources=sources)
        with run_lock(job.db, logger.info, note=str(runtime.flow_run.id)):
            newest = _newest_document(job.db)
            report = runs.ingest(job, current_observer(), PrefectStepRunner())
            drifts = _site_drift(job.db, newest)
        publish_artifacts(report, job.db, drifts)
        alert_of_drift(drifts)
        warnings += map(str, drifts)
    return _ended(outcome_counts(report.tally), report, warnings)


def _ended(message: str, report: RunReport, warnings: list[str]) -> State[RunReport]:
    """Log how the run ended, and return its final state."""
    state = end_state(message, report, warnings)
    (get_run_logger().warning if warnings else get_run_logger().info)(state.message)
    return state


def _newest_document(db: str) -> int:
    """The ID of the newest document; 0 while there is none."""
    if not Path(db).exists():
        return 0
    with open_warehouse(db) as warehouse:
        return warehouse.newest_document()


def _site_drift(db: str, after: int) -> list[SiteDrift]:
    """The sites that seem to have changed, judged by the documents with IDs above `after`."""
    with open_readonly(db) as warehouse:
        return warehouse.site_drift(after)
