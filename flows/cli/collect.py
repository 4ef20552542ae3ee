"""`presswash collect`: fetch what feeds, sitemaps and lists of addresses lead to."""

from __future__ import annotations

from typing import Annotated

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
    Runner,
    Strict,
    UserAgent,
)


def collect(  # noqa: PLR0913, PLR0917  (each is an option)
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE…",
            help="Addresses of feeds, sitemaps and pages, and files that have one a line.",
            show_default=False,
        ),
    ],
    db: Db = DEFAULT_DB,
    jobs: Jobs = 1,
    strict: Strict = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Fetch, and say what would come of each; write nothing."),
    ] = False,
    as_flow: AsFlow = None,
    force: Force = False,
    delay: Delay = 1.0,
    user_agent: UserAgent = "",
    allow_private: AllowPrivate = False,
    runner: Runner = None,
    json: Json = False,
) -> None:
    """Fetch what feeds, sitemaps and lists of addresses lead to, and load it into a warehouse."""
    from flows.cli.defaults import limits, politeness
    from flows.cli.ingest import carry_out
    from flows.runs.jobs import IngestJob

    web = politeness(delay, user_agent, allow_private)
    order = IngestJob(
        tuple(sources),
        db,
        jobs,
        force=force,
        url_lists=True,
        web=web,
        runner=runner,
        limits=limits(),
    )
    carry_out(order, strict=strict, json=json, dry_run=dry_run, as_flow=as_flow)
