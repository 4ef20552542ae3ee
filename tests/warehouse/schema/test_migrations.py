"""A warehouse of an older version opens with everything in it, compared by the newer rules."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from zstandard import ZstdCompressor

from cleaners.text.shingles import tokens
from tests.warehouse.conftest import MORNING, NOON, cleaned, load, rejected, rows, words
from tests.warehouse.dedup.test_any_order import CAPTURES, state
from warehouse.dedup.rebuild import rebuild_relations
from warehouse.errors import WarehouseError
from warehouse.model import Cleaned
from warehouse.opening import open_readonly, open_warehouse
from warehouse.records.raw_bytes import PAYLOAD_COLUMNS, decompress_verified
from warehouse.records.resume import FileFingerprint, FileRead
from warehouse.schema.migrate import migrations, newest, statements
from warehouse.sqlite.functions import register
from warehouse.warehouse import Warehouse

OLDER = range(1, newest())
STRINGS = 27  # the version from which on blocks refer to strings
SMALL_BLOCKS = 29  # the version from which on they refer to removals, too
SHARED_TEXTS = 31  # … and to texts
PACKS = 25  # the version from which on the bytes of several pages are compressed together
TOLD = [words(40, n) for n in range(5)]
PAGES: list[Cleaned] = [
    *(cleaned("\n\n".join(TOLD[: 5 - n]), f"{n}", at=MORNING) for n in range(3)),
    *(cleaned(words(50, 90 + n), f"alone-{n}") for n in range(3)),
    cleaned("渡轮在大风中救起三十一名乘客。", "chinese", title="渡轮"),
    cleaned("Short.", "short", title=None, language=None),
    *CAPTURES,
]
VIEWS = ("articles", "documents", "blocks", "captures", "rejects", "runs", "quality")


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """The same pages, loaded by this version."""
    path = tmp_path / "new.db"
    with open_warehouse(path) as warehouse:
        load(warehouse, *PAGES, rejected())
        stamp = FileFingerprint("/pages/0", 5, 7)
        read = FileRead(0, stamp, PAGES[0].capture.captured_at, None)
        warehouse.load(warehouse.begin_run("test"), PAGES[:1], [read])
        # No migration can know it.
        warehouse._db.execute("UPDATE document SET disagreement = NULL")
    return path


def _columns(db: sqlite3.Connection, schema: str, table: str) -> list[str]:
    return [name for _, name, *_ in db.execute(f"PRAGMA {schema}.table_info({table})")]


def as_of(version: int, new: Path, path: Path) -> Path:
    """A warehouse as a version left it: its own migrations, and what it had of the rows."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        register(db)
        for number, script in migrations():
            if number <= version:
                for statement in statements(script):
                    db.execute(statement)
        db.execute(f"ATTACH '{new}' AS new")
        tables = "SELECT name FROM {}.sqlite_schema WHERE type = 'table' AND sql LIKE '%STRICT%'"
        both = {name for (name,) in db.execute(tables.format("main"))}
        if version < 5:
            both.remove("band")
        origins = {name: name for (name,) in db.execute(tables.format("new"))}
        if version < SMALL_BLOCKS:
            both.discard("block_string")
            origins["block"] = "full_block"
        for table in sorted(both & origins.keys()):
            origin = origins[table]
            columns = ", ".join(
                name for name in _columns(db, "main", table) if name in _columns(db, "new", origin)
            )
            db.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM new.{origin}")
        _undo_sharing(version, db)
        if version < 5:
            _relate_as_of(version, db)
        db.execute("INSERT INTO article_search (article_search) VALUES ('rebuild')")
        db.execute(f"PRAGMA user_version = {version}")
    return path


def _undo_sharing(version: int, db: sqlite3.Connection) -> None:
    """Before some versions, more was stored with each block and page."""
    if SMALL_BLOCKS <= version < SHARED_TEXTS:
        db.execute(
            "UPDATE main.block SET text = (SELECT text FROM new.full_block"
            " WHERE document_id = block.id >> 20 AND position = block.id & 1048575)"
        )
    if version < SHARED_TEXTS:
        # Digests of headlines had 64 bits, of which the first 32 are left.
        for table in ("site_block", "merged_site_block"):
            if _columns(db, "main", table):
                db.execute(f"UPDATE main.{table} SET headline = headline << 32")
    if version < PACKS:
        _compress_singly(db)
    if STRINGS <= version < SMALL_BLOCKS:
        _refer_to_strings(db)


def _refer_to_strings(db: sqlite3.Connection) -> None:
    """From STRINGS to SMALL_BLOCKS, a block's path and detail were strings that it referred to."""
    for column in ("path", "detail"):
        db.execute(
            "INSERT OR IGNORE INTO main.block_string (text)"
            f" SELECT {column} FROM main.block WHERE {column} <> ''"
        )
        db.execute(
            f"UPDATE main.block SET {column} = '', {column}_id ="
            f" (SELECT id FROM main.block_string WHERE text = {column}) WHERE {column} <> ''"
        )


def _compress_singly(db: sqlite3.Connection) -> None:
    """Before PACKS each page was compressed by itself."""
    stored = db.execute(
        f"SELECT r.id, {PAYLOAD_COLUMNS} FROM new.raw AS r"
        " LEFT JOIN new.raw AS p ON p.id = r.pack_id"
    )
    for raw, *page in stored.fetchall():
        data = ZstdCompressor().compress(decompress_verified(*page))
        db.execute("UPDATE main.raw SET bytes = ? WHERE id = ?", (data, raw))


