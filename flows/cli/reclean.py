"""`presswash reclean`: cleans stored pages again with the current cleaners."""

from __future__ import annotations

from dataclasses import asdict
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import Db, Jobs, Json, command
from flows.cli.output import Column, Output
from flows.default_values import DEFAULT_DB, DEFAULT_JOBS
from flows.words import counted

if TYPE_CHECKING:
    from flows.runs.preview import RecleanPreview, RecordChange
    from flows.runs.report import RunReport


_MAX_SITES = 20
_MAX_BLOCKS = 3
_MAX_TEXT = 100
_REASONS = (
    Column("removed as"),
    *(Column(name, number=True) for name in ("before", "after", "change")),
)
_SITES = (Column("site", fold=True), Column("changed", number=True))


def reclean(
    db: Db = DEFAULT_DB,
    everything: Annotated[
        bool, typer.Option("--all", help="Clean every document, not only outdated ones.")
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what would change; change no record.")
    ] = False,
    jobs: Jobs = DEFAULT_JOBS,
    json: Json = False,
) -> None:
    """Clean pages again, from their stored bytes, that an older version cleaned."""
    from flows.api import open_database
    from flows.cli.defaults import page_limits, weights_folder
    from flows.cli.progress import progress_bars

    output = Output()
    with (
        open_database(db, create=False, weights=weights_folder()) as database,
        progress_bars() as progress,
    ):
        if preview:
            found = database.preview_reclean(
                everything=everything, jobs=jobs, limits=page_limits(), progress=progress
            )
            if json:
                output.json(asdict(found))
            else:
                _print_preview(output, found, command("reclean", db))
            return
        report = database.reclean(
            everything=everything, jobs=jobs, limits=page_limits(), progress=progress
        )
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


def _print_preview(output: Output, found: RecleanPreview, reclean_command: str) -> None:
    rejected = f"; {found.rejected:,} can't be cleaned any more" if found.rejected else ""
    output.line(
        f"{found.changed:,} of {counted(found.documents, 'document')} would change{rejected}"
    )
    reasons = [
        (reason, before, after, f"{after - before:+,}")
        for reason, (before, after) in found.reasons.items()
        if before != after
    ]
    if reasons:
        output.line()
        output.table(_REASONS, reasons)
    if found.changed:
        output.line()
        output.table(_SITES, list(found.sites.items())[:_MAX_SITES])
    for title, changes in (("The largest losses", found.losses), ("Examples", found.examples)):
        if changes:
            output.line()
            output.line((title, "bold"))
            for change in changes:
                _print_change(output, change)
    if found.changed:
        output.line((f"Next: {reclean_command} does it", "dim"))


def _print_change(output: Output, change: RecordChange) -> None:
    difference = change.kept - change.kept_before
    size = f" ({difference:+,} characters)" if difference else ""
    output.line(f"{change.id:>6}  {change.title or change.page}: {', '.join(change.what)}{size}")
    for sign, texts, colour in (("-", change.lost, "red"), ("+", change.gained, "green")):
        for text in texts[:_MAX_BLOCKS]:
            short = shorten(text, _MAX_TEXT, placeholder=" …")
            output.line((f"        {sign} {short}", colour))
        if len(texts) > _MAX_BLOCKS:
            output.line((f"        {sign} {len(texts) - _MAX_BLOCKS:,} more", colour))
