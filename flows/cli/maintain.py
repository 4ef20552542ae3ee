"""`presswash maintain`: checks, recleans, optimises and backs up the warehouse."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from flows.cli.options import Db, Jobs, Json
from flows.cli.output import Output, notify
from flows.default_values import DEFAULT_BACKUPS, DEFAULT_DB, DEFAULT_JOBS, DEFAULT_KEEP
from flows.words import counted


def maintain(
    db: Db = DEFAULT_DB,
    jobs: Jobs = DEFAULT_JOBS,
    backups: Annotated[
        str, typer.Option("--backups", metavar="FOLDER", help="The folder for backups.")
    ] = DEFAULT_BACKUPS,
    keep: Annotated[
        int, typer.Option("--keep", min=1, metavar="N", help="How many backups to keep.")
    ] = DEFAULT_KEEP,
    json: Json = False,
) -> None:
    """Check the warehouse, reclean outdated records, optimise, and back up."""
    from flows.api import open_database
    from flows.cli.defaults import page_limits, weights_folder
    from flows.cli.progress import progress_bars

    with (
        open_database(db, create=False, weights=weights_folder()) as database,
        progress_bars() as progress,
    ):
        done = database.maintain(
            backups=backups,
            keep=keep,
            jobs=jobs,
            limits=page_limits(),
            progress=progress,
            waiting=notify,
        )
    output = Output()
    if json:
        output.json({"db": db, **asdict(done)})
        return
    left = f", {done.left:,} left as they were" if done.left else ""
    output.line(f"{db} is sound; {counted(done.recleaned, 'document')} recleaned{left}")
    removed = f"; {counted(len(done.removed), 'old backup')} removed" if done.removed else ""
    output.line(f"backed up to {done.backup}{removed}")
