"""The Prefect flows `ingest` and `collect`: a run as tasks, with a report as artifacts."""

from __future__ import annotations

from prefect import flow, get_run_logger

from flows.default_values import DEFAULT_DB, DEFAULT_JOBS
from flows.orchestration.artifacts import publish_artifacts
from flows.orchestration.caller_context import current_observer, observed_by
from flows.orchestration.catch_up import cancel_missed_runs
from flows.orchestration.prefect_step_runner import PrefectStepRunner
from flows.orchestration.quiet_interrupts import hide_interrupt_tracebacks
from flows.runs import ingest as runs
from flows.runs.jobs import IngestJob
from flows.runs.lock import run_lock
from flows.runs.report import Observer, RunReport
from flows.sources.web.politeness import Politeness
from flows.workers.limits import Limits

hide_interrupt_tracebacks()

WEB = Politeness()
LIMITS = Limits()


@flow(name="ingest", description="Reads pages, cleans them and loads them into a warehouse.")
def ingest(  # noqa: PLR0913, PLR0917 - what a deployment sets, by name
    sources: list[str],
    db: str = DEFAULT_DB,
    jobs: int = DEFAULT_JOBS,
    mapping: str | None = None,
    force: bool = False,
    web: Politeness = WEB,
    runner: str | None = None,
    limits: Limits = LIMITS,
) -> RunReport:
    """The flow to deploy and to schedule."""
    return _run(IngestJob(tuple(sources), db, jobs, mapping, force, False, web, runner, limits))


@flow(name="collect", description="Fetches what feeds, sitemaps and lists lead to, and ingests it.")
def collect(  # noqa: PLR0913, PLR0917 - what a deployment sets, by name
    sources: list[str],
    db: str = DEFAULT_DB,
    jobs: int = DEFAULT_JOBS,
    mapping: str | None = None,
    force: bool = False,
    web: Politeness = WEB,
    runner: str | None = None,
    limits: Limits = LIMITS,
) -> RunReport:
    """The flow to deploy and to schedule: files among the sources hold one URL a line."""
    return _run(IngestJob(tuple(sources), db, jobs, mapping, force, True, web, runner, limits))


def ingest_as_flow(job: IngestJob, observer: Observer | None = None) -> RunReport:
    """Does a job as a flow run in this process."""
    flow_of_job = collect if job.url_lists else ingest
    with observed_by(observer):
        report: RunReport = flow_of_job(**job.flow_parameters())
    return report


def _run(job: IngestJob) -> RunReport:
    """Does a job as the current flow run, the only run on its warehouse."""
    cancel_missed_runs()
    with run_lock(job.db, get_run_logger().info):
        report = runs.ingest(job, current_observer(), PrefectStepRunner())
    publish_artifacts(report)
    return report
