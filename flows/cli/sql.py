"""`presswash sql`: read-only SQL over the warehouse's views."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Annotated

import typer

from flows.cli.errors import BadUsage
from flows.cli.options import DEFAULT_DB, Db, Json, Limit
from flows.cli.printing import Printer, on_stderr
from flows.cli.table import Column, table
from flows.words import counted

_ROWS = 1000
_SECONDS = 30.0


def sql(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="One SELECT.")],
    db: Db = DEFAULT_DB,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    limit: Limit = _ROWS,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", help="How long it may take.")
    ] = _SECONDS,
    json: Json = False,
) -> None:
    """Ask the warehouse in SQL.

    Views: articles, documents, blocks, captures, rejects, runs, quality.
    """
    from warehouse.connection import open_readonly

    if csv and json:
        raise BadUsage("--csv and --json exclude each other: choose one")
    if not query.strip():
        raise BadUsage("there is no statement to run: write a SELECT")
    if not timeout > 0:
        raise BadUsage("--timeout is a number of seconds greater than 0")
    with open_readonly(db) as warehouse:
        answer = warehouse.sql(query, timeout, limit)
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
        shown = counted(limit, "row")
        on_stderr().line(f"presswash: there is more than the {shown} shown: raise --limit")


def _all_numbers(rows: Iterable[tuple[object, ...]], place: int) -> bool:
    values = [row[place] for row in rows if row[place] is not None]
    return bool(values) and all(isinstance(value, int | float) for value in values)


def _object(columns: tuple[str, ...], row: tuple[object, ...]) -> dict[str, object]:
    return dict(zip(columns, map(_json_value, row), strict=True))


def _json_value(value: object) -> object:
    """A value as JSON has it: there is no infinity in JSON."""
    return None if isinstance(value, float) and not isfinite(value) else _plain(value)


def _plain(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value


def _print_csv(
    printer: Printer, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]
) -> None:
    import csv

    writer = csv.writer(printer.stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_plain(value) for value in row] for row in rows)
