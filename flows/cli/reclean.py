"""`presswash reclean`: cleans stored pages again with the current cleaners."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import Db, Jobs, Json, command
from flows.cli.output import Output
from flows.default_values import DEFAULT_DB, DEFAULT_JOBS
from flows.words import counted

if TYPE_CHECKING:
    from flows.runs.report import RunReport


def reclean(
    db: Db = DEFAULT_DB,
    everything: Annotated[
        bool, typer.Option("--all", help="Clean every document, whichever version cleaned it.")
    ] = False,
    jobs: Jobs = DEFAULT_JOBS,
    json: Json = False,
) -> None:
    """Clean again, from the stored bytes, what an older version cleaned."""
    from flows.api import open_database
    from flows.cli.defaults import page_limits
    from flows.cli.progress import progress_bars

    with open_database(db, create=False) as database, progress_bars() as progress:
        report = database.reclean(
            everything=everything, jobs=jobs, limits=page_limits(), progress=progress
        )
    output = Output()
    counts = report.tally.counts
    if json:
        run = {"run_id": report.run_id, "status": str(report.status)}
        output.json({**run, **asdict(counts), "seconds": round(report.seconds, 3)})
    else:
        _print_report(output, report, db, everything)
    if counts.rejected:
        raise typer.Exit(1)


def _print_report(output: Output, report: RunReport, db: str, everything: bool) -> None:
    from warehouse.model import DAMAGED_BYTES

    counts, rejects = report.tally.counts, report.tally.rejects
    for page in rejects:
        output.line(f"{page.locator}: left as it was: {page.message or ''}")
    left = f"; {counted(counts.rejected, 'document')} left" if counts.rejected else ""
    output.line(
        f"{counted(counts.seen - counts.rejected, 'document')} recleaned:"
        f" {counts.added:,} changed, {counts.unchanged:,} unchanged{left} in {report.seconds:.1f} s"
    )
    if any(page.error == DAMAGED_BYTES for page in rejects):
        output.line((f"{command('check', db)} says what to do about damaged bytes.", "dim"))
    if not counts.seen and not everything:
        again = command("reclean --all", db)
        output.line((f"All are up to date; {again} cleans them anyway.", "dim"))
