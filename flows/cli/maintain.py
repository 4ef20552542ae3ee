"""`presswash maintain`: check, clean again, optimise, back up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import DEFAULT_DB, Db, Jobs, Json
from flows.cli.printing import Printer, harmless, tell_person

if TYPE_CHECKING:
    from flows.runs.maintain import MaintenanceReport


def maintain(
    db: Db = DEFAULT_DB,
    jobs: Jobs = 1,
    backups: Annotated[
        str, typer.Option("--backups", metavar="FOLDER", help="Where backups go.")
    ] = "backups",
    keep: Annotated[
        int, typer.Option("--keep", min=1, metavar="N", help="How many backups stay.")
    ] = 7,
    json: Json = False,
) -> None:
    """Check the warehouse, clean again what older versions cleaned, optimise, and back up."""
    from flows.cli.defaults import limits
    from flows.cli.progress import stages
    from flows.runs.jobs import MaintenanceJob
    from flows.runs.lock import run_lock
    from flows.runs.maintain import maintain as look_after

    with run_lock(db, tell_person), stages() as tell:
        done = look_after(
            MaintenanceJob(db, jobs, backups, keep, limits()), lambda what: tell(what, 0, 1)
        )
    _say(done, db, json)


def _say(done: MaintenanceReport, db: str, json: bool) -> None:
    from dataclasses import asdict

    from flows.words import counted

    printer = Printer()
    if json:
        printer.json({"db": db, **asdict(done)})
        return
    left = f", {done.left:,} left as they were" if done.left else ""
    printer.line(
        f"{harmless(db)} is sound; {counted(done.recleaned, 'document')} cleaned again{left}"
    )
    removed = f"; {counted(len(done.removed), 'older one')} removed" if done.removed else ""
    printer.line(f"backed up to {harmless(done.backup)}{removed}")
