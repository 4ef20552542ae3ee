"""`presswash export`: writes the articles, or another view, to a file for other tools."""

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
    what: Annotated[
        str,
        typer.Option(
            "--what", metavar="VIEW", help="The view: articles, documents, versions or blocks."
        ),
    ] = "articles",
    json: Json = False,
) -> None:
    """Write the articles, or another view, to a Parquet, JSON Lines or CSV file.

    articles leaves out duplicates, excerpts, superseded versions and pages without text;
    documents has them all, and says in relation and duplicate_of what stands for them.
    """
    from flows.api import open_database
    from warehouse.queries.export import view_named, writer_for

    # A wrong view or ending is an error whether there is a warehouse or not.
    view_named(what)
    writer_for(Path(path))
    with open_database(db, readonly=True) as database:
        written = database.export(path, what)
    output = Output()
    if json:
        output.json({"path": path, what: written})
    else:
        output.line(f"{counted(written, what.removesuffix('s'))} written to {path}")
