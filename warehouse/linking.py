"""Finding like wordings: shared bands propose, the exact Jaccard similarity decides."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable

from cleaners.shingles import jaccard, shingles
from warehouse.bands import band_keys, estimate
from warehouse.documents import id_list
from warehouse.groups import Groups
from warehouse.settings import PROPOSE_FROM, THRESHOLD
from warehouse.wordings import texts


def link(db: sqlite3.Connection, askers: Collection[int]) -> Groups:
    """Compare wordings with everything in the index; returns the clusters that are one now.

    Whether two wordings are proposed and found alike depends on those two alone, so the clusters
    don't depend on the order in which wordings come. Two that are in one cluster already aren't
    compared again: a cluster of many takes a few comparisons, not one with each member.
    """
    signatures = _signatures(db, askers)
    shared = _sharing_a_band(db, {wording: halves for wording, (halves, _) in signatures.items()})
    signatures |= _signatures(db, {other for _, other in shared} - signatures.keys())
    proposals: dict[int, list[int]] = defaultdict(list)
    likeness: dict[int, float] = defaultdict(float)
    for asker, other in shared:
        estimated = estimate(signatures[asker][0], signatures[other][0])
        if estimated >= PROPOSE_FROM:
            proposals[other].append(asker)
            likeness[other] = max(likeness[other], estimated)
    groups = Groups()
    links: list[tuple[int, int, float]] = []
    asked = {asker for some in proposals.values() for asker in some}
    ours = {wording: shingles(text) for wording, text in texts(db, asked)}
    best_first = sorted(proposals, key=lambda other: (-likeness[other], other))
    for other, text in texts(db, best_first):
        cluster = signatures[other][1]
        apart = [
            a for a in proposals[other] if groups.root(signatures[a][1]) != groups.root(cluster)
        ]
        theirs = shingles(text) if apart else frozenset()
        for asker in apart:
            similarity = jaccard(ours[asker], theirs)
            if similarity >= THRESHOLD and groups.join(signatures[asker][1], cluster):
                links.append((min(asker, other), max(asker, other), similarity))
    db.executemany("INSERT INTO link (a, b, similarity) VALUES (?, ?, ?)", links)
    return groups


def _signatures(db: sqlite3.Connection, wordings: Iterable[int]) -> dict[int, tuple[bytes, int]]:
    """The packed signature and the cluster of each wording."""
    rows = db.execute(
        "SELECT id, signature, cluster_id FROM wording"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (id_list(wordings),),
    )
    return {wording: (signature, cluster) for wording, signature, cluster in rows}


def _sharing_a_band(db: sqlite3.Connection, askers: dict[int, bytes]) -> list[tuple[int, int]]:
    """Pairs of an asker and another wording with a band in common, each pair once."""
    keys = [[asker, key] for asker, halves in askers.items() for key in band_keys(halves)]
    rows = db.execute(
        "SELECT DISTINCT json_extract(q.value, '$[0]'), b.wording_id"
        " FROM json_each(?) AS q CROSS JOIN band AS b ON b.key = json_extract(q.value, '$[1]')",
        (json.dumps(keys),),
    )
    return [
        (asker, other)
        for asker, other in rows
        if asker != other and not (other in askers and other < asker)
    ]
