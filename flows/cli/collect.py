"""`presswash collect`: fetches the pages that feeds, sitemaps and lists of URLs link to."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.options import (
    AllowPrivate,
    AsFlow,
    Db,
    Delay,
    Force,
    Jobs,
    Json,
    Runner,
    Strict,
    UserAgent,
)
from flows.default_values import DEFAULT_DB, DEFAULT_DELAY, DEFAULT_JOBS


def collect(  # noqa: PLR0913, PLR0917  (each is an option)
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="URLs of feeds, sitemaps and pages, and files with one URL per line.",
            show_default=False,
        ),
    ],
    db: Db = DEFAULT_DB,
    jobs: Jobs = DEFAULT_JOBS,
    strict: Strict = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Fetch and clean, and show the outcome without looking for near-duplicates;"
            " write nothing.",
        ),
    ] = False,
    as_flow: AsFlow = None,
    force: Force = False,
    delay: Delay = DEFAULT_DELAY,
    user_agent: UserAgent = "",
    allow_private: AllowPrivate = False,
    runner: Runner = None,
    json: Json = False,
) -> None:
    """Fetch the pages that feeds, sitemaps and lists of URLs link to, and load them."""
    from flows.cli.defaults import fetch_settings
    from flows.cli.ingest import ingest_and_report

    ingest_and_report(
        sources,
        db,
        jobs=jobs,
        url_lists=True,
        force=force,
        fetch=fetch_settings(delay, user_agent, allow_private),
        runner=runner,
        dry_run=dry_run,
        as_flow=as_flow,
        strict=strict,
        json=json,
    )
