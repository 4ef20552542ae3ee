"""Finds sites whose new pages come out differently from those of the 30 days before."""

from __future__ import annotations

import sqlite3

from warehouse.answers import SiteDrift
from warehouse.queries.snapshot import snapshot

DAYS = 30
# A site is examined only if it has at least this many new pages, and this many earlier ones.
MIN_PAGES = 5
MIN_BASELINE = 10
# By default, at most this many new and this many earlier pages are averaged, the newest of each.
_MOST = 1000
# How much each average, from 0 to 1, must change to be reported.
_LIMITS = {"kept": 0.25, "quality": 0.2, "undated": 0.5, "emptied": 0.3}

_MEASURES = """
SELECT count(*), avg(kept), avg(quality), avg(undated), avg(emptied) FROM (
    SELECT (SELECT 1.0 * sum(length(text)) FILTER (WHERE reason IS NULL) / sum(length(text))
            FROM full_block WHERE document_id = d.id) AS kept,
           quality, published IS NULL AS undated, n_words = 0 AS emptied
    FROM document AS d WHERE {condition} ORDER BY first_seen DESC LIMIT ?)
"""
_NEW = _MEASURES.format(condition="site = ? AND id > ?")
_EARLIER = _MEASURES.format(
    condition="site = ? AND id <= ? AND first_seen >= strftime('%Y-%m-%dT%H:%M:%SZ', ?, ?)",
)


def newest_document(db: sqlite3.Connection) -> int:
    """The ID of the newest document; 0 if there is none."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM document").fetchone()[0])


def find_drift(
    db: sqlite3.Connection, after: int, max_sites: int = -1, max_pages: int = _MOST
) -> list[SiteDrift]:
    """The sites whose documents with IDs above `after` differ from those of the 30 days before.

    It compares the share of a page's characters that was kept, the quality, and the shares of pages
    without a date and without text. Up to `max_sites` are compared, those with the most new pages
    (-1: all), each by its newest `max_pages` new and earlier pages.
    """
    with snapshot(db):
        sites = db.execute(
            "SELECT site, min(first_seen) FROM document WHERE id > ? AND site IS NOT NULL"
            " GROUP BY site HAVING count(*) >= ? ORDER BY count(*) DESC, site LIMIT ?",
            (after, MIN_PAGES, max_sites),
        ).fetchall()
        return [
            drift for site, since in sites for drift in _drifts(db, site, since, after, max_pages)
        ]


def _drifts(
    db: sqlite3.Connection, site: str, since: str, after: int, max_pages: int
) -> list[SiteDrift]:
    pages, *now = db.execute(_NEW, (site, after, max_pages)).fetchone()
    count, *before = db.execute(
        _EARLIER, (site, after, since, f"-{DAYS} days", max_pages)
    ).fetchone()
    if count < MIN_BASELINE:
        return []
    return [
        SiteDrift(site, measure, pages, round(new, 3), round(old, 3))
        for (measure, limit), new, old in zip(_LIMITS.items(), now, before, strict=True)
        if new is not None and old is not None and abs(new - old) >= limit
    ]
