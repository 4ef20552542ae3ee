"""Replaces the records of stored pages that are cleaned again or corrected."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest
from math import isclose
from typing import TypeAlias

from cleaners.corrections import Correction
from cleaners.model import Media, Stage
from cleaners.page import Page
from cleaners.text.sketch import Sketch
from warehouse.blocks import COLUMNS, block_columns
from warehouse.corrections import (
    carried_to_outdated,
    delete_corrections,
    insert_carried,
    read_corrections,
    versions_concerned,
    write_corrections,
)
from warehouse.dedup.clustering import duplicate_matches
from warehouse.dedup.distinct_texts import ComparedText
from warehouse.dedup.refresh import refresh_relations
from warehouse.dedup.site_blocks import CLEANER, block_digest, forget_blocks
from warehouse.errors import WarehouseError
from warehouse.model import (
    DAMAGED_BYTES,
    Counts,
    Loaded,
    PageKey,
    Recleaned,
    Rejected,
    Stored,
    Verdict,
)
from warehouse.records import documents, load, raw_bytes
from warehouse.records.documents import PageToStore
from warehouse.records.raw_bytes import DamagedBytes, decompress_verified
from warehouse.records.rejects import insert_rejects
from warehouse.records.runs import add_counts
from warehouse.site_rules import rules_of
from warehouse.sqlite.ids import id_list, page_names
from warehouse.sqlite.transaction import transaction

Row: TypeAlias = tuple[str | float | None, ...]

_N_WORDS = documents.PAGE_COLUMNS.index("n_words")
# Probabilities differ in their last digits between processor types.
_FLOAT_TOLERANCE = 1e-4

# The stored pages. A document without a capture gets its number as its name.
STORED = (
    "SELECT d.id, d.media_type, d.charset, c.url, coalesce(c.locator, 'document ' || d.id),"  # noqa: S608
    f" {raw_bytes.PAYLOAD_COLUMNS}, f.facts FROM document AS d {raw_bytes.PAYLOAD_TABLES}"
    " LEFT JOIN stated_facts AS f ON f.document_id = d.id"
    f" LEFT JOIN {documents.CANONICAL_CAPTURE}"
)


def outdated_pages(
    db: sqlite3.Connection, version: int, weights: str | None, after_id: int, limit: int
) -> list[Stored | Rejected]:
    """Up to `limit` pages after `after_id` that other cleaners cleaned, by id.

    That is one older than `version`, or one with other weights; with version 0, neither counts.
    Those whose sites have got other rules since are among them.
    """
    rows = db.execute(
        STORED + " WHERE d.id > ?1 AND (d.is_outdated OR ?2 > 0"
        "  AND (d.cleaner_version < ?2 OR d.weights IS NOT ?3)) ORDER BY d.id LIMIT ?4",
        (after_id, version, weights, limit),
    )
    return [stored_page(*row) for row in rows]


def stored_page(  # noqa: PLR0913, PLR0917  (each is a column)
    document: int,
    media_type: str,
    charset: str,
    url: str | None,
    locator: str,
    data: bytes | None,
    start: int,
    size: int,
    sha256: bytes | None,
    facts: str | None,
) -> Stored | Rejected:
    """A row of STORED as a page to be cleaned, or a reject if its bytes are damaged."""
    try:
        payload = decompress_verified(data, start, size, sha256 or b"")
    except DamagedBytes as error:
        digest = sha256.hex() if sha256 else None
        return Rejected(locator, digest, Stage.READ, DAMAGED_BYTES, str(error), document)
    key = PageKey((sha256 or b"").hex(), Media(media_type), charset or None)
    return Stored(document, key, payload, url, locator, documents.stated_facts(facts))


def replace_records(
    db: sqlite3.Connection,
    run_id: int,
    pages: Sequence[tuple[int, Page, Sketch]],
    rejects: Sequence[Rejected] = (),
) -> list[Loaded]:
    """Replace the records of stored pages by newly cleaned ones, in one transaction.

    The verdict is UNCHANGED if only the cleaner's version differs. `rejects` are the pages that can
    no longer be cleaned: their records stay, and they are stored and reported after the others.
    Raises WarehouseError if a document isn't stored.
    """
    with transaction(db):
        _store_carried(db, pages)
        cleaned = _corrected_pages(db, pages)
        locators = _locators(db, cleaned)
        missing = cleaned.keys() - locators.keys()
        if missing:
            raise WarehouseError(f"there is no document {min(missing)}: clean only what is stored.")
        changed = _rewrite(db, cleaned)
        summaries = load.document_summaries(db, cleaned)
        matches = duplicate_matches(db, changed)
        related = page_names(db, {match.document for match in matches.values()})
        loaded = []
        for document in cleaned:
            match = matches.get(document)
            verdict = Verdict.UNCHANGED
            if document in changed:
                verdict = Verdict.DUPLICATE if match else Verdict.ADDED
            page = related.get(match.document) if match else None
            summary, locator = summaries[document], locators[document]
            loaded.append(summary.loaded(verdict, locator, document, match, page))
        loaded += insert_rejects(db, run_id, rejects)
        add_counts(db, run_id, Counts.of(loaded))
    return loaded


def correct_document(
    db: sqlite3.Connection,
    document: int,
    pages: Mapping[int, Page | None],
    corrections: Sequence[Correction],
    undone: Sequence[Correction],
    confirm: Callable[[], None],
) -> set[int]:
    """Make and undo corrections of a document, in one transaction.

    `pages` has the stored pages of the document and of the other versions that this changes,
    cleaned again; None for a page that can no longer be cleaned. If pages of affected versions are
    missing, returns the IDs of those versions and changes nothing. Otherwise replaces their
    records, and updates what depends on them.

    `confirm` is called at the beginning of the transaction; if it raises an exception, nothing is
    changed.
    """
    with transaction(db):
        confirm()
        page = pages[document]
        assert page is not None, "its page was cleaned"
        concerned = versions_concerned(db, document, page, corrections, undone)
        missing = concerned - pages.keys()
        if missing:
            return missing
        cleaned = {one: found for one in concerned if (found := pages[one]) is not None}
        again = [(one, found, Sketch.of(found.text)) for one, found in cleaned.items()]
        _store_carried(db, again)
        delete_corrections(db, cleaned, undone)
        write_corrections(db, document, cleaned, corrections)
        # The site's template marks may apply to a block that the cleaners now keep.
        _rewrite(db, _corrected_pages(db, again), concerned=cleaned)
    return set()


def _store_carried(db: sqlite3.Connection, pages: Sequence[tuple[int, Page, Sketch]]) -> None:
    """Store what outdated documents get of their other versions' corrections."""
    cleaned = {document: page for document, page, _ in pages}
    for document, corrections in carried_to_outdated(db, cleaned).items():
        insert_carried(db, document, cleaned[document], corrections)


