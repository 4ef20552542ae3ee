"""`presswash correct`: what a person says of a record overrides every cleaner."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cleaners.reasons import Reason
from flows.cli.errors import CommandError, UsageError
from flows.cli.options import Db, Jobs, Json, command
from flows.cli.output import Output, Part, styled
from flows.cli.rules import correct_site
from flows.default_values import DEFAULT_DB, DEFAULT_JOBS
from flows.words import escape_controls

if TYPE_CHECKING:
    from rich.text import Text

    from cleaners.model import Block
    from warehouse.answers import Record

_MARGIN = 24


def correct(  # noqa: PLR0913, PLR0917
    record_id: Annotated[
        int, typer.Argument(metavar="ID", min=1, max=2**63 - 1, help="The record's id.")
    ],
    db: Db = DEFAULT_DB,
    keep_blocks: Annotated[
        list[int] | None,
        typer.Option("--keep", min=0, metavar="BLOCK", help="Keep the block with this number."),
    ] = None,
    remove_blocks: Annotated[
        list[int] | None,
        typer.Option("--remove", min=0, metavar="BLOCK", help="Remove the block; see --reason."),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason",
            metavar="REASON",
            help=f"Why a block is removed: {', '.join(Reason)}. Default: boilerplate.",
        ),
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TITLE", help='The title; "" for none.')
    ] = None,
    author: Annotated[
        list[str] | None,
        typer.Option(
            "--author",
            metavar="NAME",
            help='An author; repeat the option for several, "" for none.',
        ),
    ] = None,
    published: Annotated[
        str | None,
        typer.Option("--published", metavar="YYYY-MM-DD", help='The day; "" for none.'),
    ] = None,
    undo: Annotated[
        list[str] | None,
        typer.Option(
            "--undo",
            metavar="WHAT",
            help="Undo a correction: the number of a block, or title, authors or published.",
        ),
    ] = None,
    site: Annotated[
        bool,
        typer.Option(
            "--site", help="Also keep or remove similar blocks on all other pages of the site."
        ),
    ] = False,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="KEY",
            help="With --site: recognise blocks by their elements and class names (path), or by"
            " their words (text). Default: by what is unambiguous on this page.",
        ),
    ] = None,
    preview: Annotated[
        bool,
        typer.Option("--preview", help="With --site: show what would change; change nothing."),
    ] = False,
    jobs: Jobs = DEFAULT_JOBS,
    json: Json = False,
) -> None:
    """Correct a record: keep or remove blocks, set its title, authors or date.

    Without options, the blocks are listed with their numbers.
    """
    from flows.api import open_database
    from flows.cli.defaults import weights_folder
    from flows.corrections import CorrectionRequest, describe_correction

    correction = CorrectionRequest(
        keep=tuple(keep_blocks or ()),
        remove=tuple(remove_blocks or ()),
        reason=reason,
        title=title,
        authors=tuple(author) if author else None,
        published=published,
        undo=tuple(undo or ()),
    )
    if site:
        correct_site(record_id, correction, db, by=by, preview=preview, jobs=jobs, json=json)
        return
    if by is not None or preview:
        raise UsageError("--by and --preview need --site: add it")
    changes = correction != CorrectionRequest()
    with open_database(
        db, readonly=not changes, create=False, weights=weights_folder()
    ) as database:
        record = database.get(record_id)
        if record is None:
            found = command("search WORDS", db)
            raise CommandError(f"there is no record {record_id} in {db}: {found} finds records")
        if changes:
            record = database.apply_correction(record_id, correction)
    output = Output()
    if json:
        output.json({"id": record.id, "corrections": list(map(asdict, record.corrections))})
    elif changes:
        for one in record.corrections:
            output.line(describe_correction(one, record.id))
        output.line((f"Next: {command(f'show {record_id} --explain', db)}", "dim"))
    else:
        _print_blocks(output, record)


def _print_blocks(output: Output, record: Record) -> None:
    from flows.corrections import describe_correction

    rows = (_row(number, block) for number, block in enumerate(record.blocks))
    output.margin(rows, _MARGIN)
    if record.corrections:
        output.line()
    for one in record.corrections:
        output.line(describe_correction(one, record.id))


def _row(number: int, block: Block) -> tuple[Text, Text]:
    from rich.text import Text

    reason: Part = (str(block.removal.reason) if block.removal else "", "dim")
    return styled(f"{number:>4} ", reason), Text(escape_controls(block.text, keep="\t\n"))
