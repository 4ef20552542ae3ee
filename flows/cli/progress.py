"""A progress bar on stderr, when a person is looking and there is something to wait for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int], None]


def unseen(_steps: int) -> None:
    """Moves on where nobody is looking."""


@contextmanager
def progress(what: str, total: int | None, wanted: bool = True) -> Iterator[Advance]:
    """A bar on stderr if that is a terminal; `total` None shows a count without an end."""
    if not (wanted and sys.stderr.isatty()):
        yield unseen
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda steps: bar.advance(task, steps)


def looking() -> bool:
    """Whether a progress bar would be seen, so that it's worth finding out how much there is."""
    return sys.stderr.isatty()
