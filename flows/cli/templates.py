"""`presswash templates`: the blocks that sites repeat on page after page, and which to keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.errors import UsageError
from flows.cli.options import Db, Json, Limit, command
from flows.cli.output import Column, Output
from flows.default_values import DEFAULT_DB
from flows.words import counted

if TYPE_CHECKING:
    from warehouse.answers import Template

_COLUMNS = (
    Column("id", fixed=True),
    Column("pages", number=True),
    Column("marked", number=True),
    Column("text", fold=True),
)


def templates(
    db: Db = DEFAULT_DB,
    site: Annotated[
        str | None,
        typer.Option(
            "--site",
            metavar="SITE",
            help="Only of this site; for pages without a URL, the folder or archive.",
        ),
    ] = None,
    limit: Limit = 20,
    keep_id: Annotated[
        str | None,
        typer.Option(
            "--keep",
            metavar="ID",
            help="Keep a block on all pages of its site, including later ones.",
        ),
    ] = None,
    unkeep_id: Annotated[
        str | None, typer.Option("--unkeep", metavar="ID", help="Undo --keep.")
    ] = None,
    json: Json = False,
) -> None:
    """List the blocks that sites repeat on page after page, and choose blocks to keep."""
    if keep_id is not None and unkeep_id is not None:
        raise UsageError("--keep and --unkeep exclude each other: choose one")
    from flows.api import open_database

    output = Output()
    if keep_id is not None or unkeep_id is not None:
        with open_database(db, create=False) as database:
            changed = (
                database.unkeep_template(unkeep_id)
                if unkeep_id is not None
                else database.keep_template(keep_id or "")
            )
        if json:
            output.json(asdict(changed))
        else:
            output.line(_change(changed))
        return
    with open_database(db, readonly=True) as database:
        found = database.templates(site, limit if json else limit + 1)
    if json:
        output.json([asdict(one) for one in found])
        return
    for name, some in groupby(found[:limit], key=lambda one: one.site):
        _print_site(output, name, some)
    if not found:
        output.line(f"No block {f'of {site} ' if site else ''}is marked as template.")
        return
    if len(found) > limit:
        output.line("… and more: raise --limit, or name a --site")
    output.line(
        (f"Next: {command(f'templates --keep {found[0].id}', db)} keeps the first one", "dim")
    )


def _change(changed: Template) -> str:
    text = changed.text or changed.id
    if changed.is_kept:
        return f"kept on {counted(changed.pages, 'page')} of {changed.site}: {text}"
    return f"marked again on {counted(changed.marked, 'page')} of {changed.site}: {text}"


def _print_site(output: Output, site: str, some: Iterable[Template]) -> None:
    output.line((site, "bold"))
    rows = [(one.id, one.pages, "kept" if one.is_kept else one.marked, one.text) for one in some]
    output.table(_COLUMNS, rows)
    output.line()
