"""Clusters of near-duplicates, for people to look at: members, sites, and how alike they are."""

from __future__ import annotations

import sqlite3

from cleaners.text.sketch import Text
from warehouse.dedup.parameters import is_near_duplicate
from warehouse.errors import WarehouseError
from warehouse.model import ClusterMember, DocumentComparison, DuplicateCluster, Record
from warehouse.queries.record import read_record
from warehouse.sqlite.ids import id_list


def largest_clusters(
    db: sqlite3.Connection, limit: int, members: int | None = None
) -> list[DuplicateCluster]:
    """The largest clusters, of equals the older first, each with up to `members` of its members.

    The canonical document comes first, then the others from the most alike to the least.
    """
    sizes = dict(
        db.execute(
            "SELECT w.cluster_id, count(*) FROM wording AS w"
            " JOIN document AS d ON d.wording_id = w.id"
            " GROUP BY w.cluster_id HAVING count(*) > 1"
            " ORDER BY count(*) DESC, w.cluster_id LIMIT ?",
            (limit,),
        )
    )
    found: dict[int, list[ClusterMember]] = {cluster: [] for cluster in sizes}
    for cluster, *facts in db.execute(
        "SELECT cluster_id, id, site, title, url, locator, first_seen, n_words, similarity,"
        " containment FROM ("
        "  SELECT w.cluster_id, d.id, v.site, v.title, v.url, v.locator, v.first_seen, v.n_words,"
        "   w.similarity, w.containment, row_number() OVER (PARTITION BY w.cluster_id"
        "    ORDER BY d.id <> w.cluster_id, w.similarity DESC, d.id) AS place"
        "  FROM wording AS w JOIN document AS d ON d.wording_id = w.id"
        "  JOIN documents AS v ON v.id = d.id"
        "  WHERE w.cluster_id IN (SELECT value FROM json_each(?)))"
        " WHERE place <= ? ORDER BY cluster_id, place",
        (id_list(sizes), max(sizes.values(), default=0) if members is None else members),
    ):
        found[cluster].append(ClusterMember(*facts))
    return [
        DuplicateCluster(cluster, sizes[cluster], tuple(some)) for cluster, some in found.items()
    ]


def compare_documents(db: sqlite3.Connection, first: int, second: int) -> DocumentComparison:
    """Two documents compared. Raises WarehouseError where one of them isn't there."""
    one, other = _record(db, first), _record(db, second)
    found = Text.of(one.text).likeness(Text.of(other.text))
    return DocumentComparison(one, other, found, is_near_duplicate(found))


def _record(db: sqlite3.Connection, document: int) -> Record:
    found = read_record(db, document)
    if found is None:
        raise WarehouseError(f"there is no record {document}: `presswash search` shows ids.")
    return found
