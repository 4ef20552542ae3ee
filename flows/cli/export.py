"""`presswash export`: the articles in a file for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import DEFAULT_DB, Db, Json
from flows.cli.printing import Printer, harmless
from flows.words import counted


def export(
    path: Annotated[
        str, typer.Argument(metavar="PATH", help="A file ending in .parquet, .jsonl or .csv.")
    ],
    db: Db = DEFAULT_DB,
    json: Json = False,
) -> None:
    """Write the articles to a file, in the form that its ending names."""
    from warehouse.opening import open_readonly
    from warehouse.queries.export import writer_for

    writer_for(Path(path))
    with open_readonly(db) as warehouse:
        written = warehouse.export(path)
    printer = Printer()
    if json:
        printer.json({"path": path, "articles": written})
    else:
        printer.line(f"{counted(written, 'article')} written to {harmless(path)}")
