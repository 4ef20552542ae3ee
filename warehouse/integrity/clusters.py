"""Invariants of the duplicate index: bands, links, clusters and their canonical documents."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from warehouse.dedup.band_index import TEMPLATE_ID
from warehouse.dedup.bands import band_keys
from warehouse.dedup.union_find import UnionFind
from warehouse.integrity.problems import Problem, Repair, repairable


def canonicals(db: sqlite3.Connection) -> Iterator[Problem]:
    """The document that stands for a cluster is the right one of its members."""
    for cluster, best in db.execute(
        "SELECT cluster_id, id FROM (SELECT w.cluster_id, d.id, row_number() OVER ("
        "   PARTITION BY w.cluster_id"
        "   ORDER BY d.first_seen, d.n_words DESC, r.sha256, d.media_type, d.charset) AS place"
        "  FROM wording AS w JOIN document AS d ON d.wording_id = w.id"
        "  JOIN raw AS r ON r.id = d.raw_id)"
        " WHERE place = 1 AND id <> cluster_id"
    ):
        what = f"document {cluster} stands for a cluster that document {best} should stand for"
        yield _problem(what, f"cluster {cluster}")
    for (text_id,) in db.execute(
        "SELECT id FROM wording"
        " WHERE NOT EXISTS (SELECT 1 FROM document WHERE wording_id = wording.id)"
    ):
        yield _problem("no document has this text", f"wording {text_id}")


def links(db: sqlite3.Connection) -> Iterator[Problem]:
    """The links join the distinct texts of each cluster, all of them and no others."""
    cluster_of = dict(db.execute("SELECT id, cluster_id FROM wording"))
    groups = UnionFind()
    for a, b in db.execute("SELECT a, b FROM link"):
        if cluster_of.get(a) != cluster_of.get(b):
            yield _problem("a link joins two clusters", f"wordings {a} and {b}")
        groups.join(a, b)
    root_of: dict[int, int] = {}
    for text_id, cluster in cluster_of.items():
        if groups.root(text_id) != root_of.setdefault(cluster, groups.root(text_id)):
            what = f"nothing links this to the rest of cluster {cluster}"
            yield _problem(what, f"wording {text_id}")


def bands(db: sqlite3.Connection) -> Iterator[Problem]:
    """The index has the bands of every signature but those of templates, and no others."""
    templates = {
        key for (key,) in db.execute("SELECT key FROM band WHERE wording_id = ?", (TEMPLATE_ID,))
    }
    found = db.execute(
        "SELECT b.wording_id, count(*), sum(b.key) FROM band AS b"
        " WHERE b.wording_id <> ? GROUP BY b.wording_id",
        (TEMPLATE_ID,),
    )
    held = {text_id: (count, total) for text_id, count, total in found}
    known: set[int] = set()
    for text_id, signature in db.execute("SELECT id, signature FROM wording"):
        where = f"wording {text_id}"
        keys = set(band_keys([signature])[0])
        known |= keys & templates
        keys -= templates
        count, total = held.pop(text_id, (0, 0))
        if keys and not count:
            yield _problem("the index has no bands of this", where)
        elif (len(keys), sum(keys)) != (count, total):
            yield _problem("the index doesn't have the bands of the signature", where)
    for text_id in held:
        what = "the index has bands of a text that isn't there"
        yield _problem(what, f"wording {text_id}")
    for key in templates - known:
        yield _problem("no text has this template's band", f"band {key}")


def _problem(what: str, where: str) -> Problem:
    return repairable(what, where, Repair.DUPLICATES)
