"""The corrections that people made, a row for each."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable

from cleaners.corrections import Corrected, Correction, value_of
from cleaners.model import Page
from warehouse.sqlite.ids import id_list


def read_corrections(
    db: sqlite3.Connection, documents: Iterable[int]
) -> dict[int, tuple[Correction, ...]]:
    """The corrections of documents, the oldest first; only of those that have some."""
    found: dict[int, list[Correction]] = defaultdict(list)
    for document, what, *rest in db.execute(
        "SELECT document_id, what, new, text, old, person, at FROM correction"
        " WHERE document_id IN (SELECT value FROM json_each(?)) ORDER BY at, what, text",
        (id_list(documents),),
    ):
        found[document].append(Correction(Corrected(what), *rest))
    return {document: tuple(some) for document, some in found.items()}


def write_corrections(
    db: sqlite3.Connection, document: int, page: Page, corrections: Iterable[Correction]
) -> None:
    """Enter corrections, each in the place of an earlier one; `page` is as the cleaners made it."""
    db.executemany(
        "INSERT OR REPLACE INTO correction (document_id, what, text, old, new, person, at)"
        " VALUES (?, ?, ?, ?, ?, ?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))",
        [
            (document, one.what.value, one.text, value_of(page, one), one.new, one.person)
            for one in corrections
        ],
    )


def delete_corrections(
    db: sqlite3.Connection, document: int, corrections: Iterable[Correction]
) -> None:
    """Take corrections back."""
    db.executemany(
        "DELETE FROM correction WHERE document_id = ? AND what = ? AND text = ?",
        [(document, one.what.value, one.text) for one in corrections],
    )
