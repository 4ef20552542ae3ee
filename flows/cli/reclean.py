"""`presswash reclean`: cleans again what an older version of the cleaners cleaned."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import DEFAULT_DB, Db, Jobs, Json, command
from flows.cli.printing import Printer, harmless
from flows.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warehouse.model import Loaded


def reclean(
    db: Db = DEFAULT_DB,
    everything: Annotated[
        bool, typer.Option("--all", help="Clean every document, whichever version cleaned it.")
    ] = False,
    jobs: Jobs = 1,
    json: Json = False,
) -> None:
    """Clean again, from the stored bytes, what an older version cleaned."""
    from flows.cli.defaults import limits
    from flows.cli.progress import progress
    from flows.runs import reclean as again
    from flows.runs.jobs import RecleanJob
    from flows.runs.report import Observer
    from warehouse.model import DAMAGED_BYTES

    class Advance(Observer):
        def on_loaded(self, batch: object, loaded: Sequence[Loaded]) -> None:  # noqa: ARG002
            advance(len(loaded))

    with progress("recleaning", None) as advance:
        report = again.reclean_documents(RecleanJob(db, everything, jobs, limits()), Advance())
    printer = Printer()
    counts = report.tally.counts
    if json:
        figures = {"run_id": report.run_id, "status": str(report.status)}
        printer.json({**figures, **asdict(counts), "seconds": round(report.seconds, 3)})
    else:
        for page in report.tally.rejects:
            why = harmless(page.message or "")
            printer.line(f"{harmless(page.locator)}: left as it was: {why}")
        left = f"; {counted(counts.rejected, 'document')} left" if counts.rejected else ""
        printer.line(
            f"{counted(counts.seen - counts.rejected, 'document')} cleaned again:"
            f" {counts.added:,} changed, {counts.unchanged:,} unchanged{left}"
            f" in {report.seconds:.1f} s"
        )
        if any(page.error == DAMAGED_BYTES for page in report.tally.rejects):
            more = command("check", db)
            printer.line(printer.paint(f"{more} says what to do about damaged bytes.", "dim"))
        if not counts.seen and not everything:
            every = command("reclean --all", db)
            printer.line(printer.paint(f"All are up to date; {every} cleans them anyway.", "dim"))
    if counts.rejected:
        raise typer.Exit(1)
