"""`presswash label`: lists the records that need a look first."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import Db, Json, command
from flows.cli.output import Column, Output
from flows.default_values import DEFAULT_DB

if TYPE_CHECKING:
    from warehouse.queries.browse import UnsureRecord

_COLUMNS = (
    Column("id", number=True),
    Column("unsure blocks", number=True),
    Column("quality", number=True),
    Column("disagreement", number=True),
    Column("site", fold=True),
    Column("title", fold=True),
)


def label(
    number: Annotated[
        int, typer.Argument(metavar="N", min=1, max=1000, help="How many records.")
    ] = 20,
    db: Db = DEFAULT_DB,
    json: Json = False,
) -> None:
    """List the records that the cleaners are least sure of, to correct them first."""
    from flows.api import open_database

    with open_database(db, readonly=True) as database:
        found = database.unsure(number)
    output = Output()
    if json:
        output.json([asdict(one) for one in found])
        return
    if not found:
        output.line("The cleaners are unsure of no record.")
        return
    output.table(_COLUMNS, [_row(one) for one in found])
    output.line((f"Next: {command(f'correct {found[0].hit.id}', db)} shows its blocks", "dim"))


def _row(one: UnsureRecord) -> tuple[object, ...]:
    disagreement = "" if one.disagreement is None else f"{one.disagreement:.3f}"
    name = one.hit.title or one.hit.url
    return one.hit.id, one.blocks, f"{one.quality:.2f}", disagreement, one.hit.site, name
