"""The contents of a warehouse without ids and times of runs, to compare with another's."""

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
    "bytes": "SELECT lower(hex(sha256)), size FROM raw",
    "blocks": f"SELECT {KEY}, b.position, b.kind, b.text, b.reason, b.cleaner, b.detail,"
    f" b.confidence FROM {FROM} JOIN full_block AS b ON b.document_id = d.id",
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

Contents = dict[str, Counter[object]]


def read_contents(db: Path) -> Contents:
    """Every row with its number of occurrences, and the clusters as sets."""
    with closing(sqlite3.connect(f"{db.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        found: Contents = {name: Counter(connection.execute(q)) for name, q in QUERIES.items()}
        clusters: dict[int, set[object]] = {}
        for cluster, *member in connection.execute(CLUSTERS):
            clusters.setdefault(cluster, set()).add(tuple(member))
        found["clusters"] = Counter(map(frozenset, clusters.values()))
    return found


def assert_same_contents(found: Contents, expected: Contents) -> None:
    """Assert that no row is missing and none is extra; the message shows one of them."""
    for name, rows in expected.items():
        lost, more = rows - found[name], found[name] - rows
        assert not lost, f"{name} lost: {_examples(lost)}"
        assert not more, f"{name} too many: {_examples(more)}"


def _examples(rows: Counter[object]) -> str:
    return f"{rows.total()}, such as {str(next(iter(rows)))[:400]}"
