"""`presswash sql`: read-only SQL over the warehouse's views."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import islice
from math import isfinite
from typing import Annotated

import typer

from flows.cli.errors import UsageError
from flows.cli.memory import bounded_memory
from flows.cli.options import Db, Json, Rows
from flows.cli.output import Column, Output, notify
from flows.default_values import DEFAULT_DB
from flows.words import counted, escape_controls

_TABLE_ROWS = 1000


def sql(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="One SELECT.")],
    db: Db = DEFAULT_DB,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    limit: Rows = None,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", help="Stop the query after this time.")
    ] = 30.0,
    json: Json = False,
) -> None:
    """Query the warehouse in SQL.

    Views: articles, documents, versions, blocks, captures, rejects, runs, quality.

    articles leaves out duplicates, excerpts, superseded versions and pages without text;
    documents includes them; relation and duplicate_of say which record represents each.
    """
    from flows.api import open_database

    if csv and json:
        raise UsageError("--csv and --json exclude each other: choose one")
    if not query.strip():
        raise UsageError("there is no statement to run: write a SELECT")
    if not timeout > 0:
        raise UsageError("--timeout is a number of seconds greater than 0")
    most = limit if csv or json else limit or _TABLE_ROWS
    output = Output()
    with (
        bounded_memory(),
        open_database(db, readonly=True) as database,
        database.rows(query, timeout=timeout, overrun=lambda: _abort(timeout)) as answer,
    ):
        rows = islice(answer.rows, most)
        if json:
            output.json_list(
                dict(zip(answer.columns, map(_json_value, row), strict=True)) for row in rows
            )
        elif csv:
            _print_csv(output, answer.columns, rows)
        else:
            _print_table(output, answer.columns, list(rows))
        more = next(answer.rows, None) if most else None
    if most and more is not None:
        notify(f"there is more than the {counted(most, 'row')} shown: raise --limit")


def _abort(seconds: float) -> None:
    """Ends the process during a step that can't be interrupted; nothing is being written."""
    notify(
        f"the query took longer than {seconds:g} s in a single step: give its functions smaller"
        " values, or allow more time with --timeout."
    )
    os._exit(1)


def _print_table(output: Output, names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
    columns = [
        Column(name, number=_all_numbers([row[place] for row in rows]))
        for place, name in enumerate(names)
    ]
    output.table(columns, rows)


def _all_numbers(values: Iterable[object]) -> bool:
    known = [value for value in values if value is not None]
    return bool(known) and all(isinstance(value, int | float) for value in known)


def _print_csv(
    output: Output, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]
) -> None:
    import csv

    writer = csv.writer(output.stream, lineterminator="\n")
    show = _terminal_value if output.interactive else _csv_value
    writer.writerow(map(show, columns))
    writer.writerows(map(show, row) for row in rows)


def _json_value(value: object) -> object:
    """A value as JSON has it: there is no infinity in JSON."""
    return None if isinstance(value, float) and not isfinite(value) else _csv_value(value)


def _terminal_value(value: object) -> object:
    return escape_controls(value, keep="\t\n") if isinstance(value, str) else _csv_value(value)


def _csv_value(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value
