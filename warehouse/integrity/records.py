"""Checks single records: their raw bytes, blocks, facts, captures and references."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from warehouse.blocks import DOCUMENT_ID, POSITION, STRINGS
from warehouse.integrity.problems import Problem, Repair, repairable, unrepairable
from warehouse.records.documents import CANONICAL_CAPTURE, site_of
from warehouse.records.raw_bytes import (
    PAYLOAD_COLUMNS,
    PAYLOAD_TABLES,
    DamagedBytes,
    decompress_verified,
)
from warehouse.sqlite.functions import string_digest

_INGEST = (
    "nothing else has these bytes: restore the warehouse from a backup of `presswash maintain`, "
    "or ingest its source again into a new one"
)


class Reference(NamedTuple):
    """A column that refers to a row of another table, and the repair if that row is missing.

    `place` is an SQL expression that names the referring row in messages.
    """

    table: str
    column: str
    parent: str
    place: str
    repair: Repair


# Every foreign key of the schema except that of the raw bytes. A test checks that the list is
# complete.
REFERENCES = (
    Reference("document", "text_id", "distinct_text", "'document ' || id", Repair.DUPLICATES),
    Reference(
        "document_reason", "document_id", "document", "'document ' || document_id", Repair.ORPHANS
    ),
    Reference(
        "stated_facts", "document_id", "document", "'document ' || document_id", Repair.ORPHANS
    ),
    Reference(
        "correction", "document_id", "document", "'document ' || document_id", Repair.ORPHANS
    ),
    Reference("correction", "made_on", "document", "'document ' || document_id", Repair.ORPHANS),
    Reference("capture", "document_id", "document", "'capture of ' || locator", Repair.ORPHANS),
    Reference("capture", "run_id", "run", "'run ' || run_id", Repair.RUNS),
    Reference("reject", "run_id", "run", "'run ' || run_id", Repair.RUNS),
    Reference("document", "superseded_by", "document", "'document ' || id", Repair.DUPLICATES),
    Reference("document", "previous_id", "document", "'document ' || id", Repair.DUPLICATES),
    Reference("document", "group_id", "page_group", "'document ' || id", Repair.DUPLICATES),
    Reference("distinct_text", "document_id", "document", "'text ' || id", Repair.DUPLICATES),
    Reference("distinct_text", "canonical_id", "distinct_text", "'text ' || id", Repair.DUPLICATES),
    Reference("duplicate_pair", "a", "distinct_text", "'text ' || a", Repair.DUPLICATES),
    Reference("duplicate_pair", "b", "distinct_text", "'text ' || b", Repair.DUPLICATES),
    Reference(
        "site_block", "document_id", "document", "'document ' || document_id", Repair.DUPLICATES
    ),
    Reference("site_block", "group_id", "page_group", "'group ' || group_id", Repair.DUPLICATES),
    Reference(
        "merged_site_block",
        "document_id",
        "document",
        "'document ' || document_id",
        Repair.DUPLICATES,
    ),
    Reference(
        "merged_site_block", "group_id", "page_group", "'group ' || group_id", Repair.DUPLICATES
    ),
    Reference(
        "kept_template", "group_id", "page_group", "'template ' || digest", Repair.DUPLICATES
    ),
    Reference("read_file", "document_id", "document", "'file ' || locator", Repair.ORPHANS),
    Reference("fetched", "document_id", "document", "'address ' || locator", Repair.ORPHANS),
)


def references(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every reference leads to an existing row."""
    for (document,) in db.execute(
        f"SELECT DISTINCT {DOCUMENT_ID} FROM block"  # noqa: S608 - names of ours
        f" WHERE {DOCUMENT_ID} NOT IN (SELECT id FROM document)"
    ):
        what = "a row of block refers to a row of document that isn't there"
        yield repairable(what, f"document {document}", Repair.ORPHANS)
    for table, column, parent, place, repair in REFERENCES:
        for (where,) in db.execute(
            f"SELECT DISTINCT {place} FROM {table} AS child WHERE {column} IS NOT NULL"  # noqa: S608
            f" AND NOT EXISTS (SELECT 1 FROM {parent} AS parent WHERE parent.id = child.{column})"
        ):
            what = f"a row of {table} refers to a row of {parent} that isn't there"
            yield repairable(what, where, repair)


