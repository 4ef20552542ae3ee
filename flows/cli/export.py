"""`presswash export`: writes the articles, or another view, to a file for other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.errors import UsageError
from flows.cli.filters import Lang, Quality, Since, Site, Type, Until, filters_of
from flows.cli.options import Db, Json
from flows.cli.output import Output
from flows.default_values import DEFAULT_DB
from flows.words import counted


def export(  # noqa: PLR0913, PLR0917
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH",
            help="A file ending in .parquet, .jsonl or .csv, or - for standard output.",
        ),
    ],
    db: Db = DEFAULT_DB,
    what: Annotated[
        str,
        typer.Option(
            "--what", metavar="VIEW", help="The view: articles, documents, versions or blocks."
        ),
    ] = "articles",
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="jsonl, csv or parquet. Default: the path's extension; jsonl for -.",
        ),
    ] = None,
    lang: Lang = None,
    site: Site = None,
    since: Since = None,
    until: Until = None,
    page_type: Type = None,
    quality: Quality = None,
    json: Json = False,
) -> None:
    """Write the articles, or another view, to a Parquet, JSON Lines or CSV file.

    articles leaves out duplicates, excerpts, superseded versions and pages without text;
    documents includes them; relation and duplicate_of say which record represents each.
    """
    from flows.api import open_database
    from warehouse.queries.export import view_named, writer_for

    # A wrong view, ending or filter is an error whether there is a warehouse or not.
    view_named(what)
    filters = filters_of(lang, site, since, until, quality, page_type=page_type)
    if path == "-":
        if json:
            raise UsageError("--json reports on a file: leave it out with -")
        ending = f".{form or 'jsonl'}"
        writer_for(Path(f"-{ending}"))
        with open_database(db, readonly=True) as database:
            database.export(sys.stdout.buffer, what, filters=filters, ending=ending)
        return
    if form is not None and Path(path).suffix.lower() != f".{form}":
        raise UsageError(f"{path} doesn't end in .{form}: leave out --format, or rename the file")
    writer_for(Path(path))
    with open_database(db, readonly=True) as database:
        written = database.export(path, what, filters=filters)
    output = Output()
    if json:
        output.json({"path": path, what: written})
    else:
        output.line(f"{counted(written, what.removesuffix('s'))} written to {path}")
