"""`presswash show`: prints one record, its blocks, or the stored bytes."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.errors import CommandError, UsageError
from flows.cli.explain import blocks_as_json, print_blocks
from flows.cli.options import Db, Json, command
from flows.cli.output import Output
from flows.default_values import DEFAULT_DB
from flows.relations import relation_phrase

if TYPE_CHECKING:
    from warehouse.answers import Record

_MAX_ID = 2**63 - 1  # SQLite's largest integer


def show(
    record_id: Annotated[
        int, typer.Argument(metavar="ID", min=1, max=_MAX_ID, help="The record's id.")
    ],
    db: Db = DEFAULT_DB,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show every block, kept or removed, and why.")
    ] = False,
    raw: Annotated[bool, typer.Option("--raw", help="Write the stored bytes unchanged.")] = False,
    json: Json = False,
) -> None:
    """Show a record."""
    from flows.api import open_database

    if raw and (explain or json):
        raise UsageError("--raw writes bytes and nothing else: leave out --explain and --json")
    with open_database(db, readonly=True) as database:
        record = database.get(record_id)
        if record is None:
            raise CommandError(
                f"there is no record {record_id} in {db}: {command('search WORDS', db)} finds"
                " records and their ids"
            )
        if raw:
            sys.stdout.buffer.write(database.raw(record_id))
            sys.stdout.buffer.flush()
            return
    output = Output()
    if json:
        output.json(_as_json(record))
        return
    _print_facts(output, record, db)
    output.line()
    if explain:
        print_blocks(output, record.blocks)
    else:
        output.text(record.text, wrap=True)


def _as_json(record: Record) -> dict[str, object]:
    """The record as one object, its blocks as `clean --json` gives them."""
    fields = asdict(record)
    for name in ("authors", "repairs", "tags", "notes"):
        fields[name] = list(fields[name])
    fields["blocks"] = blocks_as_json(record.blocks)
    return fields


def _print_facts(output: Output, record: Record, db: str) -> None:
    from flows.corrections import describe_correction

    facts = (
        ("title", record.title),
        ("authors", "; ".join(record.authors)),
        ("published", _published(record)),
        ("modified", record.modified),
        ("language", record.language),
        ("site", " · ".join(filter(None, (record.site, record.site_name)))),
        ("url", record.url),
        ("from", record.locator),
        ("first seen", record.first_seen),
        ("section", record.section),
        ("tags", ", ".join(record.tags)),
        ("description", record.description),
        ("image", record.image),
        ("words", f"{record.n_words:,}"),
        ("encoding", _encoding(record)),
        ("relation", _relation(record)),
        ("versions", _versions(record, db)),
        ("cleaner", _cleaner(record)),
        ("page type", record.page_type.value),
        ("quality", f"{record.quality:.2f}"),
        *(("note", note) for note in record.notes),
        *(("corrected", describe_correction(one, record.id)) for one in record.corrections),
        *(("not here", describe_correction(one, record.id)) for one in record.other_corrections),
    )
    for name, value in facts:
        if value:
            output.line((f"{name:<12}", "dim"), (value, "bold" if name == "title" else ""))


def _cleaner(record: Record) -> str:
    weights = f", weights {record.weights}" if record.weights else ""
    return f"version {record.cleaner_version}{weights}"


def _published(record: Record) -> str:
    source = f" ({record.published_source})" if record.published_source else ""
    return f"{record.published}{source}" if record.published else ""


def _encoding(record: Record) -> str:
    repairs = f"; repaired: {', '.join(record.repairs)}" if record.repairs else ""
    return f"{record.encoding} ({record.encoding_source}){repairs}"


def _relation(record: Record) -> str:
    if record.relation is None or record.duplicate_of is None:
        return ""
    likeness = record.similarity, record.containment
    page = record.related_page
    return relation_phrase(record.relation, record.duplicate_of, *likeness, page=page)


def _versions(record: Record, db: str) -> str:
    if record.n_versions == 1:
        return ""
    return f"{record.n_versions:,}; {command(f'history {record.id}', db)} lists them"
