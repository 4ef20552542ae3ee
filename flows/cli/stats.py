"""`presswash stats`: what is in the warehouse, and what was removed and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from flows.cli.options import DEFAULT_DB, Db, Json
from flows.cli.printing import Printer
from flows.cli.table import Column, table
from flows.words import counted

if TYPE_CHECKING:
    from warehouse.model import Stats, ValueCount

_MOST = 20


def stats(db: Db = DEFAULT_DB, json: Json = False) -> None:
    """Say what is in the warehouse: counts, languages, sites, removals, duplicates."""
    from warehouse.opening import open_readonly

    with open_readonly(db) as warehouse:
        found = warehouse.stats()
    printer = Printer()
    if json:
        printer.json(asdict(found))
        return
    _counts(printer, found)
    _names(printer, "language", found.languages)
    _names(printer, "site", found.sites)
    _removals(printer, found)


def _counts(printer: Printer, found: Stats) -> None:
    per_file = found.raw_bytes / found.stored_raw_bytes if found.stored_raw_bytes else 0.0
    lines = (
        ("articles", f"{found.articles:,} with {counted(found.words, 'word')}"),
        ("documents", f"{found.documents:,}, seen {counted(found.captures, 'time')}"),
        ("duplicates", _duplicates(found)),
        ("no article", f"{found.without_article:,} without an article"),
        ("blocks", f"{found.blocks_kept:,} kept, {found.blocks_removed:,} removed"),
        ("rejects", f"{found.rejects:,}"),
        ("runs", f"{found.runs:,}"),
        (
            "size",
            f"{_size(found.file_bytes)}; {_size(found.raw_bytes)} of pages take"
            f" {_size(found.stored_raw_bytes)} (÷ {per_file:.1f})",
        ),
    )
    for name, value in lines:
        printer.line(f"{printer.paint(f'{name:<12}', 'dim')}{value}")


def _duplicates(found: Stats) -> str:
    most = f", {found.largest_cluster:,} pages in the largest" if found.clusters else ""
    return f"{found.duplicates:,} in {counted(found.clusters, 'cluster')}{most}"


def _names(printer: Printer, what: str, tallies: Sequence[ValueCount]) -> None:
    if not tallies:
        return
    printer.line()
    rows = [(tally.name or "(unknown)", tally.count) for tally in tallies[:_MOST]]
    table(printer, (Column(what), Column("articles", number=True)), rows)
    if len(tallies) > _MOST:
        printer.line(f"… and {len(tallies) - _MOST:,} more")


def _removals(printer: Printer, found: Stats) -> None:
    if not found.removals:
        return
    printer.line()
    columns = (
        Column("removed as"),
        Column("blocks", number=True),
        Column("characters", number=True),
    )
    table(printer, columns, [(one.reason, one.blocks, one.characters) for one in found.removals])


def _size(count: int) -> str:
    size = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"
