"""`presswash duplicates`: shows clusters of near-duplicates, or compares two records."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import Db, Json, Limit, command
from flows.cli.output import Column, Output
from flows.default_values import DEFAULT_DB
from flows.words import counted

if TYPE_CHECKING:
    from warehouse.answers import ClusterMember, DuplicateCluster

_MEMBERS = 12  # shown of each cluster in a terminal
_COLUMNS = (
    Column("id", number=True),
    Column("relation", fixed=True),
    Column("similarity", number=True),
    Column("contained", number=True),
    Column("words", number=True),
    Column("first seen", fixed=True),
    Column("site", fold=True),
    Column("page", fold=True),
)


def duplicates(
    db: Db = DEFAULT_DB,
    limit: Limit = 10,
    pair: Annotated[
        tuple[int, int] | None,
        typer.Option("--pair", metavar="A B", help="Compare the texts of these two records."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also show every member of a cluster on a terminal.")
    ] = False,
    json: Json = False,
) -> None:
    """Show clusters of near-duplicates, the largest first, or compare two records."""
    from flows.api import open_database

    output = Output()
    with open_database(db, readonly=True) as database:
        if pair:
            from flows.cli.pair import pair_as_json, print_pair

            compared = database.compare(*pair)
            if json:
                output.json(pair_as_json(compared))
            else:
                print_pair(output, compared)
            return
        clusters = database.duplicates(
            limit, _MEMBERS if output.interactive and not (json or every) else None
        )
        total = 0 if json else database.stats().clusters
    if json:
        output.json([asdict(cluster) for cluster in clusters])
        return
    for cluster in clusters:
        _print_cluster(output, cluster)
    if not clusters:
        output.line("There are no near-duplicates.")
        return
    if total > len(clusters):
        output.line(f"… and {counted(total - len(clusters), 'smaller cluster')}: --limit {total}")
    first, second = (member.id for member in clusters[0].members[:2])
    output.line((f"Next: {command(f'duplicates --pair {first} {second}', db)} compares two", "dim"))


def _print_cluster(output: Output, cluster: DuplicateCluster) -> None:
    canonical = cluster.members[0]
    sites = {member.site for member in cluster.members} - {None}
    size = counted(cluster.size, "page") + (
        f" on {counted(len(sites), 'site')}" if len(sites) > 1 else ""
    )
    output.line(
        (canonical.title or "(no title)", "bold"), (f"  ({size}; canonical: {canonical.id})", "dim")
    )
    output.table(_COLUMNS, [_row(member) for member in cluster.members])
    if cluster.size > len(cluster.members):
        output.line(f"… and {cluster.size - len(cluster.members):,} more: --all")
    output.line()


def _row(member: ClusterMember) -> tuple[object, ...]:
    return (
        member.id,
        member.relation or "canonical",
        f"{member.similarity:.0%}",
        f"{member.containment:.0%}",
        member.n_words,
        member.first_seen,
        member.site,
        member.url or member.locator,
    )
