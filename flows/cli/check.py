"""`presswash check`: finds what is wrong in the warehouse, and repairs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import Db, Jobs, Json, command
from flows.cli.output import Output, notify
from flows.default_values import DEFAULT_DB, DEFAULT_JOBS
from flows.words import counted

if TYPE_CHECKING:
    from warehouse.integrity.problems import Problem


def check(
    db: Db = DEFAULT_DB,
    repair: Annotated[
        bool, typer.Option("--repair", help="Rebuild what can be derived from the stored pages.")
    ] = False,
    deep: Annotated[
        bool,
        typer.Option("--deep", help="Also clean every page again and compare the records."),
    ] = False,
    jobs: Jobs = DEFAULT_JOBS,
    json: Json = False,
) -> None:
    """Check the warehouse's integrity; exit with 1 if there is a problem."""
    from flows.api import open_database
    from flows.cli.defaults import page_limits, weights_folder
    from flows.cli.progress import progress_bars

    repaired: Sequence[Problem] = ()
    with (
        open_database(db, create=False, weights=weights_folder()) as database,
        progress_bars() as progress,
    ):
        if repair:
            report = database.repair(
                deep=deep, jobs=jobs, limits=page_limits(), progress=progress, waiting=notify
            )
            repaired, left = report.repaired, list(report.left)
        else:
            left = database.check(deep=deep, jobs=jobs, limits=page_limits())
        unused = None if left else database.unused_strings()
    output = Output()
    if json:
        found = {"problems": [_as_json(problem) for problem in left]}
        done = {"repaired": [_as_json(problem) for problem in repaired]} if repair else {}
        output.json({"db": db, "sound": not left, "unused_strings": unused, **done, **found})
    else:
        _print_problems(output, repaired, left)
        _print_summary(output, db, len(repaired), left)
        if unused:
            output.line(
                f"{counted(unused, 'stored string')} unused: {command('maintain', db)} deletes them"
            )
        if left and not repair:
            _print_next(output, db, left)
    if left:
        raise typer.Exit(1)


def _print_problems(output: Output, repaired: Sequence[Problem], left: Sequence[Problem]) -> None:
    for problem in repaired:
        output.line(("repaired", "green"), f": {_describe(problem)}")
    for problem in left:
        output.line((_describe(problem), "red"))
        output.line(f"  → {problem.remedy}")


def _print_summary(output: Output, db: str, repaired: int, left: Sequence[Problem]) -> None:
    done = f"{counted(repaired, 'problem')} repaired; " if repaired else ""
    if left:
        remaining = f"{counted(len(left), 'problem')}{' left' if done else ''}"
        output.line(f"{done}{remaining} in {db}")
    else:
        output.line(f"{done}{db} is sound")


def _print_next(output: Output, db: str, left: Sequence[Problem]) -> None:
    repairable = sum(problem.repair is not None for problem in left)
    if repairable:
        next_command = command("check --repair", db)
        output.line((f"Next: {next_command} repairs {repairable:,} of them", "dim"))


def _describe(problem: Problem) -> str:
    return f"{problem.what} ({problem.where})" if problem.where else problem.what


def _as_json(problem: Problem) -> dict[str, object]:
    """A problem as a JSON object, without the document id, which `where` contains."""
    found = asdict(problem)
    del found["document"]
    return found
