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


def read_record(db: sqlite3.Connection, document_id: int) -> Record | None:
    """A document with all its facts and blocks; None if no document has this ID."""
    row = db.execute(
        "SELECT v.id, v.sha256, d.media_type, d.charset, v.url, v.locator, v.site, v.title,"
        " v.authors, v.published, v.language, v.text, v.n_words, v.cluster_id, v.duplicate_of,"
        " v.relation, v.similarity, o.containment, (SELECT count(*) FROM document AS e"
        "   WHERE e.superseded_by = coalesce(d.superseded_by, d.id)) + 1,"
        " v.cleaner_version, v.first_seen, d.encoding, d.encoding_source, d.repairs,"
        " v.title_source, d.quality, d.notes, d.page_type,"
        " v.published_source, d.modified, v.description, d.image, d.site_name, d.section, d.tags,"
        " d.weights"
        " FROM documents AS v JOIN document AS d ON d.id = v.id"
        " JOIN document_relation AS o ON o.id = v.id WHERE v.id = ?",
        (document_id,),
    ).fetchone()
    if row is None:
        return None
    one, sha256, media, charset, *place, authors, published, language, text, n_words = row[:13]
    cluster_id, duplicate_of, relation, similarity, containment, n_versions = row[13:19]
    version, first_seen, *how, title_source, quality, notes, page_type, source, modified = row[
        19:30
    ]
    description, image, site_name, section, tags, weights = row[30:]
    encoding, encoding_source, repairs = how
    url, locator, site, title = place
    return Record(
        id=one,
        sha256=sha256,
        media_type=Media(media),
        charset=charset or None,
        url=url,
        locator=locator,
        site=site,
        title=title,
        authors=tuple(json.loads(authors)),
        published=published,
        language=language,
        text=text,
        n_words=n_words,
        cluster_id=cluster_id,
        duplicate_of=duplicate_of,
        relation=relation and Relation(relation),
        similarity=similarity,
        containment=containment,
        related_page=page_names(db, [duplicate_of])[duplicate_of] if duplicate_of else None,
        n_versions=n_versions,
        cleaner_version=version,
        weights=weights,
        first_seen=first_seen,
        title_source=FactSource(title_source),
        encoding=encoding,
        encoding_source=encoding_source,
        repairs=tuple(json.loads(repairs)),
        blocks=_blocks(db, document_id),
        corrections=read_corrections(db, [document_id]).get(document_id, ()),
        other_corrections=other_corrections(db, document_id),
        quality=quality,
        notes=tuple(json.loads(notes)),
        published_source=source and DateSource(source),
        modified=modified,
        description=description,
        image=image,
        site_name=site_name,
        section=section,
        tags=tuple(json.loads(tags)),
        page_type=PageType(page_type),
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
