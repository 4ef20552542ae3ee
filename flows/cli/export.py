"""`presswash export` and `presswash check`: the articles in a file, and a sound warehouse."""

from __future__ import annotations

from dataclasses import asdict
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
    from warehouse.connection import open_readonly
    from warehouse.export import writer_for

    writer_for(Path(path))
    with open_readonly(db) as warehouse:
        written = warehouse.export(path)
    printer = Printer()
    if json:
        printer.json({"path": path, "articles": written})
    else:
        printer.line(f"{counted(written, 'article')} written to {harmless(path)}")


def check(db: Db = DEFAULT_DB, json: Json = False) -> None:
    """Check the warehouse's integrity; exit with 1 if anything is wrong."""
    from warehouse.connection import open_readonly

    with open_readonly(db) as warehouse:
        problems = warehouse.check()
    printer = Printer()
    if json:
        found = [asdict(problem) for problem in problems]
        printer.json({"db": db, "sound": not problems, "problems": found})
    else:
        for problem in problems:
            where = f" ({harmless(problem.where)})" if problem.where else ""
            printer.line(printer.paint(f"{harmless(problem.what)}{where}", "red"))
            printer.line(f"  → {harmless(problem.remedy)}")
        end = f"{counted(len(problems), 'problem')} in {db}" if problems else f"{db} is sound"
        printer.line(end)
    if problems:
        raise typer.Exit(1)
