"""`presswash sql`: read-only SQL over the warehouse's views."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from flows.cli.errors import BadUsage
from flows.cli.options import DEFAULT_DB, Db, Json
from flows.cli.printing import Printer
from flows.cli.table import Column, table

_ROWS = 1000


def sql(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="One SELECT.")],
    db: Db = DEFAULT_DB,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, help="At most this many rows.")
    ] = _ROWS,
    json: Json = False,
) -> None:
    """Ask the warehouse in SQL. Views: articles, documents, blocks, captures, rejects, runs."""
    from warehouse.connection import open_readonly

    if csv and json:
        raise BadUsage("--csv and --json exclude each other: choose one")
    with open_readonly(db) as warehouse:
        answer = warehouse.sql(query, max_rows=limit)
    printer = Printer()
    if json:
        printer.json([_object(answer.columns, row) for row in answer.rows])
    elif csv:
        _print_csv(printer, answer.columns, answer.rows)
    else:
        columns = [
            Column(name, number=bool(answer.rows) and _all_numbers(answer.rows, place))
            for place, name in enumerate(answer.columns)
        ]
        table(printer, columns, answer.rows)
    if answer.truncated:
        errors = _errors()
        errors.line(f"presswash: only the first {limit:,} rows are shown: raise --limit for more")


def _all_numbers(rows: Iterable[tuple[object, ...]], place: int) -> bool:
    values = [row[place] for row in rows if row[place] is not None]
    return bool(values) and all(isinstance(value, int | float) for value in values)


def _object(columns: tuple[str, ...], row: tuple[object, ...]) -> dict[str, object]:
    return dict(zip(columns, map(_plain, row), strict=True))


def _plain(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value


def _print_csv(
    printer: Printer, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]
) -> None:
    import csv

    writer = csv.writer(printer.stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_plain(value) for value in row] for row in rows)


def _errors() -> Printer:
    import sys

    return Printer(sys.stderr)
