"""Checks what is derived from the texts: words, distinct texts, similarities, search."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from math import isclose

from cleaners.text.sketch import Sketch, Text
from warehouse.dedup.distinct_texts import read_texts, signature_of
from warehouse.dedup.parameters import MIN_WORDS
from warehouse.integrity.problems import Problem, Repair, repairable, unrepairable
from warehouse.schema.objects import SEARCH_TABLE
from warehouse.sqlite.transaction import transaction

_SEGMENT_SHIFT, _PAGE_MASK = 37, (1 << 31) - 1


def sketches(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every document has as many words as it says, and the distinct text of its text."""
    seen: set[int] = set()
    for document, n_words, text_id, digest, size, signature, text in db.execute(
        "SELECT d.id, d.n_words, d.wording_id, w.digest, w.size, w.signature, s.text"
        " FROM document AS d JOIN searchable AS s ON s.id = d.id"
        " LEFT JOIN wording AS w ON w.id = d.wording_id"
    ):
        found = Sketch.of(text)
        where = f"document {document}"
        if found.n_words != n_words:
            what = f"the text has {found.n_words} words, not {n_words}"
            yield repairable(what, where, Repair.RECORDS, document)
        if text_id is None and found.n_words >= MIN_WORDS:
            what = "the document isn't among those compared"
            yield repairable(what, where, Repair.RECORDS, document)
        elif text_id is not None and digest != found.digest:
            what = "the text isn't the one that was compared"
            yield repairable(what, where, Repair.RECORDS, document)
        elif text_id is not None and text_id not in seen:
            seen.add(text_id)
            if (size, signature) != (len(found.text.shingles), signature_of(found)):
                what = "the signature isn't that of the text"
                yield repairable(what, f"wording {text_id}", Repair.DUPLICATES)


def similarities(db: sqlite3.Connection) -> Iterator[Problem]:
    """The recorded similarities of links, and to canonical texts, are those of the texts."""
    standing: dict[int, int] = dict(
        db.execute(
            "SELECT w.cluster_id, d.wording_id FROM wording AS w"
            " JOIN document AS d ON d.id = w.cluster_id WHERE d.wording_id IS NOT NULL"
            " GROUP BY w.cluster_id HAVING count(*) > 1"
        )
    )
    for cluster, text_id in db.execute(
        "SELECT cluster_id, min(id) FROM wording GROUP BY cluster_id"
        " HAVING count(*) = 1 AND (min(similarity) <> 1 OR min(containment) <> 1)"
    ):
        what = f"this alone is cluster {cluster}, but not wholly like itself"
        yield repairable(what, f"wording {text_id}", Repair.DUPLICATES)
    for cluster, canonical in standing.items():
        members = {
            text_id: recorded
            for text_id, *recorded in db.execute(
                "SELECT id, similarity, containment FROM wording WHERE cluster_id = ?", (cluster,)
            )
        }
        links = db.execute(
            "SELECT a, b, similarity, containment FROM link WHERE a IN"
            " (SELECT id FROM wording WHERE cluster_id = ?)",
            (cluster,),
        ).fetchall()
        cut = {
            text_id: Text.of(text)
            for text_id, text in read_texts(db, {canonical, *members})
            if text
        }
        pairs = [(canonical, text_id, *recorded) for text_id, recorded in members.items()]
        for one, other, similarity, containment in (*pairs, *links):
            if one not in cut or other not in cut:
                continue
            found = cut[one].likeness(cut[other])
            if not isclose(found.jaccard, similarity, abs_tol=1e-9) or not isclose(
                found.containment, containment, abs_tol=1e-9
            ):
                what = "the likeness recorded isn't that of the texts"
                yield repairable(what, f"wordings {one} and {other}", Repair.DUPLICATES)


def full_text(db: sqlite3.Connection, patience_s: float | None = None) -> Iterator[Problem]:
    """The full-text index is sound in itself, and has the words of the texts.

    To FTS5, asking for that is a kind of write, which may have to wait for others.
    """
    try:
        if not _passes(db, 0, patience_s) or _unreachable(db):
            yield repairable("the full-text index is broken", SEARCH_TABLE, Repair.SEARCH)
        elif not _passes(db, 1, patience_s):
            # Sound in itself, it may be right, and a text wrong.
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
    """FTS5's own check: with rank 0 of the index alone, with rank 1 against the texts too."""
    try:
        with transaction(db, patience_s):
            db.execute(
                f"INSERT INTO {SEARCH_TABLE} ({SEARCH_TABLE}, rank) VALUES ('integrity-check', ?)",  # noqa: S608
                (rank,),
            )
    except sqlite3.DatabaseError as error:
        # A part of the index that is missing or of another form is no more than a logic error.
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR):
            return False
        raise
    return True


def _unreachable(db: sqlite3.Connection) -> bool:
    """Whether a leaf of the index has words that no search finds: FTS5's check passes over that.

    The layout is described at the top of SQLite's fts5_index.c: a leaf with words of its own ends
    in a list of where they are, and has a row in the table `idx`.
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
