"""`presswash schedule`: runs the flows on their schedules."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.output import Output, notify


def schedule(
    config: Annotated[
        Path, typer.Option("--config", metavar="PATH", help="The configuration file.")
    ] = Path("presswash.toml"),
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Check the configuration and show the schedules."),
    ] = False,
) -> None:
    """Run the flows on their schedules until Ctrl-C.

    Starts a Prefect server if no Prefect API is configured.
    """
    from flows.orchestration.schedule import describe_schedules, load_schedules

    if dry_run:
        output, folder = Output(), config.resolve().parent
        for line in describe_schedules(load_schedules(config), folder, datetime.now(UTC)):
            output.line(line)
        return
    from flows.orchestration.supervisor import serve_schedules

    serve_schedules(config, notify)
    notify("stopped")