def _corrected_pages(
    db: sqlite3.Connection,
    pages: Sequence[tuple[int, Page, Sketch]],
    carried: Mapping[int, Sequence[Correction]] | None = None,
) -> dict[int, PageToStore]:
    """Recleaned pages with the rules of their sites and their corrections applied.

    These are the stored corrections, and those in `carried`.
    """
    corrections = read_corrections(db, [document for document, _, _ in pages])
    carried = carried or {}
    rules = rules_of(db, [document for document, _, _ in pages])
    return {
        document: PageToStore.corrected(
            page,
            sketch,
            rules.get(document, ()),
            (*corrections.get(document, ()), *carried.get(document, ())),
        )
        for document, page, sketch in pages
    }


def _rewrite(
    db: sqlite3.Connection, cleaned: Mapping[int, PageToStore], concerned: Iterable[int] = ()
) -> dict[int, PageToStore]:
    """Replace the records that differ from their pages; returns the pages that differed.

    The template marks of the documents in `concerned` are updated in any case.
    """
    from cleaners import VERSION

    # A rule may be about blocks that the cleaners keep and that are marked as template.
    outdated = db.execute(
        "SELECT id FROM document WHERE is_outdated AND id IN (SELECT value FROM json_each(?))",
        (id_list(cleaned),),
    )
    concerned = {*concerned, *(document for (document,) in outdated)}
    differences = _differences(db, cleaned)
    changed = {doc: page for doc, page in cleaned.items() if doc in differences}
    others = forget_blocks(db, changed)
    _replace(db, changed)
    documents.mark_cleaned(db, ((document, one.page) for document, one in cleaned.items()), VERSION)
    documents.refresh_first_seen(db, changed)
    compared = {
        document: ComparedText(one.page.title, one.sketch) for document, one in changed.items()
    }
    refresh_relations(db, compared, changed, changed, {*others, *concerned})
    return changed


def _locators(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, str]:
    return dict(
        db.execute(
            "SELECT d.id, coalesce(c.locator, 'document ' || d.id) FROM document AS d"  # noqa: S608
            " LEFT JOIN stated_facts AS f ON f.document_id = d.id"
            f" LEFT JOIN {documents.CANONICAL_CAPTURE}"
            " WHERE d.id IN (SELECT value FROM json_each(?))",
            (id_list(ids),),
        )
    )


