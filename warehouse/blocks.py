"""Stores the blocks of documents in few bytes; the view `full_block` shows them in full.

A block's ID says which document it belongs to, and where in it. Paths and removals are the same on
page after page, so each is stored once, and blocks refer to it.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from cleaners.model import Block, Kind, Removal
from cleaners.reasons import Reason
from cleaners.text.folding import folded_or_none
from warehouse.sqlite.functions import string_digest
from warehouse.sqlite.ids import id_list, next_id

# The columns of a row of `block_string` or `removal`, without its ID and digest.
Row: TypeAlias = tuple[str | float, ...]

# A block's ID is its document's ID times this, plus its position. So a document has fewer blocks.
MAX_BLOCKS: Final = 1 << 20
# The column `kind` of `block` has the place of the kind in this list.
_KINDS = (
    *(Kind.TITLE, Kind.PARAGRAPH, Kind.HEADING, Kind.LIST_ITEM, Kind.CAPTION, Kind.TABLE_ROW),
    *(Kind.QUOTE, Kind.CODE, Kind.BYLINE),
)
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}
# The columns of `full_block` that come from a page, in the order of what `block_columns` returns.
COLUMNS = (
    *("kind", "text", "reason", "cleaner", "detail", "confidence", "path", "links"),
    "folded",
)
# The tables of what blocks share, and the column that each finds by its digest.
STRINGS = {"block_string": "text", "removal": "detail"}
_REMOVAL_COLUMNS = ("detail", "reason", "cleaner", "confidence")
# Limits the rows of `block AS b` to those of `document AS d`.
OF_DOCUMENT = f"b.id BETWEEN d.id * {MAX_BLOCKS} AND d.id * {MAX_BLOCKS} + {MAX_BLOCKS - 1}"
# The document of a row of `block`, and the place in it from 0.
# These round down, so that no document has a block of a negative ID.
DOCUMENT_ID = f"(block.id >> {MAX_BLOCKS.bit_length() - 1})"
POSITION = f"(block.id & {MAX_BLOCKS - 1})"

# The blocks of documents that the cleaner kept, read without the texts and removals of the others.
# The parameters are the digest of the detail of site templates, their cleaner, and a list of IDs.
KEPT_BLOCKS = (
    "SELECT b.id AS id, d.id AS document_id,"  # noqa: S608 - names of ours
    f" b.id & {MAX_BLOCKS - 1} AS position,"
    " CASE WHEN b.text_of IS NULL THEN b.text"
    "  ELSE coalesce((SELECT o.text FROM block AS o WHERE o.id = b.text_of), '') END AS text,"
    " coalesce((SELECT s.text FROM block_string AS s WHERE s.id = b.path_id), '') AS path,"
    f" b.kind = {_NUMBERS[Kind.HEADING]} AS is_heading,"
    " b.removal_id IS NOT NULL AS is_marked, b.site_digest AS site_digest"
    f" FROM document AS d JOIN block AS b ON {OF_DOCUMENT}"
    f" WHERE b.kind <> {_NUMBERS[Kind.TITLE]} AND (b.removal_id IS NULL OR b.removal_id IN"
    "  (SELECT id FROM removal WHERE digest = ? AND cleaner = ?))"
    " AND d.id IN (SELECT value FROM json_each(?))"
)


def block_id(document: int, position: int) -> int:
    """The ID of a block."""
    return document * MAX_BLOCKS + position


def block_columns(block: Block) -> tuple[str | float | None, ...]:
    """The values of COLUMNS for a block."""
    removal = block.removal
    return (
        block.kind.value,
        block.text,
        *(
            (removal.reason.value, removal.cleaner, removal.detail, removal.confidence)
            if removal
            else (None, None, None, None)
        ),
        block.path,
        block.links,
        None if removal or block.kind is Kind.TITLE else folded_or_none(block.text),
    )


def insert_blocks(
    db: sqlite3.Connection, pages: Mapping[int, Sequence[Block]], shared: Mapping[int, int]
) -> None:
    """Store the blocks of documents that have none yet, given by document ID.

    `shared` names, for the ID of a block, another block that has the text.
    """
    blocks = [one for some in pages.values() for one in some]
    removal_rows = [one.removal and _removal_row(one.removal) for one in blocks]
    removals = _ids(db, "removal", _REMOVAL_COLUMNS, {row for row in removal_rows if row})
    paths = _string_ids(db, {one.path for one in blocks})
    times = Counter(one.text for one in blocks if one.removal)
    # A text that no other block has takes less in the row of its block.
    texts = _string_ids(db, times, {text for text, count in times.items() if count > 1})
    rows = []
    reasons = set()
    row_of = iter(removal_rows)
    for document, some in pages.items():
        for number, one in enumerate(some, block_id(document, 0)):
            removal = text_id = text_of = folded = None
            if row := next(row_of):
                removal = removals[row]
                text_id = texts.get(one.text)
                reasons.add((row[1], document))
            elif one.kind is not Kind.TITLE:
                text_of = shared.get(number)
                folded = folded_or_none(one.text)
            text = one.text if text_id is None and text_of is None else ""
            kind, path = _NUMBERS[one.kind], paths.get(one.path)
            rows.append((number, kind, removal, path, one.links, text, folded, text_id, text_of))
    db.executemany(
        "INSERT INTO block (id, kind, removal_id, path_id, links, text, folded, text_id, text_of)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    db.executemany(
        "INSERT INTO document_reason (reason, document_id) VALUES (?, ?)", sorted(reasons)
    )


def delete_blocks(db: sqlite3.Connection, documents: Collection[int]) -> None:
    """Delete the blocks of documents, but nothing that other blocks refer to."""
    ranges = [(block_id(one, 0), block_id(one, MAX_BLOCKS - 1)) for one in documents]
    db.executemany(
        "UPDATE block SET text_of = NULL, text ="
        " coalesce((SELECT o.text FROM block AS o WHERE o.id = block.text_of), '')"
        " WHERE text_of BETWEEN ? AND ?",
        ranges,
    )
    db.executemany("DELETE FROM block WHERE id BETWEEN ? AND ?", ranges)
    _delete_reasons(db, documents)


def refresh_reasons(db: sqlite3.Connection, documents: Collection[int]) -> None:
    """Store for which reasons blocks of documents are removed, after that has changed."""
    _delete_reasons(db, documents)
    db.execute(
        "INSERT INTO document_reason (reason, document_id)"
        " SELECT DISTINCT reason, document_id FROM full_block"
        " WHERE document_id IN (SELECT value FROM json_each(?)) AND reason IS NOT NULL",
        (id_list(documents),),
    )


def _delete_reasons(db: sqlite3.Connection, documents: Collection[int]) -> None:
    db.execute(
        "DELETE FROM document_reason WHERE reason IN (SELECT value FROM json_each(?))"
        " AND document_id IN (SELECT value FROM json_each(?))",
        (json.dumps([*Reason]), id_list(documents)),
    )


def removal_id(db: sqlite3.Connection, removal: Removal) -> int:
    """The ID of a removal, which is added if it isn't stored yet."""
    row = _removal_row(removal)
    return _ids(db, "removal", _REMOVAL_COLUMNS, [row])[row]


