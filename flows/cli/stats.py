"""`presswash stats`: counts what is in the warehouse, and what was removed and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from flows.cli.options import Db, Json
from flows.cli.output import Column, Output
from flows.default_values import DEFAULT_DB
from flows.relations import relation_counts
from flows.words import counted

if TYPE_CHECKING:
    from warehouse.answers import Stats, ValueCount

_MAX_ROWS = 20
_MAX_KINDS = 8


def stats(db: Db = DEFAULT_DB, json: Json = False) -> None:
    """Count the contents of the warehouse: articles, languages, sites, removals, duplicates."""
    from flows.api import open_database

    with open_database(db, readonly=True) as database:
        found = database.stats()
    output = Output()
    if json:
        output.json(asdict(found))
        return
    _print_counts(output, found)
    _print_tallies(output, "page type", found.page_types)
    _print_tallies(output, "language", found.languages)
    _print_tallies(output, "site", found.sites)
    if found.removals:
        output.line()
        output.table(
            (
                Column("removed as"),
                *(Column(name, number=True) for name in ("blocks", "characters")),
            ),
            [(one.reason, one.blocks, one.characters) for one in found.removals],
        )
    if found.doubtful:
        output.line()
        output.table(
            (
                Column("look at these first", fold=True),
                Column("id", number=True),
                Column("quality", number=True),
                Column("why", fold=True),
            ),
            [(one.page, one.id, one.quality, "; ".join(one.notes)) for one in found.doubtful],
        )


def _print_counts(output: Output, found: Stats) -> None:
    from rich.filesize import decimal

    ratio = found.raw_bytes / found.stored_raw_bytes if found.stored_raw_bytes else 0.0
    largest = f", {found.largest_cluster:,} pages in the largest" if found.clusters else ""
    relations = f" ({relation_counts(found.relations)})" if found.duplicates else ""
    clusters = counted(found.clusters, "cluster")
    kept = f", {found.kept_templates:,} kept" if found.kept_templates else ""
    lines = (
        ("articles", f"{found.articles:,} with {counted(found.words, 'word')}"),
        ("documents", f"{found.documents:,}, captured {counted(found.captures, 'time')}"),
        ("duplicates", f"{found.duplicates:,}{relations} in {clusters}{largest}"),
        ("templates", f"{counted(found.templates, 'block')} that sites repeat{kept}"),
        ("no article", f"{found.without_article:,} without an article"),
        ("blocks", f"{found.blocks_kept:,} kept, {found.blocks_removed:,} removed"),
        ("rejects", f"{found.rejects:,}"),
        ("runs", f"{found.runs:,}"),
        ("skipped", _skipped(found.skipped)),
        (
            "size",
            f"{decimal(found.file_bytes)}; {decimal(found.raw_bytes)} of pages compressed to"
            f" {decimal(found.stored_raw_bytes)} (÷ {ratio:.1f})",
        ),
    )
    for name, value in lines:
        output.line((f"{name:<12}", "dim"), value)


def _skipped(kinds: Sequence[ValueCount]) -> str:
    """What the last ingestion skipped, the most frequent kinds by name."""
    if not kinds:
        return "nothing in the last ingestion"
    shown = ", ".join(f"{one.name} ({one.count:,})" for one in kinds[:_MAX_KINDS])
    rest = f" and {len(kinds) - _MAX_KINDS} more kinds" if len(kinds) > _MAX_KINDS else ""
    return f"{shown}{rest} in the last ingestion"


def _print_tallies(output: Output, what: str, tallies: Sequence[ValueCount]) -> None:
    if not tallies:
        return
    output.line()
    # Only a terminal is too short for all of them.
    shown = tallies[:_MAX_ROWS] if output.interactive else tallies
    rows = [(tally.name or "(unknown)", tally.count) for tally in shown]
    output.table((Column(what), Column("articles", number=True)), rows)
    if len(tallies) > len(shown):
        output.line(f"… and {len(tallies) - _MAX_ROWS:,} more")