def _differences(
    db: sqlite3.Connection, pages: Mapping[int, PageToStore], float_tolerance: float = 0.0
) -> dict[int, list[str]]:
    """For each document whose stored record differs from its page: what differs.

    A block that is marked as the site's template counts as kept by the cleaner.
    """

    def same(one: str | float | None, other: str | float | None) -> bool:
        if isinstance(one, float) and isinstance(other, float):
            return isclose(one, other, rel_tol=0.0, abs_tol=float_tolerance)
        return one == other

    ids = id_list(pages)
    blocks: dict[int, list[Row]] = {document: [] for document in pages}
    # words in blocks that the cleaner kept
    marked: Counter[int] = Counter()
    for document, *columns in db.execute(
        f"SELECT document_id, position, {', '.join(COLUMNS)}"  # noqa: S608
        " FROM full_block"
        " WHERE document_id IN (SELECT value FROM json_each(?)) ORDER BY document_id, position",
        (ids,),
    ):
        position, kind, text, reason, cleaner, detail, confidence, *rest = columns
        if cleaner == CLEANER:
            marked[document] += block_digest(text)[1]
            reason = cleaner = detail = confidence = None
        blocks[document].append((position, kind, text, reason, cleaner, detail, confidence, *rest))
    found: dict[int, list[str]] = {}
    for document, *stored in db.execute(
        f"SELECT id, {', '.join(documents.PAGE_COLUMNS)} FROM document"  # noqa: S608
        " WHERE id IN (SELECT value FROM json_each(?))",
        (ids,),
    ):
        page = pages[document]
        stored[_N_WORDS] += marked[document]
        columns = zip(documents.PAGE_COLUMNS, stored, documents.page_columns(page), strict=True)
        wrong = [
            name
            for name, one, other in columns
            # Versions before the column `disagreement` stored none, which is no difference.
            if not (same(one, other) or (name == "disagreement" and one is None))
        ]
        wanted = [(n, *block_columns(block)) for n, block in enumerate(page.page.blocks)]
        wrong += [
            f"block {position}"
            for position, (one, other) in enumerate(zip_longest(blocks[document], wanted))
            if one is None or other is None or not all(map(same, one, other))
        ]
        if wrong:
            found[document] = wrong
    return found


def _replace(db: sqlite3.Connection, pages_to_store: Mapping[int, PageToStore]) -> None:
    """Replace the facts, blocks and full-text entries of documents."""
    ids = id_list(pages_to_store)
    # An entry can be removed from an external-content index only with the exact text that it was
    # made from.
    db.execute(
        "INSERT INTO article_search (article_search, rowid, title, text)"
        " SELECT 'delete', id, title, text FROM search_text"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    documents.replace_content(db, pages_to_store)
    documents.index_text(db, pages_to_store)


def pages_as_corrected(db: sqlite3.Connection, pages: Sequence[Recleaned]) -> dict[int, Page]:
    """Recleaned pages with corrections and the rules of their sites applied, by document."""
    return {document: one.page for document, one in _as_stored(db, pages).items()}


def _as_stored(db: sqlite3.Connection, pages: Sequence[Recleaned]) -> dict[int, PageToStore]:
    """Pages as `replace_records` would store them; writes nothing."""
    carried = carried_to_outdated(db, {document: page for document, page, _ in pages})
    return _corrected_pages(db, pages, carried)


def ids_cleaned_by(db: sqlite3.Connection, version: int | None, weights: str | None) -> list[int]:
    """The ids of all documents, or of those that are as a version with some weights cleans them."""
    rows = db.execute(
        "SELECT id FROM document WHERE ?1 IS NULL OR"
        " cleaner_version = ?1 AND weights IS ?2 AND NOT is_outdated ORDER BY id",
        (version, weights),
    )
    return [document for (document,) in rows]


def stored_pages(db: sqlite3.Connection, wanted: Sequence[int]) -> list[Stored | Rejected]:
    """The pages of these documents, by ID."""
    rows = db.execute(
        f"{STORED} WHERE d.id IN (SELECT value FROM json_each(?)) ORDER BY d.id",  # noqa: S608 - ours
        (id_list(wanted),),
    )
    return [stored_page(*row) for row in rows]


def differing_records(db: sqlite3.Connection, pages: Sequence[Recleaned]) -> dict[int, str]:
    """For each document whose record differs from its recleaned page: what differs."""
    to_store = _as_stored(db, pages)
    return {
        document: ", ".join(wrong[:3]) + (", …" if len(wrong) > 3 else "")
        for document, wrong in _differences(db, to_store, _FLOAT_TOLERANCE).items()
    }


def restore_records(db: sqlite3.Connection, pages: Sequence[Recleaned]) -> list[int]:
    """Replace records that differ from the pages, in one transaction; returns their IDs.

    The indexes aren't updated: they must be repaired afterwards, whatever state they are in.
    """
    from cleaners import VERSION

    with transaction(db):
        _store_carried(db, pages)
        wrong = differing_records(db, pages)
        pages_to_store = {
            document: page
            for document, page in _corrected_pages(db, pages).items()
            if document in wrong
        }
        documents.replace_content(db, pages_to_store)
        documents.mark_cleaned(db, ((document, page) for document, page, _ in pages), VERSION)
        documents.refresh_first_seen(db, pages_to_store)
    return sorted(wrong)
