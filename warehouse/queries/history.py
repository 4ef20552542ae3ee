"""Reads the versions of an article: the captures of its address whose text differs."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

from warehouse.answers import History, Version
from warehouse.dedup.versions import address_of
from warehouse.errors import WarehouseError
from warehouse.queries.snapshot import snapshot

# The same order as in dedup/versions.py.
_VERSIONS = """
SELECT d.id, v.url, v.locator, v.title, max(c.captured_at), d.n_words, d.similarity_to_previous,
       d.superseded_by IS NULL, coalesce(d.superseded_by, d.id)
FROM document AS d
JOIN documents AS v ON v.id = d.id
JOIN capture AS c ON c.document_id = d.id
JOIN raw AS r ON r.id = d.raw_id
WHERE d.id = ?1 OR d.address = ?2
GROUP BY d.id
ORDER BY max(c.captured_at), d.n_words, r.sha256, d.media_type, d.charset
"""


def read_history(db: sqlite3.Connection, wanted: int | str) -> History:
    """All versions of an article, oldest first, found by document ID or by URL.

    A URL finds the article that its address has now. Scheme, `www.` and tracking parameters make no
    difference. Raises WarehouseError if nothing is found.
    """
    with snapshot(db):
        address = address_of(wanted, None) if isinstance(wanted, str) else _address_of(db, wanted)
        document = wanted if isinstance(wanted, int) else None
        rows = db.execute(_VERSIONS, (document, address)).fetchall()
    if not rows:
        raise WarehouseError(
            f"no page of {wanted} is stored: `presswash search WORDS` finds records."
            if document is None
            else f"there is no record {document}: `presswash search WORDS` finds records."
        )
    article = {row[0]: row[-1] for row in rows}
    current = article[document] if document else rows[-1][-1]
    return History(
        address=address,
        current=current,
        versions=tuple(_version(*facts) for *facts, one in rows if one == current),
        other_articles=tuple(dict.fromkeys(one for one in article.values() if one != current)),
    )


def _version(*facts: Any) -> Version:
    return replace(Version(*facts), is_current=bool(facts[-1]))


def _address_of(db: sqlite3.Connection, document: int) -> str | None:
    row = db.execute("SELECT address FROM document WHERE id = ?", (document,)).fetchone()
    return row[0] if row else None
