"""`presswash export`: writes the articles to a file for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import Db, Json
from flows.cli.output import Output
from flows.default_values import DEFAULT_DB
from flows.words import counted


def export(
    path: Annotated[
        str, typer.Argument(metavar="PATH", help="A file ending in .parquet, .jsonl or .csv.")
    ],
    db: Db = DEFAULT_DB,
    json: Json = False,
) -> None:
    """Write the articles to a Parquet, JSON Lines or CSV file."""
    from flows.api import open_database
    from warehouse.queries.export import writer_for

    writer_for(Path(path))  # a wrong ending is an error whether there is a warehouse or not
    with open_database(db, readonly=True) as database:
        written = database.export(path)
    output = Output()
    if json:
        output.json({"path": path, "articles": written})
    else:
        output.line(f"{counted(written, 'article')} written to {path}")
