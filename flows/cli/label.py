"""`presswash label`: lists the records that need a look first."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from flows.cli.options import Db, Json, command
from flows.cli.output import Column, Output
from flows.default_values import DEFAULT_DB

_COLUMNS = (
    Column("id", number=True),
    Column("unsure blocks", number=True),
    Column("quality", number=True),
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
    rows = [
        (one.hit.id, one.blocks, f"{one.quality:.2f}", one.hit.site, one.hit.title or one.hit.url)
        for one in found
    ]
    output.table(_COLUMNS, rows)
    output.line((f"Next: {command(f'correct {found[0].hit.id}', db)} shows its blocks", "dim"))
