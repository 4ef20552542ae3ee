"""Counts what is in the warehouse."""

from __future__ import annotations

import json
import sqlite3

from warehouse.answers import DoubtfulPage, ReasonCount, Stats, ValueCount
from warehouse.blocks import DOCUMENT_ID
from warehouse.model import RelationCounts
from warehouse.queries.conditions import IS_ARTICLE, IS_CANONICAL, UNSURE
from warehouse.queries.snapshot import snapshot

_MAX_DOUBTFUL = 10
_DOUBTFUL = f"""
SELECT d.id, coalesce(v.url, v.locator), d.quality, d.notes
FROM document AS d JOIN documents AS v ON v.id = d.id
WHERE v.duplicate_of IS NULL AND d.quality < {UNSURE}
ORDER BY d.quality, d.id LIMIT ?
"""  # noqa: S608 - a number of ours
_TEMPLATES = f"""
SELECT count(*) FROM (
    SELECT DISTINCT d.group_id, block.site_digest
    FROM block JOIN document AS d ON d.id = {DOCUMENT_ID}
    JOIN removal AS r ON r.id = block.removal_id
    WHERE block.site_digest IS NOT NULL AND r.reason = 'template'
)
"""  # noqa: S608 - an expression of ours
_CLUSTERS = """
SELECT count(DISTINCT cluster_id) FROM document_relation WHERE duplicate_of IS NOT NULL
"""
_LARGEST_CLUSTER = """
SELECT coalesce(max(size), 0)
FROM (SELECT count(*) AS size FROM cluster_member GROUP BY cluster_id)
"""
_SKIPPED = """
SELECT s.key, s.value ->> '$.count' FROM run AS r, json_each(r.skipped) AS s
WHERE r.id = (SELECT max(id) FROM run WHERE flow IN ('ingest', 'collect'))
"""
_REMOVALS = """
SELECT reason, count(*), sum(length(text)) FROM full_block
WHERE reason IS NOT NULL GROUP BY reason ORDER BY count(*) DESC, reason
"""


def count_warehouse(db: sqlite3.Connection) -> Stats:
    """Count everything at one consistent state of the warehouse."""
    with snapshot(db):
        return _count(db)


def _count(db: sqlite3.Connection) -> Stats:
    documents, articles, words, duplicates, without_article = db.execute(
        "SELECT count(*),"  # noqa: S608
        f" count(*) FILTER (WHERE {IS_ARTICLE}),"
        f" coalesce(sum(d.n_words) FILTER (WHERE {IS_CANONICAL}), 0),"
        " count(*) FILTER (WHERE o.duplicate_of IS NOT NULL),"
        f" count(*) FILTER (WHERE d.n_words = 0 AND {IS_CANONICAL})"
        " FROM document AS d JOIN document_relation AS o ON o.id = d.id"
    ).fetchone()
    kept, removed = db.execute(
        "SELECT count(*) - count(removal_id), count(removal_id) FROM block"
    ).fetchone()
    raw_bytes, stored_raw_bytes = db.execute(
        "SELECT coalesce(sum(size), 0), coalesce(sum(length(bytes)), 0) FROM raw"
    ).fetchone()
    return Stats(
        documents=documents,
        articles=articles,
        duplicates=duplicates,
        relations=_relations(db),
        without_article=without_article,
        templates=_number(db, _TEMPLATES),
        kept_templates=_number(db, "SELECT count(*) FROM kept_template"),
        clusters=_number(db, _CLUSTERS),
        largest_cluster=_number(db, _LARGEST_CLUSTER),
        captures=_number(db, "SELECT count(*) FROM capture"),
        rejects=_number(db, "SELECT count(*) FROM reject"),
        runs=_number(db, "SELECT count(*) FROM run"),
        words=words,
        blocks_kept=kept,
        blocks_removed=removed,
        raw_bytes=raw_bytes,
        stored_raw_bytes=stored_raw_bytes,
        file_bytes=_number(db, "PRAGMA page_count") * _number(db, "PRAGMA page_size"),
        languages=_tallies(db, "language"),
        sites=_tallies(db, "site"),
        doubtful=_doubtful_pages(db),
        page_types=_tallies(db, "page_type"),
        skipped=tuple(ValueCount(*row) for row in db.execute(_SKIPPED)),
        removals=tuple(ReasonCount(*row) for row in db.execute(_REMOVALS)),
    )


def _relations(db: sqlite3.Connection) -> RelationCounts:
    """How many documents relate to their canonical document in each way."""
    rows = db.execute(
        "SELECT relation, count(*) FROM document_relation"
        " WHERE relation IS NOT NULL GROUP BY relation"
    )
    return RelationCounts(**dict(rows))


def _doubtful_pages(db: sqlite3.Connection) -> tuple[DoubtfulPage, ...]:
    return tuple(
        DoubtfulPage(document, page, quality, tuple(json.loads(notes)))
        for document, page, quality, notes in db.execute(_DOUBTFUL, (_MAX_DOUBTFUL,))
    )


def _number(db: sqlite3.Connection, query: str) -> int:
    return int(db.execute(query).fetchone()[0])


def _tallies(db: sqlite3.Connection, column: str) -> tuple[ValueCount, ...]:
    """How many articles have each value of a column of `document`, the most frequent first."""
    rows = db.execute(
        f"SELECT d.{column}, count(*) FROM document AS d"  # noqa: S608 - a name of ours
        " JOIN document_relation AS o ON o.id = d.id"
        f" WHERE {IS_ARTICLE}"
        f" GROUP BY d.{column} ORDER BY count(*) DESC, d.{column}"
    )
    return tuple(ValueCount(*row) for row in rows)
