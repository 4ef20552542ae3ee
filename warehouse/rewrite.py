"""Records compared with what their raw bytes say, and written anew where they say otherwise."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import zip_longest
from math import isclose
from typing import TypeAlias

from warehouse import documents
from warehouse.documents import id_list
from warehouse.model import Damaged, Recleaned, Stored
from warehouse.reading import Reading
from warehouse.reload import STORED, stored_page
from warehouse.transaction import transaction

Row: TypeAlias = tuple[str | float | None, ...]

_FACTS = (
    "page_url title authors published language n_words encoding encoding_source repairs quality"
    " notes"
).split()
# Between kinds of processors the last digits of a probability differ.
_NEAR = 1e-4


def ids(db: sqlite3.Connection, version: int | None) -> list[int]:
    """The ids of all documents, or of those that one version of the cleaners cleaned."""
    rows = db.execute(
        "SELECT id FROM document WHERE cleaner_version = coalesce(?, cleaner_version) ORDER BY id",
        (version,),
    )
    return [document for (document,) in rows]


def stored(db: sqlite3.Connection, wanted: Sequence[int]) -> list[Stored | Damaged]:
    """The pages of documents, by id."""
    rows = db.execute(
        f"{STORED} WHERE d.id IN (SELECT value FROM json_each(?)) ORDER BY d.id",  # noqa: S608 - ours
        (id_list(wanted),),
    )
    return [stored_page(*row) for row in rows]


def differing(db: sqlite3.Connection, pages: Sequence[Recleaned]) -> dict[int, str]:
    """Of pages cleaned again, the documents whose records say otherwise, and in what."""
    found: dict[int, str] = {}
    for document, page, sketch in pages:
        facts, blocks = _record(db, document)
        reading = Reading.of(page, sketch)
        wanted = documents.page_columns(reading)
        wrong = [
            name
            for name, one, other in zip(_FACTS, facts, wanted, strict=True)
            if not _same(one, other)
        ]
        numbered = [(n, *block) for n, block in enumerate(documents.block_columns(page))]
        wrong += [
            f"block {place}"
            for place, (one, other) in enumerate(zip_longest(blocks, numbered))
            if one is None or other is None or not all(map(_same, one, other))
        ]
        if wrong:
            found[document] = ", ".join(wrong[:3]) + (", …" if len(wrong) > 3 else "")
    return found


def rewrite(db: sqlite3.Connection, pages: Sequence[Recleaned]) -> list[int]:
    """Put the records of pages in the place of those that differ, in one transaction; their ids.

    The indexes aren't touched: they are to be repaired afterwards, whatever state they are in.
    """
    from cleaners import VERSION

    with transaction(db):
        wrong = differing(db, pages)
        readings = {
            document: Reading.of(page, sketch)
            for document, page, sketch in pages
            if document in wrong
        }
        documents.replace_content(db, readings)
        db.executemany(
            "UPDATE document SET cleaner_version = ? WHERE id = ?",
            [(VERSION, document) for document, _, _ in pages],
        )
        documents.refresh_first_seen(db, readings)
    return sorted(wrong)


def _record(db: sqlite3.Connection, document: int) -> tuple[Row, list[Row]]:
    facts = db.execute(
        f"SELECT {', '.join(_FACTS)} FROM document WHERE id = ?",  # noqa: S608 - names of ours
        (document,),
    ).fetchone()
    blocks = db.execute(
        "SELECT position, kind, text, reason, cleaner, detail, confidence, path, links FROM block"
        " WHERE document_id = ? ORDER BY position",
        (document,),
    ).fetchall()
    return facts, blocks


def _same(one: str | float | None, other: str | float | None) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, abs_tol=_NEAR)
    return one == other
