"""`presswash sql`: read-only SQL over the warehouse's views."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice
from math import isfinite
from typing import Annotated

import typer

from flows.cli.errors import BadUsage
from flows.cli.memory import bounded_memory
from flows.cli.options import DEFAULT_DB, Db, Json, Rows
from flows.cli.printing import Printer, harmless, on_stderr
from flows.cli.table import Column, table
from flows.words import counted

_ROWS = 1000
_SECONDS = 30.0


def sql(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="One SELECT.")],
    db: Db = DEFAULT_DB,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    limit: Rows = None,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", help="How long it may take.")
    ] = _SECONDS,
    json: Json = False,
) -> None:
    """Ask the warehouse in SQL.

    Views: articles, documents, blocks, captures, rejects, runs, quality.
    """
    from warehouse.opening import open_readonly

    if csv and json:
        raise BadUsage("--csv and --json exclude each other: choose one")
    if not query.strip():
        raise BadUsage("there is no statement to run: write a SELECT")
    if not timeout > 0:
        raise BadUsage("--timeout is a number of seconds greater than 0")
    most = limit if csv or json else limit or _ROWS
    printer = Printer()
    end = partial(_end, timeout)
    with (
        bounded_memory(),
        open_readonly(db) as warehouse,
        warehouse.stream_sql(query, timeout, end) as answer,
    ):
        rows = islice(answer.rows, most)
        if json:
            printer.json_list(_object(answer.columns, row) for row in rows)
        elif csv:
            _print_csv(printer, answer.columns, rows)
        else:
            _print_table(printer, answer.columns, list(rows))
        more = next(answer.rows, None) if most else None
    if most and more is not None:
        shown = counted(most, "row")
        on_stderr().line(f"presswash: there is more than the {shown} shown: raise --limit")


def _end(seconds: float) -> None:
    """Ends the process in the middle of a step that nothing else ends; it has nothing to lose."""
    sentence = (
        f"the query took longer than {seconds:g} s in a single step: give its functions smaller"
        " values, or allow it more with --timeout."
    )
    on_stderr().line(f"presswash: {sentence}")
    sys.stderr.flush()
    os._exit(1)


def _print_table(
    printer: Printer, names: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    columns = [
        Column(name, number=bool(rows) and _all_numbers(rows, place))
        for place, name in enumerate(names)
    ]
    table(printer, columns, rows)


def _all_numbers(rows: Iterable[tuple[object, ...]], place: int) -> bool:
    values = [row[place] for row in rows if row[place] is not None]
    return bool(values) and all(isinstance(value, int | float) for value in values)


def _object(columns: tuple[str, ...], row: tuple[object, ...]) -> dict[str, object]:
    return dict(zip(columns, map(_json_value, row), strict=True))


def _json_value(value: object) -> object:
    """A value as JSON has it: there is no infinity in JSON."""
    return None if isinstance(value, float) and not isfinite(value) else _plain(value)


def _harmless(value: object) -> object:
    """A value for a terminal."""
    return harmless(value, lines=True) if isinstance(value, str) else _plain(value)


def _plain(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value


def _print_csv(
    printer: Printer, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]
) -> None:
    import csv

    writer = csv.writer(printer.stream, lineterminator="\n")
    show = _harmless if printer.terminal else _plain
    writer.writerow(map(show, columns))
    writer.writerows(map(show, row) for row in rows)
