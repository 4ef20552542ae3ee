"""What a warehouse holds, told without ids and without the clock: to be compared with another's."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

KEY = "lower(hex(r.sha256)) || ' ' || d.media_type || ' ' || d.charset"
FROM = "document AS d JOIN raw AS r ON r.id = d.raw_id"

# Each row must be there as often: nothing lost, nothing twice.
QUERIES = {
    "documents": f"SELECT {KEY}, v.title, v.text, v.url, v.locator, v.authors, v.published,"
    " v.language, v.n_words, v.first_seen, v.similarity, v.cleaner_version, d.encoding, d.repairs,"
    f" d.quality, d.notes FROM {FROM} JOIN documents AS v ON v.id = d.id",
    "bytes": "SELECT lower(hex(sha256)), size, bytes FROM raw",
    "blocks": f"SELECT {KEY}, b.position, b.kind, b.text, b.reason, b.cleaner, b.detail,"
    f" b.confidence FROM {FROM} JOIN block AS b ON b.document_id = d.id",
    "captures": f"SELECT c.locator, {KEY}, c.url, c.captured_at"
    f" FROM {FROM} JOIN capture AS c ON c.document_id = d.id",
    "rejects": "SELECT locator, stage, error, message, sha256 FROM reject",
    "articles": "SELECT locator, title, cluster_size FROM articles",
    "files done": f"SELECT f.locator, {KEY}, f.size, f.modified_ns"
    f" FROM {FROM} JOIN read_file AS f ON f.document_id = d.id",
    "archives done": "SELECT locator, place, records, finished FROM read_archive",
}
CLUSTERS = f"""
    SELECT v.cluster_id, {KEY}, v.duplicate_of IS NULL FROM {FROM}
    JOIN documents AS v ON v.id = d.id
"""

Holdings = dict[str, Counter[object]]


def holdings(db: Path) -> Holdings:
    """Every row of every kind with how often it is there, and the clusters as sets."""
    with closing(sqlite3.connect(f"{db.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        found: Holdings = {name: Counter(connection.execute(q)) for name, q in QUERIES.items()}
        clusters: dict[int, set[object]] = {}
        for cluster, *member in connection.execute(CLUSTERS):
            clusters.setdefault(cluster, set()).add(tuple(member))
        found["clusters"] = Counter(map(frozenset, clusters.values()))
    return found


def assert_same(found: Holdings, expected: Holdings) -> None:
    """Fails with the first rows that are lost or one too many: whole holdings are long to read."""
    for name, rows in expected.items():
        lost, more = rows - found[name], found[name] - rows
        assert not lost, f"{name} lost: {_some(lost)}"
        assert not more, f"{name} too many: {_some(more)}"


def _some(rows: Counter[object]) -> str:
    return f"{rows.total()}, such as {str(next(iter(rows)))[:400]}"