def raws(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every document has raw bytes of the right size and SHA-256, and all bytes have a document."""
    for document, *stored in db.execute(
        f"SELECT d.id, {PAYLOAD_COLUMNS} FROM document AS d {PAYLOAD_TABLES} ORDER BY d.id"  # noqa: S608 - ours
    ):
        try:
            decompress_verified(*stored)
        except DamagedBytes as error:
            yield unrepairable(str(error), f"document {document}", _INGEST)
    for (raw,) in db.execute(
        "SELECT id FROM raw WHERE NOT EXISTS (SELECT 1 FROM document WHERE raw_id = raw.id)"
    ):
        what = "these bytes belong to no document: the document that they were of is lost"
        remedy = (
            "ingest the source again (the rejects name it after `presswash check --repair`), or "
            "restore the warehouse from a backup of `presswash maintain`"
        )
        yield unrepairable(what, f"raw {raw}", remedy)


def positions(db: sqlite3.Connection) -> Iterator[Problem]:
    """The blocks of a document are numbered from 0 without gaps."""
    for (document,) in db.execute(
        f"SELECT {DOCUMENT_ID} FROM block GROUP BY 1"  # noqa: S608 - names of ours
        f" HAVING min({POSITION}) <> 0 OR max({POSITION}) <> count(*) - 1"
    ):
        what = "the blocks aren't numbered without a gap"
        yield repairable(what, f"document {document}", Repair.RECORDS, document)


def strings(db: sqlite3.Connection) -> Iterator[Problem]:
    """The strings, removals and blocks that blocks refer to are there."""
    for (document,) in db.execute(
        f"SELECT DISTINCT {DOCUMENT_ID} FROM block"  # noqa: S608 - names of ours
        " WHERE (path_id IS NOT NULL AND path_id NOT IN (SELECT id FROM block_string))"
        " OR (text_id IS NOT NULL AND text_id NOT IN (SELECT id FROM block_string))"
        " OR (text_of IS NOT NULL AND text_of NOT IN (SELECT id FROM block WHERE text_of IS NULL))"
        " OR (removal_id IS NOT NULL AND removal_id NOT IN (SELECT id FROM removal))"
    ):
        what = "blocks refer to a string that isn't there"
        yield repairable(what, f"document {document}", Repair.RECORDS, document)


def digests(db: sqlite3.Connection) -> Iterator[Problem]:
    """The digests that find strings and removals are theirs."""
    for table, column in STRINGS.items():
        for number, text, digest in db.execute(f"SELECT id, {column}, digest FROM {table}"):  # noqa: S608
            if string_digest(text) != digest:
                what = "the digest isn't that of the text"
                yield repairable(what, f"{table} {number}", Repair.ORPHANS)


def reasons(db: sqlite3.Connection) -> Iterator[Problem]:
    """The reasons of each document are those of its blocks."""
    of_blocks = "SELECT reason, document_id FROM full_block WHERE reason IS NOT NULL"
    listed = "SELECT reason, document_id FROM document_reason"
    for (document,) in db.execute(
        f"SELECT document_id FROM ({of_blocks} EXCEPT {listed})"  # noqa: S608 - ours
        f" UNION SELECT document_id FROM ({listed} EXCEPT {of_blocks})"
    ):
        what = "the reasons listed aren't those of the blocks"
        yield repairable(what, f"document {document}", Repair.INDEXES)


def facts(db: sqlite3.Connection) -> Iterator[Problem]:
    """Authors, tags, repairs and notes are lists of strings, and the cleaner version exists."""
    for column in ("authors", "tags", "repairs", "notes"):
        for (document,) in db.execute(
            f"SELECT id FROM document WHERE json_type({column}) <> 'array' OR EXISTS"  # noqa: S608
            f" (SELECT 1 FROM json_each({column}) WHERE type <> 'text')"
        ):
            what = f"the {column} aren't a list of strings"
            yield repairable(what, f"document {document}", Repair.RECORDS, document)
    for (document,) in db.execute("SELECT id FROM document WHERE cleaner_version < 1"):
        what = "no version of the cleaners has this number"
        yield repairable(what, f"document {document}", Repair.RECORDS, document)


def captures(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every document has a capture, and the time and site of its earliest one."""
    for document, locator, captured_at in db.execute(
        "SELECT document_id, locator, captured_at FROM capture"
        " WHERE strftime('%Y-%m-%dT%H:%M:%SZ', captured_at, '+0 days') IS NOT captured_at"
    ):
        what = f"{captured_at} is an invalid timestamp"
        yield repairable(what, f"document {document}, {locator}", Repair.CAPTURES)
    for document, first_seen, earliest in db.execute(
        "SELECT id, first_seen, earliest FROM (SELECT id, first_seen,"
        "  (SELECT min(captured_at) FROM capture WHERE document_id = document.id) AS earliest"
        "  FROM document) WHERE earliest IS NOT first_seen"
    ):
        where = f"document {document}"
        if earliest is not None:
            what = f"first seen is {first_seen}, but the earliest capture is of {earliest}"
            yield repairable(what, where, Repair.CAPTURES)
        elif _is_read(db, document):
            yield repairable("no capture is recorded", where, Repair.CAPTURES)
        else:
            yield unrepairable("no capture is recorded", where, "ingest its source again")
    for document, site, address in db.execute(
        "SELECT d.id, d.site, coalesce(c.url, d.page_url) FROM document AS d"  # noqa: S608
        f" JOIN {CANONICAL_CAPTURE}"
    ):
        if site_of(address) != site:
            what = f"the site is {site}, but the address says {site_of(address)}"
            yield repairable(what, f"document {document}", Repair.CAPTURES)


def _is_read(db: sqlite3.Connection, document: int) -> bool:
    """Whether the resume state lists a source of the document."""
    found = db.execute(
        "SELECT EXISTS (SELECT 1 FROM read_file WHERE document_id = ?1)"
        " OR EXISTS (SELECT 1 FROM fetched WHERE document_id = ?1)",
        (document,),
    )
    return bool(found.fetchone()[0])
