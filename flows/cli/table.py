"""Plain tables: columns that line up, numbers to the right, long cells cut to the width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flows.cli.printing import Printer, cells, harmless, shorten
from flows.words import counted

_GAP = 2
_LONGEST_CELL = 200


@dataclass(frozen=True, slots=True)
class Column:
    """A column: a `number` is set to the right, `keep_end` is cut at its start, `fixed` never.

    None is cut to fewer than `least` characters; where that is too wide, the `extra` columns are
    left out. `colours` paints the cells that hold one of its words.
    """

    name: str
    number: bool = False
    keep_end: bool = False
    fixed: bool = False
    extra: bool = False
    least: int = 8
    colours: Mapping[str, str] = field(default_factory=dict)


def table(
    printer: Printer,
    columns: Sequence[Column],
    rows: Sequence[Sequence[object]],
    fit: bool | None = None,
) -> None:
    """Prints rows under their columns' names; cut to fit on terminals, or as `fit` says."""
    shown = [[_cell(value) for value in row] for row in rows]
    widths = _widths(columns, shown)
    if printer.terminal if fit is None else fit:
        fitted = _fitted(columns, widths, printer.width)
        if _width(fitted) > printer.width:
            places = [place for place, column in enumerate(columns) if not column.extra]
            columns = [columns[place] for place in places]
            shown = [[row[place] for place in places] for row in shown]
            fitted = _fitted(columns, [widths[place] for place in places], printer.width)
        widths = fitted
    names = [column.name for column in columns]
    printer.line(_row(printer, columns, names, widths, heading=True))
    for row in shown:
        printer.line(_row(printer, columns, row, widths, heading=False))


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, bytes):
        return counted(len(value), "byte")
    if isinstance(value, int):
        return f"{value:,}"
    return shorten(harmless(str(value)), _LONGEST_CELL)


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[int]:
    return [
        max([cells(column.name), *(cells(row[place]) for row in rows)])
        for place, column in enumerate(columns)
    ]


def _width(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _fitted(columns: Sequence[Column], widths: list[int], width: int) -> list[int]:
    """Widths that fit, taken from the widest columns first."""
    widths = list(widths)
    for _ in range(_width(widths) - width):
        open_to = [
            place
            for place, column in enumerate(columns)
            if not column.fixed and not column.number and widths[place] > column.least
        ]
        if not open_to:
            break
        widths[max(open_to, key=lambda place: widths[place])] -= 1
    return widths


def _row(
    printer: Printer,
    columns: Sequence[Column],
    row: Sequence[str],
    widths: Sequence[int],
    heading: bool,
) -> str:
    parts = []
    for place, (column, text, width) in enumerate(zip(columns, row, widths, strict=True)):
        colour = "dim" if heading else column.colours.get(text)
        shown = shorten(text, width, column.keep_end)
        blank = " " * (width - cells(shown))
        last = place == len(columns) - 1
        painted = printer.paint(shown, colour) if colour else shown
        parts.append(blank + painted if column.number else painted + ("" if last else blank))
    return (" " * _GAP).join(parts)
