"""Checks what is derived from the texts: word counts, signatures, pairs, full-text index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import chain, groupby
from math import isclose
from operator import itemgetter

from cleaners.text.alignment import align
from cleaners.text.folding import folded_or_none
from cleaners.text.shingles import spelled_tokens
from warehouse.dedup.distinct_texts import is_one_site, read_texts, sites_of
from warehouse.dedup.parameters import MIN_WORDS, relation_of
from warehouse.dedup.refresh import compared_texts
from warehouse.dedup.site_blocks import CLEANER
from warehouse.integrity.problems import Problem, Repair, repairable, unrepairable
from warehouse.schema.objects import SEARCH_TABLE
from warehouse.sqlite.transaction import transaction

_SEGMENT_SHIFT, _PAGE_MASK = 37, (1 << 31) - 1


def sketches(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every document has the right word count and, if it is compared, the right distinct text."""
    seen: set[int] = set()
    for document, n_words, is_superseded, text_id, digest, size, signature in db.execute(
        "SELECT d.id, d.n_words, d.superseded_by IS NOT NULL, t.id, t.digest, t.size, t.signature"
        " FROM document AS d LEFT JOIN distinct_text AS t ON t.id = d.text_id"
    ):
        (text,) = db.execute("SELECT text FROM searchable WHERE id = ?", (document,)).fetchone()
        n_found = len(spelled_tokens(text))
        found = compared_texts(db, [document])[document]
        where = f"document {document}"
        if n_found != n_words:
            what = f"the text has {n_found} words, not {n_words}"
            yield repairable(what, where, Repair.RECORDS, document)
        is_compared = found.sketch.n_words >= MIN_WORDS and not is_superseded
        if is_compared != (text_id is not None):
            what = (
                "the document isn't among those compared"
                if is_compared
                else ("the document is compared, and shouldn't be")
            )
            yield repairable(what, where, Repair.RECORDS, document)
        elif text_id is not None and digest != found.digest:
            what = "the text isn't the one that was compared"
            yield repairable(what, where, Repair.RECORDS, document)
        elif text_id is not None and text_id not in seen:
            seen.add(text_id)
            if (size, signature) != (found.sketch.n_shingles, found.packed_signature):
                what = "the signature isn't that of the text"
                yield repairable(what, f"text {text_id}", Repair.DUPLICATES)


def similarities(db: sqlite3.Connection) -> Iterator[Problem]:
    """The stored relation of each pair is what aligning the two texts gives."""
    for a, others in groupby(
        db.execute("SELECT a, b, relation, similarity, containment FROM duplicate_pair ORDER BY a"),
        key=itemgetter(0),
    ):
        recorded = {b: facts for _, b, *facts in others}
        texts = dict(read_texts(db, [a, *recorded]))
        sites = {text: site for text, (_, site) in sites_of(db, texts).items()}
        for b, (relation, similarity, containment) in recorded.items():
            if a not in texts or b not in texts:
                continue
            found = align(texts[a], texts[b])
            same_site = is_one_site(sites[a], sites[b])
            if (
                relation != relation_of(found, same_site=same_site)
                or not isclose(found.similarity, similarity, abs_tol=1e-9)
                or not isclose(found.containment, containment, abs_tol=1e-9)
            ):
                what = "the relation recorded isn't that of the texts"
                yield repairable(what, f"texts {a} and {b}", Repair.DUPLICATES)


def folded_texts(db: sqlite3.Connection) -> Iterator[Problem]:
    """The folded text stored for search is the text of the page, folded."""
    wrong = {
        document
        for document, text, folded in chain(
            db.execute("SELECT id, title, folded_title FROM document"),
            db.execute(
                "SELECT document_id, text, folded FROM full_block"
                " WHERE kind <> 'title' AND (reason IS NULL OR cleaner = ?)",
                (CLEANER,),
            ),
        )
        if folded != folded_or_none(text)
    }
    for document in sorted(wrong):
        what = "the text to search isn't the text of the page"
        yield repairable(what, f"document {document}", Repair.RECORDS, document)


def full_text(db: sqlite3.Connection, patience_s: float | None = None) -> Iterator[Problem]:
    """The full-text index is intact, and has the words of the stored texts.

    FTS5's check counts as a write, so it may wait up to `patience_s` seconds for another writer.
    """
    try:
        if not _passes(db, 0, patience_s) or _unreachable(db):
            yield repairable("the full-text index is broken", SEARCH_TABLE, Repair.SEARCH)
        elif not _passes(db, 1, patience_s):
            # The index is intact, so either the index or a stored text may be wrong.
            yield repairable(
                "the full-text index doesn't fit the texts", SEARCH_TABLE, Repair.RECORDS
            )
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
            raise
        yield unrepairable(
            "the full-text index can't be checked in a read-only file",
            SEARCH_TABLE,
            "check a copy of the warehouse that can be written",
        )


def _passes(db: sqlite3.Connection, rank: int, patience_s: float | None) -> bool:
    """Run FTS5's integrity check: rank 0 checks only the index, rank 1 also the stored texts."""
    try:
        with transaction(db, patience_s):
            db.execute(
                f"INSERT INTO {SEARCH_TABLE} ({SEARCH_TABLE}, rank) VALUES ('integrity-check', ?)",  # noqa: S608
                (rank,),
            )
    except sqlite3.DatabaseError as error:
        # FTS5 reports a missing or malformed part of the index as a plain SQL error.
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR):
            return False
        raise
    return True


def _unreachable(db: sqlite3.Connection) -> bool:
    """Whether the index has a leaf whose words no search can find.

    FTS5's own check doesn't notice that. The layout is described at the top of SQLite's
    fts5_index.c: a leaf page that has terms of its own ends in a list of their offsets, and must
    have a row in the table `idx`.
    """
    found: set[tuple[int, int]] = set(
        db.execute(f"SELECT segid, pgno >> 1 FROM {SEARCH_TABLE}_idx")  # noqa: S608
    )
    leaves = db.execute(
        f"SELECT id, substr(block, 3, 2), length(block) FROM {SEARCH_TABLE}_data"  # noqa: S608
        " WHERE id >= 1 << ? AND (id >> 31) & 63 = 0",
        (_SEGMENT_SHIFT,),
    )
    return any(
        length > int.from_bytes(size, "big")
        and (leaf >> _SEGMENT_SHIFT, leaf & _PAGE_MASK) not in found
        for leaf, size, length in leaves
    )
