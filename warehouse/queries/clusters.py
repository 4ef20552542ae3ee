"""Reads clusters of near-duplicates: their members and how similar they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from cleaners.text.aligned_text import AlignedText
from cleaners.text.alignment import align
from warehouse.answers import ClusterMember, DocumentComparison, DuplicateCluster, Record
from warehouse.dedup.distinct_texts import is_one_site, sites_of
from warehouse.dedup.parameters import relation_of
from warehouse.errors import WarehouseError
from warehouse.model import Relation
from warehouse.queries.record import read_record
from warehouse.sqlite.ids import id_list


def largest_clusters(
    db: sqlite3.Connection, limit: int, members: int | None = None
) -> list[DuplicateCluster]:
    """Up to `limit` clusters, the largest first, each with up to `members` members.

    Of clusters of equal size the older comes first. In each cluster the canonical document comes
    first, then the others by descending similarity.
    """
    sizes = dict(
        db.execute(
            "SELECT cluster_id, count(*) FROM cluster_member GROUP BY cluster_id"
            " HAVING count(*) > 1 ORDER BY count(*) DESC, cluster_id LIMIT ?",
            (limit,),
        )
    )
    found = cluster_members(
        db, sizes, max(sizes.values(), default=0) if members is None else members
    )
    return [
        DuplicateCluster(cluster, size, tuple(found[cluster])) for cluster, size in sizes.items()
    ]


def cluster_members(
    db: sqlite3.Connection, clusters: Iterable[int], limit: int
) -> dict[int, list[ClusterMember]]:
    """Up to `limit` members of each cluster, the canonical one first, then the most similar."""
    found: dict[int, list[ClusterMember]] = {cluster: [] for cluster in clusters}
    for cluster, relation, *facts in db.execute(
        "SELECT cluster_id, relation, id, site, title, url, locator, first_seen, n_words,"
        " similarity, containment FROM ("
        "  SELECT m.cluster_id, v.id, v.site, v.title, v.url, v.locator, v.first_seen, v.n_words,"
        "   coalesce(o.similarity, 1) AS similarity, coalesce(o.containment, 1) AS containment,"
        "   o.relation, row_number() OVER (PARTITION BY m.cluster_id"
        "    ORDER BY v.id <> m.cluster_id, o.similarity DESC, v.id) AS place"
        "  FROM cluster_member AS m JOIN documents AS v ON v.id = m.id"
        "  JOIN document_relation AS o ON o.id = m.id"
        "  WHERE m.cluster_id IN (SELECT value FROM json_each(?)))"
        " WHERE place <= ? ORDER BY cluster_id, place",
        (id_list(found), limit),
    ):
        found[cluster].append(ClusterMember(relation and Relation(relation), *facts))
    return found


def compare_documents(db: sqlite3.Connection, first: int, second: int) -> DocumentComparison:
    """Align the texts of two documents. Raises WarehouseError if one doesn't exist."""
    one, other = _record(db, first), _record(db, second)
    found = align(AlignedText(one.text, one.title), AlignedText(other.text, other.title))
    # A text that several sites have belongs to that of its first document.
    texts = [
        db.execute("SELECT text_id FROM document WHERE id = ?", (document,)).fetchone()[0]
        for document in (first, second)
    ]
    sites = {text: site for text, (_, site) in sites_of(db, texts).items()}
    same_site = is_one_site(sites.get(texts[0]), sites.get(texts[1]))
    return DocumentComparison(one, other, found, relation_of(found, same_site=same_site))


def _record(db: sqlite3.Connection, document: int) -> Record:
    found = read_record(db, document)
    if found is None:
        raise WarehouseError(f"there is no record {document}: `presswash search` shows ids.")
    return found
