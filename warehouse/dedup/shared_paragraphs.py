"""Finds paragraphs of new pages that another page has, so that their text is stored once.

Copies of an article, and pages of one form, have most of their paragraphs in common. The index of
site blocks names a document that may have a paragraph; its text decides.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from cleaners.model import Block, Kind
from warehouse.blocks import OF_DOCUMENT, block_id
from warehouse.dedup.site_blocks import block_digest
from warehouse.sqlite.ids import id_list

# A reference takes some 20 bytes.
_MIN_CHARACTERS = 64


def find_shared(db: sqlite3.Connection, pages: Mapping[int, Sequence[Block]]) -> dict[int, int]:
    """The ID of the block that has the text of a new block, by the ID of the new one.

    `pages` has the blocks of documents whose blocks aren't stored, by document ID. The blocks found
    have their texts themselves: they are stored, or come earlier in `pages`.
    """
    new = dict(_paragraphs(pages))
    digests = {digest for text in new.values() if (digest := block_digest(text)[0]) is not None}
    found = db.execute(
        "SELECT (SELECT document_id FROM every_site_block WHERE digest = q.value LIMIT 1)"
        " FROM json_each(?) AS q",
        (id_list(sorted(digests)),),
    )
    documents = {document for (document,) in found if document is not None} - pages.keys()
    wanted = {*new.values()}
    origins = {
        text: block
        for text, block in db.execute(
            "SELECT coalesce(o.text, b.text), coalesce(o.id, b.id)"  # noqa: S608 - names of ours
            f" FROM document AS d JOIN block AS b ON {OF_DOCUMENT}"
            " LEFT JOIN block AS o ON o.id = b.text_of"
            " WHERE d.id IN (SELECT value FROM json_each(?)) AND b.removal_id IS NULL",
            (id_list(sorted(documents)),),
        )
        if text in wanted
    }
    return {
        block: origin
        for block, text in new.items()
        if (origin := origins.setdefault(text, block)) != block
    }


def _paragraphs(pages: Mapping[int, Sequence[Block]]) -> Iterator[tuple[int, str]]:
    """The ID and text of each block that is long enough and kept."""
    for document, blocks in pages.items():
        for position, block in enumerate(blocks):
            is_kept = block.removal is None and block.kind is not Kind.TITLE
            if is_kept and len(block.text) >= _MIN_CHARACTERS:
                yield block_id(document, position), block.text
