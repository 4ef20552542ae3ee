"""A progress bar on stderr, when a person is looking and there is something to wait for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int], None]
Tell = Callable[[str, int, int], None]


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


@contextmanager
def stages() -> Iterator[Tell]:
    """A function to tell of a stage, how many of its steps are done and how many there are.

    Every stage has a bar. Nothing is shown where stderr isn't a terminal.
    """
    if not sys.stderr.isatty():
        yield lambda _what, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield tell
