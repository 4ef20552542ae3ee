"""`presswash check`: whether the warehouse is sound, and what can be made sound again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import DEFAULT_DB, Db, Jobs, Json, command
from flows.cli.printing import Printer, harmless, tell_person
from flows.words import counted

if TYPE_CHECKING:
    from warehouse.integrity.problems import Problem


def check(
    db: Db = DEFAULT_DB,
    repair: Annotated[
        bool, typer.Option("--repair", help="Make again what can be derived from the rest.")
    ] = False,
    deep: Annotated[
        bool,
        typer.Option("--deep", help="Also clean every page again, and compare the records."),
    ] = False,
    jobs: Jobs = 1,
    json: Json = False,
) -> None:
    """Check the warehouse's integrity; exit with 1 if anything is wrong."""
    repaired, left = _repaired(db, deep, jobs) if repair else ((), _found(db, deep, jobs))
    printer = Printer()
    if json:
        found = {"problems": [_object(problem) for problem in left]}
        done = {"repaired": [_object(problem) for problem in repaired]} if repair else {}
        printer.json({"db": db, "sound": not left, **done, **found})
    else:
        _say(printer, db, repaired, left, repair)
    if left:
        raise typer.Exit(1)


def _found(db: str, deep: bool, jobs: int) -> Sequence[Problem]:
    from flows.cli.defaults import limits
    from flows.runs.jobs import CheckJob
    from flows.runs.repair import check_warehouse

    return check_warehouse(CheckJob(db, deep, jobs, limits()))


def _repaired(db: str, deep: bool, jobs: int) -> tuple[Sequence[Problem], Sequence[Problem]]:
    from flows.cli.defaults import limits
    from flows.cli.progress import stages
    from flows.runs.jobs import CheckJob
    from flows.runs.lock import run_lock
    from flows.runs.repair import repair_warehouse as mend

    with run_lock(db, tell_person), stages() as tell:
        outcome = mend(CheckJob(db, deep, jobs, limits()), lambda what: tell(what, 0, 1))
    return outcome.repaired, outcome.left


def _say(
    printer: Printer, db: str, repaired: Sequence[Problem], left: Sequence[Problem], repair: bool
) -> None:
    for problem in repaired:
        printer.line(f"{printer.paint('repaired', 'green')}: {_what(problem)}")
    for problem in left:
        printer.line(printer.paint(_what(problem), "red"))
        printer.line(f"  → {harmless(problem.remedy)}")
    done = f"{counted(len(repaired), 'problem')} repaired; " if repaired else ""
    if not left:
        printer.line(f"{done}{harmless(db)} is sound")
        return
    printer.line(
        f"{done}{counted(len(left), 'problem')}{' left' if done else ''} in {harmless(db)}"
    )
    mendable = sum(problem.repair is not None for problem in left)
    if mendable and not repair:
        hint = f"Next: {command('check --repair', db)} repairs {mendable:,} of them"
        printer.line(printer.paint(hint, "dim"))


def _what(problem: Problem) -> str:
    where = f" ({harmless(problem.where)})" if problem.where else ""
    return f"{harmless(problem.what)}{where}"


def _object(problem: Problem) -> dict[str, object]:
    """A problem for machines: without the record's number, which `where` has."""
    found = asdict(problem)
    del found["document"]
    return found
