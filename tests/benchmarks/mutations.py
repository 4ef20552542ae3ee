"""Random damage to single rows of a warehouse, and the kinds of which nothing in it can tell."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

TABLES = (
    "run",
    "raw",
    "document",
    "block",
    "block_string",
    "removal",
    "document_reason",
    "capture",
    "reject",
    "distinct_text",
    "recent_band",
    "band_pack",
    "common_band",
    "duplicate_pair",
    "page_group",
    "site_block",
    "merged_site_block",
    "kept_template",
    "correction",
    "site_rule",
    "setting",
    "read_file",
    "read_archive",
    "fetched",
    "article_search_data",
    "article_search_idx",
    "article_search_docsize",
    "article_search_config",
)

# What only one row knows can't be checked against anything: by table and what was done to it.
UNSEEN = {
    "run": "who ran when, and how much came of it, is written nowhere else",
    "reject": "a reject is known from its row alone",
    "capture deleted": "a document seen more than once has other captures",
    "capture.url": "an address that doesn't decide the site is written nowhere else",
    "capture.locator": "a locator that no book of sources has is written nowhere else",
    "capture.captured_at": "a time that is neither the first nor a book's is written nowhere else",
    "capture.run_id": "another run may have seen it",
    "document.charset": "what was declared is written nowhere else, and may make no difference",
    "document.media_type": "cleaning as the other may come to the same",
    "document.cleaner_version": "an older version may have cleaned it; reclean cleans it again",
    "recent_band.turn": "while it is the only row, its turn makes no difference",
    "duplicate_pair deleted": "a pair that decides no cluster is written nowhere else",
    "page_group": "a group may have lost its last page",
    "kept_template": "what a person keeps is written nowhere else",
    "site_rule": "what a person decides for a site is written nowhere else",
    "correction": "what a person corrects is written nowhere else",
    "read_file": "the book of sources only saves reading: a file is read again",
    "read_archive": "the book of sources only saves reading: an archive is read again",
    "fetched": "the book of sources only saves reading: a page is fetched again",
    "article_search_config": "how the full-text index is merged is a matter of taste",
}


@dataclass(frozen=True, slots=True)
class Mutation:
    """What was done to which table, and to which column where it was one."""

    table: str
    done: str

    @property
    def unseen(self) -> bool:
        """Whether it is of a kind that nothing can tell."""
        return self.table in UNSEEN or f"{self.table}{self.done}" in UNSEEN


def mutate(path: Path, number: int) -> Mutation | None:
    """Damage a row, the same for the same number; None where the table has none."""
    source = random.Random(number)
    table = TABLES[number % len(TABLES)]
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        columns = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")]
        rows = db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
        if not rows:
            return None
        row = source.choice(rows)
        this = " AND ".join(f"{name} IS ?" for name in columns)
        if source.random() < 0.25:
            db.execute(f"DELETE FROM {table} WHERE {this}", row)
            return Mutation(table, " deleted")
        if table == "block" and source.random() < 0.3:
            other = source.choice([one for one in rows if one[0] >> 20 == row[0] >> 20])
            _swap(db, row[0], other[0])
            return Mutation(table, " swapped") if row[0] != other[0] else None
        place = source.randrange(len(columns))
        value = _other(row[place], source)
        try:
            db.execute(
                f"UPDATE OR FAIL {table} SET {columns[place]} = ? WHERE {this}", (value, *row)
            )
        except sqlite3.IntegrityError:
            return None
        return Mutation(table, f".{columns[place]}")


def _swap(db: sqlite3.Connection, one: int, other: int) -> None:
    for before, after in ((one, -1), (other, one), (-1, other)):
        db.execute("UPDATE block SET id = ? WHERE id = ?", (after, before))


def _other(value: object, source: random.Random) -> object:
    """Another value of the same kind."""
    match value:
        case int():
            return value + source.choice((-1, 1, 1000))
        case float():
            return value + source.choice((-0.2, 0.1))
        case str():
            return value + "x" if source.random() < 0.5 else value[1:] or "x"
        case bytes() if value:
            place = source.randrange(len(value))
            return (
                value[:place]
                + bytes([value[place] ^ 1 << source.randrange(8)])
                + value[place + 1 :]
            )
        case _:
            return "x"
