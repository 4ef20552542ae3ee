"""Finds paragraphs of new pages that another page has, so that their text is stored once.

Copies of an article, and pages of one form, have most of their paragraphs in common. The index of
site blocks names a document that may have a paragraph; its text decides.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest

from cleaners.model import Block, Kind
from warehouse.blocks import MAX_BLOCKS, block_id
from warehouse.dedup.site_blocks import block_digest
from warehouse.sqlite.ids import id_list

# A reference takes some 20 bytes.
_MIN_CHARACTERS = 64
# So many of a page's longest paragraphs are looked up: a copy of another page has one of them.
_LOOKED_UP = 4
# So many kept blocks of a page that has one are read.
_BLOCKS_READ = 256


def find_shared(db: sqlite3.Connection, pages: Mapping[int, Sequence[Block]]) -> dict[int, int]:
    """The ID of the block that has the text of a new block, by the ID of the new one.

    `pages` has the blocks of documents whose blocks aren't stored, by document ID. The blocks found
    have their texts themselves: they are stored, or come earlier in `pages`.
    """
    paragraphs = {document: _paragraphs(document, blocks) for document, blocks in pages.items()}
    origins: dict[str, int] = {}
    for document in sorted(_similar(db, paragraphs.values()) - pages.keys()):
        origins.update(_stored_texts(db, document))
    return {
        block: origin
        for some in paragraphs.values()
        for block, text in some
        if (origin := origins.setdefault(text, block)) != block
    }


def _paragraphs(document: int, blocks: Sequence[Block]) -> list[tuple[int, str]]:
    """The ID and text of each block that is long enough and kept."""
    return [
        (block_id(document, position), block.text)
        for position, block in enumerate(blocks)
        if len(block.text) >= _MIN_CHARACTERS
        and block.removal is None
        and block.kind is not Kind.TITLE
    ]


def _similar(db: sqlite3.Connection, pages: Iterable[Sequence[tuple[int, str]]]) -> set[int]:
    """For each page, the stored document that may have the most of its longest paragraphs."""
    looked_up = [
        {
            digest
            for _, text in nlargest(_LOOKED_UP, paragraphs, key=_length)
            if (digest := block_digest(text)[0]) is not None
        }
        for paragraphs in pages
    ]
    found = db.execute(
        "SELECT q.value, (SELECT document_id FROM every_site_block WHERE digest = q.value LIMIT 1)"
        " FROM json_each(?) AS q",
        (id_list(sorted(set().union(*looked_up))),),
    )
    documents = {digest: document for digest, document in found if document is not None}
    some = [Counter(documents[one] for one in own & documents.keys()) for own in looked_up]
    return {
        min(times, key=lambda document: (-times[document], document)) for times in some if times
    }


def _stored_texts(db: sqlite3.Connection, document: int) -> Iterator[tuple[str, int]]:
    """The texts of a document's first kept blocks, and the IDs of the blocks that have them."""
    yield from db.execute(
        "SELECT coalesce(o.text, b.text), coalesce(o.id, b.id)"
        " FROM block AS b LEFT JOIN block AS o ON o.id = b.text_of"
        " WHERE b.id BETWEEN ? AND ? AND b.removal_id IS NULL LIMIT ?",
        (block_id(document, 0), block_id(document, MAX_BLOCKS - 1), _BLOCKS_READ),
    )


def _length(paragraph: tuple[int, str]) -> int:
    return len(paragraph[1])
