"""Stores each distinct text once, for all documents that have it; these texts are compared."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from cleaners.text.aligned_text import AlignedText
from cleaners.text.sketch import Sketch
from warehouse.dedup.bands import pack_signatures
from warehouse.dedup.parameters import MIN_WORDS
from warehouse.sqlite.ids import id_list, next_id


@dataclass(frozen=True, slots=True, eq=False)
class ComparedText:
    """The parts of a document that are compared: its headline and the sketch of its text."""

    headline: str | None
    sketch: Sketch

    @property
    def digest(self) -> int:
        """A signed 64-bit hash that is equal for texts with the same words and headline."""
        import xxhash

        words = (self.headline or "").casefold().split()
        seed = self.sketch.digest % (1 << 64)
        digest = xxhash.xxh3_64_digest(" ".join(words).encode(), seed=seed)
        return int.from_bytes(digest, "big", signed=True)

    @property
    def packed_signature(self) -> bytes:
        """The text's signatures in the form that the warehouse stores."""
        return pack_signatures(self.sketch.signature, self.sketch.figures, self.sketch.n_figures)


class Priority(NamedTuple):
    """The sort key that decides which of several texts is canonical: the smallest is.

    No two documents have the same priority.
    """

    first_seen: str
    fewer_words: int
    sha256: bytes
    media_type: str
    charset: str
    document: int


def assign_texts(db: sqlite3.Connection, compared: Mapping[int, ComparedText]) -> set[int]:
    """Link each document to its distinct text; returns the IDs of the texts that are new.

    A new text is its own canonical text until it has been compared. Texts with fewer than MIN_WORDS
    words are never compared, and aren't stored.
    """
    digests = {
        document: one.digest
        for document, one in compared.items()
        if one.sketch.n_words >= MIN_WORDS
    }
    texts: dict[int, int] = dict(
        db.execute(
            "SELECT digest, id FROM distinct_text WHERE digest IN (SELECT value FROM json_each(?))",
            (id_list(digests.values()),),
        )
    )
    following = next_id(db, "distinct_text")
    new: dict[int, int] = {}
    for document, digest in digests.items():
        if digest not in texts:
            texts[digest] = following + len(new)
            new[texts[digest]] = document
    db.executemany(
        "INSERT INTO distinct_text (id, digest, size, signature, document_id, canonical_id,"
        " relation, similarity, containment) VALUES (?1, ?2, ?3, ?4, ?5, ?1, NULL, 1, 1)",
        [
            (
                text,
                digests[document],
                compared[document].sketch.n_shingles,
                compared[document].packed_signature,
                document,
            )
            for text, document in new.items()
        ],
    )
    db.executemany(
        "UPDATE document SET text_id = ? WHERE id = ?",
        [(texts[digest], document) for document, digest in digests.items()],
    )
    return set(new)


def unassign_texts(db: sqlite3.Connection, documents: Iterable[int]) -> set[int]:
    """Unlink documents from their texts; returns those texts, some of which may now be unused."""
    ids = id_list(documents)
    held = {
        text
        for (text,) in db.execute(
            "SELECT DISTINCT text_id FROM document"
            " WHERE id IN (SELECT value FROM json_each(?)) AND text_id IS NOT NULL",
            (ids,),
        )
    }
    db.execute(
        "UPDATE document SET text_id = NULL WHERE id IN (SELECT value FROM json_each(?))", (ids,)
    )
    return held


def sites_of(
    db: sqlite3.Connection, texts: Iterable[int]
) -> dict[int, tuple[int | None, int | None]]:
    """The ID of each text's site as stored, and that of its first document's site now.

    It is None if the document has no URL.
    """
    return {
        text: (stored, now)
        for text, stored, now in db.execute(
            "SELECT t.id, t.site_id, CASE WHEN d.site IS NOT NULL THEN d.group_id END"
            " FROM distinct_text AS t JOIN document AS d ON d.id = t.document_id"
            " WHERE t.id IN (SELECT value FROM json_each(?))",
            (id_list(texts),),
        )
    }


def is_one_site(one: int | None, another: int | None) -> bool:
    """Whether two texts are known to be of one site, by the IDs that `sites_of` gives."""
    return one is not None and one == another


def texts_of(db: sqlite3.Connection, documents: Iterable[int]) -> set[int]:
    """The IDs of the texts that the documents are linked to."""
    rows = db.execute(
        "SELECT DISTINCT text_id FROM document"
        " WHERE id IN (SELECT value FROM json_each(?)) AND text_id IS NOT NULL",
        (id_list(documents),),
    )
    return {text for (text,) in rows}


def signatures_of(db: sqlite3.Connection, texts: Iterable[int]) -> dict[int, bytes]:
    """The packed signature of each text, by text ID."""
    return dict(
        db.execute(
            "SELECT id, signature FROM distinct_text WHERE id IN (SELECT value FROM json_each(?))",
            (id_list(texts),),
        )
    )


def priorities(db: sqlite3.Connection, texts: Iterable[int]) -> dict[int, Priority]:
    """The priority of each text: the smallest among its documents.

    Texts without documents are left out.
    """
    found: dict[int, Priority] = {}
    for text, *facts in db.execute(
        "SELECT d.text_id, d.first_seen, -d.n_words, r.sha256, d.media_type, d.charset, d.id"
        " FROM json_each(?) AS t JOIN document AS d ON d.text_id = t.value"
        " JOIN raw AS r ON r.id = d.raw_id",
        (id_list(texts),),
    ):
        priority = Priority(*facts)
        found[text] = min(found.get(text, priority), priority)
    return found


def read_texts(db: sqlite3.Connection, texts: Iterable[int]) -> Iterator[tuple[int, AlignedText]]:
    """Yield each text's ID and the text prepared for alignment, one in memory at a time."""
    for text, headline, words in db.execute(
        "SELECT t.id, c.headline, c.text FROM json_each(?) AS q"
        " JOIN distinct_text AS t ON t.id = q.value JOIN comparable AS c ON c.id = t.document_id",
        (id_list(texts),),
    ):
        yield text, AlignedText(words, headline)
