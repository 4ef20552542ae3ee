"""`presswash report`: writes a run as one HTML page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import Db
from flows.cli.output import Output
from flows.default_values import DEFAULT_DB


def report(
    run: Annotated[
        int | None,
        typer.Argument(
            metavar="RUN", min=1, max=2**63 - 1, help="The run's number. Default: the newest run."
        ),
    ] = None,
    db: Db = DEFAULT_DB,
    html: Annotated[
        Path,
        typer.Option("--html", metavar="FILE", help="The file to write; - for standard output."),
    ] = Path("report.html"),
) -> None:
    """Write an HTML report of what a run added, removed and rejected."""
    from flows.browse.report import run_report

    page = run_report(Path(db), run)
    if html == Path("-"):
        sys.stdout.write(page)
        return
    html.write_text(page, encoding="utf-8")
    Output().line(f"written to {html}")
