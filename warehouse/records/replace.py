"""Cleaning again what an older version cleaned: the pages to do, and their new records."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from math import isclose
from typing import TypeAlias

from cleaners.model import Media, Page
from cleaners.text.sketch import Sketch
from warehouse.dedup import clustering as duplicates
from warehouse.errors import WarehouseError
from warehouse.model import Counts, Damaged, Loaded, PageKey, Recleaned, Rejected, Stored, Verdict
from warehouse.records import documents, load
from warehouse.records.documents import PageToStore
from warehouse.records.raw_bytes import DamagedBytes, decompress_verified
from warehouse.records.rejects import insert_rejects
from warehouse.records.runs import add_counts
from warehouse.sqlite.ids import id_list
from warehouse.sqlite.transaction import transaction

Row: TypeAlias = tuple[str | float | None, ...]

_FACTS = (
    "page_url title authors published language n_words encoding encoding_source repairs quality"
    " notes"
).split()
# Between kinds of processors the last digits of a probability differ.
_NEAR = 1e-4

# The pages of documents; what wasn't seen anywhere has no other name than its number.
STORED = (
    "SELECT d.id, d.media_type, d.charset, c.url, coalesce(c.locator, 'document ' || d.id),"
    " r.bytes, r.size, r.sha256"
    " FROM document AS d LEFT JOIN raw AS r ON r.id = d.raw_id"
    " LEFT JOIN capture AS c ON c.document_id = d.id AND (c.captured_at, c.locator) ="
    "   (SELECT captured_at, locator FROM capture WHERE document_id = d.id"
    "    ORDER BY captured_at, locator LIMIT 1)"
)


def outdated_pages(
    db: sqlite3.Connection, version: int, after_id: int, limit: int
) -> list[Stored | Damaged]:
    """Up to `limit` pages after `after_id` that a cleaner older than `version` cleaned, by id."""
    rows = db.execute(
        STORED + " WHERE d.id > ? AND d.cleaner_version < ? ORDER BY d.id LIMIT ?",
        (after_id, version, limit),
    )
    return [stored_page(*row) for row in rows]


def stored_page(  # noqa: PLR0913, PLR0917  (each is a column)
    document: int,
    media_type: str,
    charset: str,
    url: str | None,
    locator: str,
    data: bytes | None,
    size: int,
    sha256: bytes | None,
) -> Stored | Damaged:
    """A row of STORED as a page to be cleaned."""
    try:
        payload = decompress_verified(data, size, sha256 or b"")
    except DamagedBytes as error:
        return Damaged(document, locator, sha256.hex() if sha256 else None, str(error))
    key = PageKey((sha256 or b"").hex(), Media(media_type), charset or None)
    return Stored(document, key, payload, url, locator)


def replace_records(
    db: sqlite3.Connection,
    run_id: int,
    pages: Sequence[tuple[int, Page, Sketch]],
    rejects: Sequence[Rejected] = (),
) -> list[Loaded]:
    """Replace the records of stored pages by newly cleaned ones, in one transaction.

    The verdict is UNCHANGED where only the cleaner's version is new. `rejects` are the pages that
    can't be cleaned any more: their records stay, they are entered and reported after the others.
    Raises WarehouseError where a document isn't stored.
    """
    from cleaners import VERSION

    with transaction(db):
        cleaned = {document: PageToStore.of(page, sketch) for document, page, sketch in pages}
        locators = _locators(db, cleaned)
        missing = cleaned.keys() - locators.keys()
        if missing:
            raise WarehouseError(f"there is no document {min(missing)}: clean only what is stored.")
        changed = _changed(db, cleaned)
        _replace(db, changed)
        db.executemany(
            "UPDATE document SET cleaner_version = ? WHERE id = ?",
            [(VERSION, document) for document in cleaned],
        )
        documents.refresh_first_seen(db, changed)
        duplicates.recluster(db, {doc: one.sketch for doc, one in changed.items()})
        briefs = load.document_summaries(db, cleaned)
        twins = duplicates.duplicate_matches(db, changed)
        loaded = []
        for document in cleaned:
            twin = twins.get(document)
            verdict = Verdict.UNCHANGED
            if document in changed:
                verdict = Verdict.DUPLICATE if twin else Verdict.ADDED
            loaded.append(briefs[document].loaded(verdict, locators[document], document, twin))
        loaded += insert_rejects(db, run_id, rejects)
        add_counts(db, run_id, Counts.of(loaded))
    return loaded


def _locators(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, str]:
    return dict(
        db.execute(
            "SELECT id, coalesce((SELECT locator FROM capture WHERE document_id = document.id"
            "            ORDER BY captured_at, locator LIMIT 1), 'document ' || id)"
            " FROM document WHERE id IN (SELECT value FROM json_each(?))",
            (id_list(ids),),
        )
    )


def _changed(db: sqlite3.Connection, readings: Mapping[int, PageToStore]) -> dict[int, PageToStore]:
    """The pages whose stored record doesn't say what they say now."""
    ids = id_list(readings)
    facts = {
        row[0]: row[1:]
        for row in db.execute(
            "SELECT id, page_url, title, authors, published, language, n_words, encoding,"
            " encoding_source, repairs, quality, notes FROM document"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (ids,),
        )
    }
    blocks: dict[int, list[tuple[str | float | None, ...]]] = {
        document: [] for document in readings
    }
    for document, *columns in db.execute(
        "SELECT document_id, kind, text, reason, cleaner, detail, confidence, path, links"
        " FROM block WHERE document_id IN (SELECT value FROM json_each(?))"
        " ORDER BY document_id, position",
        (ids,),
    ):
        blocks[document].append(tuple(columns))
    return {
        document: reading
        for document, reading in readings.items()
        if facts[document] != documents.page_columns(reading)
        or blocks[document] != documents.block_columns(reading.page)
    }