def _relate_as_of(version: int, db: sqlite3.Connection) -> None:
    """Before version 5 it knew no templates, and had other signatures, by other rules."""
    db.execute(
        "UPDATE block SET reason = NULL, cleaner = NULL, detail = NULL, confidence = NULL"
        " WHERE cleaner = 'site'"
    )
    db.create_function("words", 1, lambda text: len(tokens(text)))
    db.execute(
        "UPDATE document SET n_words = words((SELECT text FROM searchable WHERE id = document.id))"
    )
    db.execute("DELETE FROM band")
    db.execute("INSERT INTO band VALUES (5, 1)")
    wording = "1, 7, zeroblob(256), 1, 1" if version == 1 else "1, 7, 9, zeroblob(193), 1, 1, 1"
    db.execute(f"INSERT INTO wording VALUES ({wording})")
    db.execute("UPDATE document SET wording_id = 1 WHERE id = 1")
    db.execute("UPDATE setting SET value = '4' WHERE name = 'rows'")


def contents(warehouse: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    """All that the views say."""
    said = {view: rows(warehouse, f"SELECT * FROM {view} ORDER BY 1, 2, 3") for view in VIEWS}
    return {**said, "relations": [row for part in state(warehouse) for row in part]}


def dump(path: Path) -> list[str]:
    """The file in full, as SQL."""
    with closing(sqlite3.connect(path)) as db:
        register(db)
        return [f"version {db.execute('PRAGMA user_version').fetchone()[0]}", *db.iterdump()]


@pytest.mark.parametrize("version", OLDER)
def test_an_older_warehouse_opens_with_nothing_lost(path: Path, new: Path, version: int) -> None:
    as_of(version, new, path)
    with pytest.raises(WarehouseError, match="older presswash"):
        open_readonly(path)
    with open_warehouse(new) as warehouse:
        expected = contents(warehouse)
    with open_warehouse(path) as warehouse:
        assert contents(warehouse) == expected
        assert warehouse.check() == []
        for wanted, document in ((" ".join(TOLD[4].split()[:3]), 1), ("大风", 7)):
            assert [hit.id for hit in warehouse.search(wanted, 20)] == [document]
        (again, *_) = load(warehouse, cleaned(PAGES[0].page.text + " and more", "more", at=NOON))
        assert again.duplicate_of == 1


# Ends the process without a word after so many statements of a migration.
KILLED = """
import os, signal, sys
from warehouse.opening import open_warehouse
from warehouse.schema import migrate as schema
path, number, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
script, whole = dict(schema.migrations())[number], schema.statements
def statements(text):
    for place, statement in enumerate(whole(text)):
        if text == script and place == count:
            os.kill(os.getpid(), signal.SIGKILL)
        yield statement
    if text == script:
        os.kill(os.getpid(), signal.SIGKILL)
schema.statements = statements
open_warehouse(path)
"""


@pytest.mark.parametrize("version", OLDER)
@pytest.mark.parametrize(
    "count",
    [
        pytest.param(1, id="at its beginning", marks=pytest.mark.slow),
        pytest.param(1000, id="at its end"),
    ],
)
def test_a_migration_that_is_killed_is_undone(
    path: Path, new: Path, version: int, count: int
) -> None:
    before = dump(as_of(version, new, path))
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), str(version + 1), str(count)], check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert dump(path) == before
    with open_warehouse(new) as warehouse:
        expected = contents(warehouse)
    with open_warehouse(path) as warehouse:
        assert contents(warehouse) == expected
        assert warehouse.check() == []


@pytest.mark.parametrize("version", OLDER)
def test_a_migration_that_fails_is_undone_and_said(
    path: Path, new: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(as_of(version, new, path))
    broken = [
        (number, script + "INSERT INTO nowhere VALUES (1);\n" if number > version else script)
        for number, script in migrations()
    ]
    with monkeypatch.context() as patched:
        patched.setattr("warehouse.schema.migrate.migrations", lambda: broken)
        with pytest.raises(WarehouseError, match=rf"from version {version} \(no such table"):
            open_warehouse(path)
    assert dump(path) == before
    with open_warehouse(path) as warehouse:
        assert warehouse.check() == []


def test_the_duplicate_index_is_rebuilt_after_the_last_migration(
    path: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code that rebuilds it knows the newest schema, and none between two migrations."""
    as_of(1, new, path)
    column = "ALTER TABLE distinct_text ADD COLUMN later TEXT;\n"
    with_later = [*migrations(), (newest() + 1, column)]

    def rebuild(db: sqlite3.Connection) -> None:
        assert db.execute("SELECT later FROM distinct_text").fetchall() == []
        rebuild_relations(db)

    monkeypatch.setattr("warehouse.schema.migrate.migrations", lambda: with_later)
    monkeypatch.setattr("warehouse.dedup.rebuild.rebuild_relations", rebuild)
    with open_warehouse(path) as warehouse, open_warehouse(new) as expected:
        assert contents(warehouse) == contents(expected)


@pytest.mark.parametrize("version", [PACKS, SMALL_BLOCKS - 1])
def test_a_long_migration_is_announced(
    path: Path,
    new: Path,
    version: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    as_of(version, new, path)
    monkeypatch.setattr("warehouse.schema.migrate._MANY_DOCUMENTS", 5)
    said_before: list[int] = []

    def migrating(script: str) -> Iterator[str]:
        said_before.append(len(caplog.messages))
        yield from statements(script)

    monkeypatch.setattr("warehouse.schema.migrate.statements", migrating)
    for _ in range(2):
        open_warehouse(path).close()
    (said,) = caplog.messages
    assert set(said_before) == {1}
    assert said.startswith(f"presswash: {path} was made by an older presswash.")
    assert "may take minutes" in said


def test_migrations_are_numbered_without_a_gap_or_a_number_used_twice() -> None:
    numbers = [number for number, _ in migrations()]
    assert numbers == list(range(1, newest() + 1))
