"""`presswash show`: one record, its blocks, or the bytes it was made from."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.errors import BadUsage, Complaint
from flows.cli.explain import block_objects
from flows.cli.options import DEFAULT_DB, Db, Json, command
from flows.cli.printing import Printer, harmless

if TYPE_CHECKING:
    from warehouse.model import Record

_LARGEST_ID = 2**63 - 1  # SQLite's integers end there


def show(
    record_id: Annotated[int, typer.Argument(metavar="ID", help="The record's number.")],
    db: Db = DEFAULT_DB,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show every block, kept or removed, and why.")
    ] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="Write the stored bytes, as they were read.")
    ] = False,
    json: Json = False,
) -> None:
    """Show a record."""
    from warehouse.opening import open_readonly

    if raw and (explain or json):
        raise BadUsage("--raw writes bytes and nothing else: leave out --explain and --json")
    if not 1 <= record_id <= _LARGEST_ID:
        raise BadUsage(f"{record_id} can't be a record's number: those go from 1 to {_LARGEST_ID}")
    with open_readonly(db) as warehouse:
        record = warehouse.record(record_id)
        if record is None:
            raise Complaint(
                f"there is no record {record_id} in {db}: {command('search WORDS', db)} finds"
                " records and their numbers"
            )
        if raw:
            sys.stdout.buffer.write(warehouse.raw(record_id))
            sys.stdout.buffer.flush()
            return
    printer = Printer()
    if json:
        printer.json(as_json(record))
        return
    _facts(printer, record)
    printer.line()
    if explain:
        from flows.cli.explain import explain as show_blocks

        show_blocks(printer, record.blocks)
    else:
        printer.line(harmless(record.text, lines=True))


def as_json(record: Record) -> dict[str, object]:
    """The record as one object, its blocks as `clean --json` gives them."""
    fields = asdict(record)
    fields["authors"], fields["repairs"] = list(record.authors), list(record.repairs)
    fields["blocks"], fields["notes"] = block_objects(record.blocks), list(record.notes)
    return fields


def _facts(printer: Printer, record: Record) -> None:
    facts = (
        ("title", record.title),
        ("authors", "; ".join(record.authors)),
        ("published", record.published),
        ("language", record.language),
        ("site", record.site),
        ("url", record.url),
        ("from", record.locator),
        ("first seen", record.first_seen),
        ("words", f"{record.n_words:,}"),
        ("encoding", _encoding(record)),
        ("same as", _same_as(record)),
        ("cleaner", f"version {record.cleaner_version}"),
        ("quality", f"{record.quality:.2f}"),
        *(("note", note) for note in record.notes),
    )
    for name, value in facts:
        if value:
            style = ("bold",) if name == "title" else ()
            shown = printer.paint(harmless(value), *style)
            printer.line(f"{printer.paint(f'{name:<12}', 'dim')}{shown}")


def _encoding(record: Record) -> str:
    repairs = f"; repaired: {', '.join(record.repairs)}" if record.repairs else ""
    return f"{record.encoding} ({record.encoding_source}){repairs}"


def _same_as(record: Record) -> str:
    if record.duplicate_of is None:
        return ""
    like = "" if record.similarity is None else f" ({record.similarity:.0%} alike)"
    return f"record {record.duplicate_of}{like}"
