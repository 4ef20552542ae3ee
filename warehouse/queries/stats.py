"""What is in the warehouse, counted."""

from __future__ import annotations

import sqlite3

from warehouse.model import ReasonCount, Stats, ValueCount
from warehouse.queries.conditions import IS_ARTICLE, IS_CANONICAL


def count_warehouse(db: sqlite3.Connection) -> Stats:
    """Count everything, all at one moment of the warehouse."""
    db.execute("BEGIN")
    try:
        return _count(db)
    finally:
        db.execute("COMMIT")


def _count(db: sqlite3.Connection) -> Stats:
    documents, articles, words, duplicates, without_article = db.execute(
        "SELECT count(*),"  # noqa: S608
        f" count(*) FILTER (WHERE {IS_ARTICLE}),"
        f" coalesce(sum(d.n_words) FILTER (WHERE {IS_CANONICAL}), 0),"
        " count(*) FILTER (WHERE w.cluster_id <> d.id),"
        f" count(*) FILTER (WHERE d.n_words = 0 AND {IS_CANONICAL})"
        " FROM document AS d LEFT JOIN wording AS w ON w.id = d.wording_id"
    ).fetchone()
    kept, removed = db.execute(
        "SELECT count(*) - count(reason), count(reason) FROM block"
    ).fetchone()
    raw_bytes, stored_raw_bytes = db.execute(
        "SELECT coalesce(sum(size), 0), coalesce(sum(length(bytes)), 0) FROM raw"
    ).fetchone()
    return Stats(
        documents=documents,
        articles=articles,
        duplicates=duplicates,
        without_article=without_article,
        clusters=_number(
            db,
            "SELECT count(DISTINCT w.cluster_id) FROM document AS d"
            " JOIN wording AS w ON w.id = d.wording_id WHERE w.cluster_id <> d.id",
        ),
        largest_cluster=_number(
            db,
            "SELECT coalesce(max(size), 0) FROM (SELECT count(*) AS size FROM document AS d"
            " JOIN wording AS w ON w.id = d.wording_id GROUP BY w.cluster_id)",
        ),
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
        removals=tuple(
            ReasonCount(*row)
            for row in db.execute(
                "SELECT reason, count(*), sum(length(text)) FROM block WHERE reason IS NOT NULL"
                " GROUP BY reason ORDER BY count(*) DESC, reason"
            )
        ),
    )


def _number(db: sqlite3.Connection, query: str) -> int:
    return int(db.execute(query).fetchone()[0])


def _tallies(db: sqlite3.Connection, column: str) -> tuple[ValueCount, ...]:
    """How many articles have each value of a column of `document`, the most frequent first."""
    rows = db.execute(
        f"SELECT d.{column}, count(*) FROM document AS d"  # noqa: S608 - a name of ours
        " LEFT JOIN wording AS w ON w.id = d.wording_id"
        f" WHERE {IS_ARTICLE}"
        f" GROUP BY d.{column} ORDER BY count(*) DESC, d.{column}"
    )
    return tuple(ValueCount(*row) for row in rows)
