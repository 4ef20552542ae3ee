"""`presswash history`: the versions of an article, and what changed between two of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.errors import UsageError
from flows.cli.options import Db, Json, command
from flows.cli.output import Column, Output
from flows.default_values import DEFAULT_DB
from flows.words import counted

if TYPE_CHECKING:
    from warehouse.answers import History, Version

_COLUMNS = (
    Column("id", number=True),
    Column("captured", fixed=True),
    Column("words", number=True),
    Column("similarity", number=True),
    Column("current", fixed=True),
    Column("page", fold=True),
)


def history(
    wanted: Annotated[
        str, typer.Argument(metavar="ID|URL", help="The id of a record, or a page's URL.")
    ],
    db: Db = DEFAULT_DB,
    first: Annotated[
        int | None,
        typer.Option(
            "--from",
            metavar="ID",
            help="Show what changed since this version. Default: the version before --to.",
        ),
    ] = None,
    second: Annotated[
        int | None,
        typer.Option(
            "--to",
            metavar="ID",
            help="Show what changed up to this version. Default: the current version.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """List the versions of an article, the oldest first, and show what changed between two."""
    from flows.api import open_database
    from flows.cli.pair import pair_as_json, print_pair

    with open_database(db, readonly=True) as database:
        found = database.history(int(wanted) if wanted.isdecimal() else wanted)
        pair = _pair(found, first, second)
        compared = database.compare(*pair) if pair else None
    output = Output()
    if json:
        changes = pair_as_json(compared) if compared else None
        output.json({**asdict(found), "changes": changes})
        return
    _print_versions(output, found, db)
    if compared:
        output.line()
        print_pair(output, compared)


def _pair(found: History, first: int | None, second: int | None) -> tuple[int, int] | None:
    """The two versions to compare: those asked for, or the last that differ; None for one alone."""
    ids = [version.document_id for version in found.versions]
    for one in (first, second):
        if one is not None and one not in ids:
            known = ", ".join(map(str, ids))
            raise UsageError(
                f"record {one} is not a version of this article: its versions are {known}"
            )
    to = ids.index(second) if second is not None else len(ids) - 1
    if first is None:
        while second is None and to > 1 and found.versions[to].similarity_to_previous == 1:
            to -= 1
        return (ids[to - 1], ids[to]) if to else None
    if ids.index(first) == to:
        raise UsageError(f"record {first} can't be compared with itself: give two versions")
    return first, ids[to]


def _print_versions(output: Output, found: History, db: str) -> None:
    current = found.versions[-1]
    at = f" of {found.address}" if found.address else ""
    output.line(
        (current.title or "(no title)", "bold"),
        (f"  ({counted(len(found.versions), 'version')}{at})", "dim"),
    )
    output.table(_COLUMNS, [_row(version) for version in found.versions])
    for other in found.other_articles:
        named = command(f"history {other}", db)
        output.line((f"Another article had this URL before: {named}", "dim"))


def _row(version: Version) -> tuple[object, ...]:
    alike = version.similarity_to_previous
    return (
        version.document_id,
        version.captured_at,
        version.n_words,
        None if alike is None else f"{alike:.0%}",
        "yes" if version.is_current else "",
        version.url or version.locator,
    )
