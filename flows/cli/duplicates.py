"""`presswash duplicates`: which pages are clustered, and where two of them agree and differ."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.errors import BadUsage
from flows.cli.options import DEFAULT_DB, Db, Json, Limit, command
from flows.cli.printing import Printer, harmless
from flows.cli.table import Column, table
from flows.words import counted

if TYPE_CHECKING:
    from warehouse.model import ClusterMember, DuplicateCluster

_MEMBERS = 12  # shown of each cluster; --json gives all
_LARGEST_ID = 2**63 - 1


def duplicates(
    db: Db = DEFAULT_DB,
    limit: Limit = 10,
    pair: Annotated[
        tuple[int, int] | None,
        typer.Option(
            "--pair", metavar="A B", help="Show where two records agree and where they differ."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Show clusters of near-duplicates, the largest first, or compare two records."""
    from warehouse.opening import open_readonly

    printer = Printer()
    if pair:
        from flows.cli.pair import show_pair

        _refuse_what_is_no_id(*pair)
        with open_readonly(db) as warehouse:
            show_pair(printer, warehouse.compare(*pair), json)
        return
    with open_readonly(db) as warehouse:
        found = warehouse.clusters(limit, None if json else _MEMBERS)
        total = 0 if json else warehouse.stats().clusters
    if json:
        printer.json([asdict(cluster) for cluster in found])
        return
    for cluster in found:
        _show(printer, cluster)
    if not found:
        printer.line("No page is a near-duplicate of another.")
        return
    if total > len(found):
        printer.line(f"… and {counted(total - len(found), 'smaller cluster')}: --limit {total}")
    first, second = (member.id for member in found[0].members[:2])
    following = command(f"duplicates --pair {first} {second}", db)
    printer.line(printer.paint(f"Next: {following} shows where the two differ", "dim"))


def _refuse_what_is_no_id(*numbers: int) -> None:
    for number in numbers:
        if not 1 <= number <= _LARGEST_ID:
            raise BadUsage(f"{number} can't be a record's number: those go from 1")
    if len(set(numbers)) == 1:
        raise BadUsage(f"record {numbers[0]} can't be compared with itself: give two")


def _show(printer: Printer, cluster: DuplicateCluster) -> None:
    head = cluster.members[0]
    sites = {member.site for member in cluster.members} - {None}
    title = printer.paint(harmless(head.title or "(no title)"), "bold")
    at = f" on {counted(len(sites), 'site')}" if len(sites) > 1 else ""
    what = f"{counted(cluster.size, 'page')}{at}"
    printer.line(f"{title}  {printer.paint(f'({what}; {head.id} stands for them)', 'dim')}")
    columns = (
        Column("id", number=True),
        Column("alike", number=True),
        Column("contained", number=True),
        Column("words", number=True),
        Column("first seen", fixed=True),
        Column("site", least=12),
        Column("page", keep_end=True, least=16),
    )
    table(printer, columns, [_row(member) for member in cluster.members])
    if cluster.size > len(cluster.members):
        printer.line(f"… and {cluster.size - len(cluster.members):,} more")
    printer.line()


def _row(member: ClusterMember) -> tuple[object, ...]:
    return (
        member.id,
        f"{member.similarity:.0%}",
        f"{member.containment:.0%}",
        member.n_words,
        member.first_seen,
        member.site,
        member.url or member.locator,
    )
