"""SQL for people can read everything and change nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.warehouse.conftest import cleaned, load, rows
from warehouse.errors import WarehouseError
from warehouse.opening import open_readonly
from warehouse.warehouse import Warehouse


@pytest.fixture(autouse=True)
def two_pages(warehouse: Warehouse) -> None:
    load(warehouse, cleaned("A cat.", title="Pets"), cleaned("A cow.", title="Farm"))


def test_an_answer_has_columns_and_rows(warehouse: Warehouse) -> None:
    table = warehouse.sql("SELECT id, title, NULL, 1.5, x'00ff' FROM documents ORDER BY id")
    assert table.columns == ("id", "title", "NULL", "1.5", "x'00ff'")
    assert table.rows == ((1, "Pets", None, 1.5, b"\x00\xff"), (2, "Farm", None, 1.5, b"\x00\xff"))
    assert not table.truncated


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        ("a, a, a", ("a", "a:1", "a:2")),
        ("a, b, a, b", ("a", "b", "a:1", "b:1")),
        ('a, a, "a:1"', ("a", "a:2", "a:1")),
    ],
)
def test_every_column_has_a_name_of_its_own(
    warehouse: Warehouse, names: str, columns: tuple[str, ...]
) -> None:
    query = ", ".join(f"{n} AS {name}" for n, name in enumerate(names.split(", ")))
    table = warehouse.sql(f"SELECT {query}")
    assert (table.columns, table.rows) == (columns, (tuple(range(len(columns))),))


def test_rows_over_the_limit_are_left_out_and_said_to_be(warehouse: Warehouse) -> None:
    assert warehouse.sql("SELECT id FROM documents", max_rows=2).truncated is False
    table = warehouse.sql("SELECT id FROM documents", max_rows=1)
    assert (len(table.rows), table.truncated) == (1, True)


@pytest.mark.parametrize(
    "query",
    [
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 5) SELECT i FROM n",
        "SELECT rowid FROM article_search WHERE article_search MATCH 'cat'",
        "SELECT name FROM pragma_table_info('documents')",
        "SELECT name, sql FROM sqlite_schema",
        "SELECT value FROM json_each('[1]')",
        "PRAGMA table_info(document)",
        "EXPLAIN SELECT 1",
        "VALUES (1)",
        "SELECT 1; -- and no more",
    ],
)
def test_whatever_reads_is_answered(warehouse: Warehouse, query: str) -> None:
    assert warehouse.sql(query).rows


@pytest.mark.parametrize(
    "query",
    [
        "INSERT INTO setting VALUES ('a', 'b')",
        "INSERT INTO article_search(article_search) VALUES ('rebuild')",
        "UPDATE document SET title = NULL",
        "DELETE FROM block",
        "DELETE FROM block RETURNING text",
        "WITH x AS (SELECT 1) DELETE FROM block",
        "DROP VIEW articles",
        "CREATE TABLE t (a)",
        "CREATE TEMP TABLE t (a)",
        "CREATE VIRTUAL TABLE t USING fts5 (a)",
        "ATTACH 'other.db' AS other",
        "DETACH main",
        "VACUUM",
        "VACUUM INTO 'copy.db'",
        "BEGIN IMMEDIATE",
        "PRAGMA user_version = 7",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA writable_schema = ON",
        "PRAGMA query_only = OFF",
        "PRAGMA wal_checkpoint",
        "SELECT load_extension('evil')",
        "SELECT fts3_tokenizer('simple')",
        "SELECT 1; DELETE FROM block",
        "SELECT 1; SELECT 2",
        "REINDEX",
        "ANALYZE",
    ],
)
def test_whatever_writes_or_reaches_out_is_refused(
    warehouse: Warehouse, path: Path, tmp_path: Path, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.suffix == ".db"}
    with pytest.raises(WarehouseError, match=r"SELECT"):
        warehouse.sql(query)
    assert before == {
        file.name: file.read_bytes() for file in tmp_path.iterdir() if file.suffix == ".db"
    }
    assert warehouse.sql("SELECT count(*) FROM blocks").rows == ((6,),)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "there is no statement"),
        ("-- nothing", "there is no statement"),
        ("SELEC 1", "syntax error"),
        ("SELECT absent FROM documents", "no such column: absent"),
        ("SELECT ?", "can't be run"),
        ("SELECT zeroblob(1000000000)", "more than 64 MiB"),
        ("SELECT json('{')", "malformed JSON"),
        ("SELECT 1 \0", "can't be run"),
        ("SELECT '\ud800'", "can't be encoded"),
    ],
)
def test_a_wrong_query_is_explained(warehouse: Warehouse, query: str, sentence: str) -> None:
    with pytest.raises(WarehouseError, match=sentence):
        warehouse.sql(query)


def test_a_query_that_takes_too_long_is_stopped(warehouse: Warehouse) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    with pytest.raises(WarehouseError, match=r"longer than 0\.05 s: .* --timeout"):
        warehouse.sql(endless, timeout_s=0.05)


def test_rows_come_as_they_are_read_and_the_reader_s_own_time_does_not_count(
    warehouse: Warehouse,
) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    with warehouse.stream_sql(endless, timeout_s=30) as answer:
        assert answer.columns == ("i",)
        assert [next(answer.rows) for _ in range(1200)] == [(n,) for n in range(1, 1201)]


def test_a_query_can_take_too_long_while_its_rows_are_read(warehouse: Warehouse) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    with (
        pytest.raises(WarehouseError, match=r"longer than 0\.05 s"),
        warehouse.stream_sql(endless, timeout_s=0.05) as answer,
    ):
        for _ in answer.rows:
            pass


def test_a_reader_can_query_too(path: Path) -> None:
    with open_readonly(path) as reader:
        assert reader.sql("SELECT count(*) FROM articles").rows == ((2,),)


@pytest.mark.parametrize("error", [ValueError, MemoryError, sqlite3.IntegrityError, KeyError])
def test_an_error_of_the_caller_s_own_code_is_left_alone(
    path: Path, warehouse: Warehouse, error: type[Exception]
) -> None:
    """Even in a damaged warehouse, which isn't checked for an error that it didn't cause."""
    with sqlite3.connect(path) as db:
        db.execute("DROP VIEW quality")
    own = error("the caller's own")
    with pytest.raises(error) as caught, warehouse.stream_sql("SELECT 1") as answer:
        assert list(answer.rows) == [(1,)]
        raise own
    assert caught.value is own


def test_a_table_that_is_not_there_is_answered_with_the_views(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match="no such table: pages") as told:
        warehouse.sql("SELECT * FROM pages")
    views = rows(warehouse, "SELECT name FROM sqlite_schema WHERE type = 'view'")
    named = set(str(told.value).rstrip(".").rpartition("the views are ")[2].split(", "))
    internal = {
        *("searchable", "search_text", "comparable", "document_relation", "cluster_member"),
        *("every_site_block", "full_block"),
    }
    assert named == {str(name) for (name,) in views} - internal | {"article_search"}