def _removal_row(removal: Removal) -> Row:
    return removal.detail, removal.reason, removal.cleaner, removal.confidence


def _string_ids(
    db: sqlite3.Connection, strings: Iterable[str], added: Iterable[str] | None = None
) -> dict[str, int]:
    """The ID of each string that is stored and isn't empty; adds strings as `_ids` does."""
    rows = {(one,) for one in strings if one}
    new = rows if added is None else {(one,) for one in added if one}
    return {
        str(row[0]): number
        for row, number in _ids(db, "block_string", ("text",), rows, new).items()
    }


def _ids(
    db: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    rows: Collection[Row],
    added: Collection[Row] | None = None,
) -> dict[Row, int]:
    """The ID of each row that is stored, given by its columns, the first a text.

    Adds those of the rows `added` that aren't stored yet, by default all rows.
    """
    if not rows:
        return {}
    digests = {row: string_digest(str(row[0])) for row in rows}
    names = ", ".join(columns)
    stored = db.execute(
        f"SELECT id, {names} FROM {table} WHERE digest IN (SELECT value FROM json_each(?))",  # noqa: S608
        (id_list(sorted({*digests.values()})),),
    )
    # Other texts may have the same digest.
    ids = {row: number for number, *rest in stored if (row := (*rest,)) in digests}
    missing = {*(rows if added is None else added)} - ids.keys()
    new = {row: number for number, row in enumerate(sorted(missing), next_id(db, table))}
    db.executemany(
        f"INSERT INTO {table} (id, digest, {names}) VALUES (?, ?{', ?' * len(columns)})",  # noqa: S608
        [(number, digests[row], *row) for row, number in new.items()],
    )
    return ids | new
