"""`presswash schedule`: flows that run by themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.printing import Printer, harmless, tell_person

if TYPE_CHECKING:
    pass

ConfigPath = Annotated[
    Path, typer.Option("--config", metavar="PATH", help="What to run, and when.")
]


def schedule(
    config: ConfigPath = Path("presswash.toml"),
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Check the configuration and say what would run."),
    ] = False,
) -> None:
    """Run the flows on their schedules, until Ctrl-C. Starts a Prefect server if none is set up."""
    from flows.orchestration import schedule as schedules

    if dry_run:
        for line in schedules.describe_schedules(
            schedules.load_schedules(config), config.resolve().parent
        ):
            Printer().line(harmless(line))
        return
    schedules.serve_schedules(config, tell_person)
    tell_person("stopped")
