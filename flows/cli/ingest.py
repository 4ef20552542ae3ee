"""`presswash ingest`: loads pages into a warehouse and reports the outcome of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import (
    AllowPrivate,
    AsFlow,
    Db,
    Delay,
    Force,
    Jobs,
    Json,
    Map,
    RespectTdm,
    Runner,
    Sources,
    Strict,
    UserAgent,
)
from flows.default_values import DEFAULT_DB, DEFAULT_DELAY, DEFAULT_JOBS

if TYPE_CHECKING:
    from flows.sources.web.politeness import Politeness


def ingest(  # noqa: PLR0913, PLR0917  (each is an option)
    sources: Sources,
    db: Db = DEFAULT_DB,
    jobs: Jobs = DEFAULT_JOBS,
    strict: Strict = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Clean, and show the outcome without looking for near-duplicates; write nothing.",
        ),
    ] = False,
    as_flow: AsFlow = None,
    mapping: Map = None,
    force: Force = False,
    delay: Delay = DEFAULT_DELAY,
    user_agent: UserAgent = "",
    allow_private: AllowPrivate = False,
    respect_tdm: RespectTdm = False,
    runner: Runner = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Name the files and records that are skipped.")
    ] = False,
    json: Json = False,
) -> None:
    """Clean pages and load them into a warehouse. Repeating the command adds nothing."""
    from flows.cli.defaults import fetch_settings

    ingest_and_report(
        sources,
        db,
        jobs=jobs,
        mapping=mapping,
        force=force,
        fetch=fetch_settings(delay, user_agent, allow_private, respect_tdm),
        runner=runner,
        dry_run=dry_run,
        as_flow=as_flow,
        strict=strict,
        verbose=verbose,
        json=json,
    )


def ingest_and_report(  # noqa: PLR0913
    sources: Sequence[str],
    db: str,
    *,
    jobs: int,
    force: bool,
    fetch: Politeness,
    runner: str | None,
    dry_run: bool,
    as_flow: bool | None,
    strict: bool,
    json: bool,
    mapping: str | None = None,
    url_lists: bool = False,
    verbose: bool = False,
) -> None:
    """Ingests and prints the report; exits with 1 if rejected pages make the run a failure."""
    from flows.api import open_database
    from flows.cli.defaults import page_limits, weights_folder
    from flows.cli.errors import Interrupted
    from flows.cli.output import notify
    from flows.cli.progress import progress_bars
    from flows.cli.report import IngestReporter

    flow = not dry_run and _is_flow(as_flow, runner)
    with (
        open_database(db, weights=weights_folder()) as database,
        IngestReporter(db, json=json, dry_run=dry_run, flow=flow, verbose=verbose) as reporter,
    ):
        try:
            with progress_bars(wanted=not flow) as progress:
                report = database.ingest(
                    sources,
                    jobs=jobs,
                    url_lists=url_lists,
                    mapping=mapping,
                    force=force,
                    fetch=fetch,
                    limits=page_limits(),
                    dry_run=dry_run,
                    flow=flow,
                    runner=runner,
                    observer=reporter,
                    progress=progress,
                    waiting=notify,
                )
        except KeyboardInterrupt as interrupt:
            reporter.print_interrupted()
            code = interrupt.exit_code if isinstance(interrupt, Interrupted) else 130
            # Not typer.Exit, with which typer ends an interrupted command without a message.
            raise SystemExit(code) from None
        reporter.print_report(report)
    counts = report.tally.counts
    if counts.rejected and (strict or counts.rejected == counts.seen):
        raise typer.Exit(1)


def _is_flow(as_flow: bool | None, runner: str | None) -> bool:
    """Whether to run as a Prefect flow: if an option says so, or if an API is configured."""
    from flows.cli.errors import UsageError
    from flows.dask_address import is_dask_address
    from flows.orchestration.settings import has_prefect_api

    if not runner:
        return has_prefect_api() if as_flow is None else as_flow
    if as_flow is False:
        raise UsageError("--runner needs a flow: leave out --no-flow")
    if not is_dask_address(runner):
        raise UsageError(f"{runner} isn't a Dask address: write dask://HOST:PORT")
    return True