def _replace(db: sqlite3.Connection, readings: Mapping[int, PageToStore]) -> None:
    """Put new facts, blocks and full-text entries in the place of the old."""
    ids = id_list(readings)
    # An entry leaves an external-content index only by the very text that it was made of.
    db.execute(
        "INSERT INTO article_search (article_search, rowid, title, text)"
        " SELECT 'delete', id, title, text FROM search_text"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    documents.replace_content(db, readings)
    documents.index_text(db, readings)


def ids_cleaned_by(db: sqlite3.Connection, version: int | None) -> list[int]:
    """The ids of all documents, or of those that one version of the cleaners cleaned."""
    rows = db.execute(
        "SELECT id FROM document WHERE cleaner_version = coalesce(?, cleaner_version) ORDER BY id",
        (version,),
    )
    return [document for (document,) in rows]


def stored_pages(db: sqlite3.Connection, wanted: Sequence[int]) -> list[Stored | Damaged]:
    """The pages of documents, by id."""
    rows = db.execute(
        f"{STORED} WHERE d.id IN (SELECT value FROM json_each(?)) ORDER BY d.id",  # noqa: S608 - ours
        (id_list(wanted),),
    )
    return [stored_page(*row) for row in rows]


def differing_records(db: sqlite3.Connection, pages: Sequence[Recleaned]) -> dict[int, str]:
    """Of pages cleaned again, the documents whose records say otherwise, and in what."""
    found: dict[int, str] = {}
    for document, page, sketch in pages:
        facts, blocks = _record(db, document)
        reading = PageToStore.of(page, sketch)
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


def restore_records(db: sqlite3.Connection, pages: Sequence[Recleaned]) -> list[int]:
    """Put the records of pages in the place of those that differ, in one transaction; their ids.

    The indexes aren't touched: they are to be repaired afterwards, whatever state they are in.
    """
    from cleaners import VERSION

    with transaction(db):
        wrong = differing_records(db, pages)
        readings = {
            document: PageToStore.of(page, sketch)
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
