"""`presswash ingest`: sources into a warehouse, and what came of each page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import (
    DEFAULT_DB,
    AllowPrivate,
    AsFlow,
    Db,
    Delay,
    Force,
    Jobs,
    Json,
    Map,
    Runner,
    Sources,
    Strict,
    UserAgent,
)

if TYPE_CHECKING:
    from flows.cli.report import Reporter
    from flows.runs.jobs import IngestJob

_RUNNER = re.compile(r"dask://[^/\s]+:\d+")
# What Prefect says when there is no answer from its API.
_UNREACHED = (
    "reach API",
    "All connection attempts failed",
)


def ingest(  # noqa: PLR0913, PLR0917  (each is an option)
    sources: Sources,
    db: Db = DEFAULT_DB,
    jobs: Jobs = 1,
    strict: Strict = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would come of each page; write nothing.")
    ] = False,
    as_flow: AsFlow = None,
    mapping: Map = None,
    force: Force = False,
    delay: Delay = 1.0,
    user_agent: UserAgent = "",
    allow_private: AllowPrivate = False,
    runner: Runner = None,
    json: Json = False,
) -> None:
    """Clean pages and load them into a warehouse. Doing it again adds nothing."""
    from flows.cli.defaults import limits, politeness
    from flows.runs.jobs import IngestJob

    web = politeness(delay, user_agent, allow_private)
    order = IngestJob(
        tuple(sources),
        db,
        jobs,
        mapping=mapping,
        force=force,
        web=web,
        runner=runner,
        limits=limits(),
    )
    carry_out(order, strict=strict, json=json, dry_run=dry_run, as_flow=as_flow)


def carry_out(
    order: IngestJob,
    strict: bool,
    json: bool,
    dry_run: bool = False,
    as_flow: bool | None = None,
) -> None:
    """Runs an order and says what came of it; exits with 1 where that is to be a failure."""
    from flows.cli.errors import Interrupted
    from flows.cli.progress import progress
    from flows.cli.report import Reporter

    flow = not dry_run and _is_flow(as_flow, order.runner)
    with Reporter(order, json=json, dry_run=dry_run) as reporter:
        try:
            with progress("ingesting", _total(order, flow), wanted=not flow) as advance:
                reporter.advance = advance
                _run(order, flow, dry_run, reporter)
        except KeyboardInterrupt as interrupt:
            reporter.stopped()
            code = interrupt.exit_code if isinstance(interrupt, Interrupted) else 130
            # Not typer's own way out: that is how it ends without a word for interrupts.
            raise SystemExit(code) from None
        reporter.finish()
    counts = reporter.tally.counts
    if counts.rejected and (strict or counts.rejected == counts.seen):
        raise typer.Exit(1)


def _run(order: IngestJob, flow: bool, dry_run: bool, reporter: Reporter) -> None:
    if dry_run:
        from flows.runs import dry_run as dry

        dry.dry_run(order, reporter)
    elif flow:
        reporter.note = _where_artifacts_are()
        _through_prefect(order, reporter)
    else:
        from flows.runs.ingest import ingest

        ingest(order, reporter)


def _through_prefect(order: IngestJob, reporter: Reporter) -> None:
    from flows.cli.errors import Complaint
    from flows.cli.printing import tell_person
    from flows.orchestration.settings import set_prefect_defaults

    set_prefect_defaults()
    try:
        from flows.orchestration.ingest_flow import ingest_as_flow
        from flows.orchestration.server import prefect_api
    except ImportError as error:
        raise Complaint(
            f"Prefect can't be imported ({error}): install it, or use --no-flow to run without it."
        ) from error
    try:
        with prefect_api(tell_person):
            ingest_as_flow(order, reporter)
    except Exception as error:
        if not any(sign in str(error) for sign in _UNREACHED):
            raise
        raise Complaint(
            "the Prefect API can't be reached: start it, correct PREFECT_API_URL, or use --no-flow"
            " to run without it."
        ) from error


def _where_artifacts_are() -> str:
    from flows.orchestration.settings import has_prefect_api

    if has_prefect_api():
        return "The flow's report is among the artifacts of the Prefect API."
    return "The flow's report is in Prefect's own database: prefect server start shows it."


def _is_flow(asked: bool | None, runner: str | None) -> bool:
    from flows.orchestration.settings import has_prefect_api

    if runner:
        from flows.cli.errors import BadUsage

        if asked is False:
            raise BadUsage("--runner is for flows: leave out --no-flow")
        if not _RUNNER.fullmatch(runner):
            raise BadUsage(f"{runner} is no runner: write dask://HOST:PORT")
        return True
    return has_prefect_api() if asked is None else asked


def _total(order: IngestJob, flow: bool) -> int | None:
    """How many inputs there are, counted only for a person to see: standard input is one."""
    from flows.cli.progress import looking
    from flows.runs.batches import inputs_of
    from flows.sources.discover import InputRef
    from flows.sources.formats import SINGLE_PAGE_FORMATS, Format

    if flow or not looking():
        return None
    total = 0
    for item in inputs_of(order):
        if isinstance(item, InputRef) and (
            item.format not in SINGLE_PAGE_FORMATS or item.format is Format.URL
        ):
            # How many records an archive has is known when it has been read.
            return None
        total += 1
    return total
