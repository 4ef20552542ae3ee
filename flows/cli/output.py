"""Writes to people through rich, with untrusted text made harmless, and JSON to machines."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from flows.words import counted, escape_controls

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Part = str | tuple[str, str]
"""A piece of a line: plain, or with a rich style such as "bold red"."""

_PIPE_WIDTH = 100
_UNBOUNDED = 1_000_000  # characters a line of a table that isn't for a terminal


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. On terminals, cells that are too wide are cut, or `fold` into lines."""

    name: str
    number: bool = False
    fold: bool = False
    fixed: bool = False


class Output:
    """Writes lines and tables to a stream: styled and fitted to the width on terminals only."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.interactive = self.stream.isatty()
        self.colour = (
            self.interactive and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        )
        self.width = max(40, shutil.get_terminal_size((_PIPE_WIDTH, 24)).columns)

    @cached_property
    def _console(self) -> Console:
        from rich.console import Console

        return Console(
            file=self.stream,
            color_system="standard" if self.colour else None,
            force_terminal=self.interactive,
            width=self.width if self.interactive else _UNBOUNDED,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def line(self, *parts: Part) -> None:
        """Writes one line."""
        if self.interactive:
            self._console.print(styled(*parts), soft_wrap=True)
            return
        # As rich writes it, without the time that loading rich takes.
        plain = (part if isinstance(part, str) else part[0] for part in parts)
        self.stream.write("".join(map(escape_controls, plain)) + "\n")
        self.stream.flush()

    def text(self, text: str, style: str = "", *, wrap: bool = False) -> None:
        """Writes text of several lines; with `wrap`, a terminal's lines end between words."""
        from rich.text import Text

        self._console.print(
            Text(escape_controls(text, keep="\t\n"), style),
            soft_wrap=not (wrap and self.interactive),
        )

    def margin(self, rows: Iterable[tuple[Text, Text]], width: int) -> None:
        """Writes texts wrapped to the width, each with a mark in a margin `width` columns wide."""
        from rich.box import Box
        from rich.table import Table

        rule = Box("\n".join(["    ", "  │ ", "    ", "  │ ", "    ", "    ", "  │ ", "    "]))
        table = Table(
            box=rule, show_header=False, show_edge=False, pad_edge=False, padding=(0, 0, 0, 1)
        )
        table.add_column(width=width, no_wrap=True)
        table.add_column(width=self.width - width - 2, overflow="fold")
        for mark, text in rows:
            table.add_row(mark, text)
        self._print_table(table)

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[Part | object]]) -> None:
        """Writes rows under the names of their columns; cut to fit on terminals only."""
        from rich.table import Table

        table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="dim")
        for column in columns:
            table.add_column(
                styled(column.name),
                justify="right" if column.number else "left",
                no_wrap=not column.fold,
                overflow="fold" if column.fold else "ellipsis",
                min_width=len(column.name) if column.number or column.fixed else None,
            )
        for row in rows:
            table.add_row(*map(_cell, row))
        self._print_table(table)

    def _print_table(self, table: object) -> None:
        with self._console.capture() as captured:
            self._console.print(table)
        # rich fills up the last column, too.
        self.stream.writelines(f"{line.rstrip()}\n" for line in captured.get().splitlines())

    def json(self, value: object) -> None:
        """Writes a value as one line of JSON, and at once."""
        self.stream.write(self.as_json(value) + "\n")
        self.stream.flush()

    def json_list(self, values: Iterable[object]) -> None:
        """Writes an array of values as one line of JSON, each value as it arrives."""
        lead = "["
        for value in values:
            self.stream.write(lead + self.as_json(value))
            lead = ", "
        self.stream.write("[]\n" if lead == "[" else "]\n")

    def as_json(self, value: object) -> str:
        """A value as JSON, with non-ASCII characters escaped if the stream can't encode them."""
        encoding = getattr(self.stream, "encoding", None) or "utf-8"
        utf8 = encoding.lower().replace("-", "") == "utf8"
        return json.dumps(value, ensure_ascii=not utf8, allow_nan=False)


def styled(*parts: Part) -> Text:
    """One line of styled text, safe for a terminal."""
    from rich.text import Text

    return Text.assemble(
        *(
            escape_controls(part) if isinstance(part, str) else (escape_controls(part[0]), part[1])
            for part in parts
        )
    )


def notify(message: str) -> None:
    """Writes one line to stderr, at once."""
    sys.stderr.write(f"presswash: {escape_controls(message)}\n")
    sys.stderr.flush()


def _cell(value: object) -> Text:
    if isinstance(value, tuple):
        return styled(value)
    if value is None:
        return styled("–")
    if isinstance(value, float):
        return styled(f"{value:.2f}")
    if isinstance(value, bytes):
        return styled(counted(len(value), "byte"))
    return styled(f"{value:,}" if isinstance(value, int) else str(value))
