"""Reads a whole record: the columns of `documents`, and all blocks, kept and removed."""

from __future__ import annotations

import json
import sqlite3

from cleaners.model import Block, DateSource, Kind, Media, PageType, Removal
from cleaners.reasons import Reason
from warehouse.answers import FactSource, Record
from warehouse.corrections import other_corrections, read_corrections
from warehouse.model import Relation
from warehouse.sqlite.ids import page_names

_RECORD = """
SELECT v.id, v.sha256, d.media_type, d.charset, v.url, v.locator, v.site, v.title, v.authors,
    v.published, v.language, v.text, v.n_words, v.cluster_id, v.duplicate_of, v.relation,
    v.similarity, o.containment, v.cleaner_version, v.first_seen, d.encoding, d.encoding_source,
    d.repairs, v.title_source, d.quality, d.notes, d.page_type, v.published_source, d.modified,
    v.description, d.image, d.site_name, d.section, d.tags, d.weights,
    (SELECT count(*) FROM document AS e
     WHERE e.superseded_by = coalesce(d.superseded_by, d.id)) + 1 AS n_versions
FROM documents AS v
JOIN document AS d ON d.id = v.id
JOIN document_relation AS o ON o.id = v.id
WHERE v.id = ?
"""


def read_record(db: sqlite3.Connection, document_id: int) -> Record | None:
    """A document with all its facts and blocks; None if no document has this ID."""
    cursor = db.cursor()
    cursor.row_factory = sqlite3.Row
    row = cursor.execute(_RECORD, (document_id,)).fetchone()
    if row is None:
        return None
    facts = dict(row)
    duplicate_of, relation = facts["duplicate_of"], facts["relation"]
    published_source = facts["published_source"]
    lists = {
        name: tuple(json.loads(facts[name])) for name in ("authors", "repairs", "notes", "tags")
    }
    return Record(
        **facts
        | lists
        | {
            "media_type": Media(facts["media_type"]),
            "charset": facts["charset"] or None,
            "relation": relation and Relation(relation),
            "title_source": FactSource(facts["title_source"]),
            "published_source": published_source and DateSource(published_source),
            "page_type": PageType(facts["page_type"]),
        },
        related_page=page_names(db, [duplicate_of])[duplicate_of] if duplicate_of else None,
        blocks=_blocks(db, document_id),
        corrections=read_corrections(db, [document_id]).get(document_id, ()),
        other_corrections=other_corrections(db, document_id),
    )


def _blocks(db: sqlite3.Connection, document_id: int) -> tuple[Block, ...]:
    rows = db.execute(
        # For a template block, the view `blocks` adds on how many pages it appears.
        "SELECT b.kind, b.text, b.reason, b.cleaner, v.detail, b.confidence, b.path, b.links"
        " FROM full_block AS b JOIN blocks AS v USING (document_id, position)"
        " WHERE b.document_id = ? ORDER BY b.position",
        (document_id,),
    )
    return tuple(
        Block(
            text=text,
            kind=Kind(kind),
            removal=Removal(Reason(reason), cleaner, detail, confidence) if reason else None,
            path=path,
            links=links,
        )
        for kind, text, reason, cleaner, detail, confidence, path, links in rows
    )
