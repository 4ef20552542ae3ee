"""Runs an ingest job as a Prefect flow on behalf of the command line and the Python API."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flows.errors import RunnerError
from flows.orchestration.settings import has_prefect_api, set_prefect_defaults

if TYPE_CHECKING:
    from flows.runs.jobs import IngestJob
    from flows.runs.report import Observer, RunReport

# Parts of Prefect's error messages when its API doesn't answer.
_UNREACHABLE = ("reach API", "All connection attempts failed")


def run_as_flow(
    job: IngestJob, observer: Observer | None, notify: Callable[[str], None]
) -> RunReport:
    """Run a job as a flow; `notify` is called with the URL if a server had to be started.

    Raises RunnerError if Prefect can't be imported or its API can't be reached.
    """
    set_prefect_defaults()
    try:
        from flows.orchestration.ingest_flow import ingest_as_flow
        from flows.orchestration.server import UNREACHABLE, prefect_api
    except ImportError as error:
        raise RunnerError(
            f"Prefect can't be imported ({error}): install it, or use --no-flow to run without it."
        ) from error
    try:
        with prefect_api(notify):
            return ingest_as_flow(job, observer)
    except Exception as error:
        if not any(message in str(error) for message in _UNREACHABLE):
            raise
        raise RunnerError(UNREACHABLE) from error


def artifacts_location() -> str:
    """A sentence that says where the report of a flow run is."""
    if has_prefect_api():
        return "The flow's report is among the artifacts of the Prefect API."
    return "The flow's report is in Prefect's own database: prefect server start shows it."
