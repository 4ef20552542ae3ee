"""Other tools read a warehouse: the sqlite3 shell, DuckDB, Datasette, sqlite-utils and pandas."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import duckdb_extension_sqlite_scanner
import pandas
import pytest
import sqlite_utils
from datasette.app import Datasette

from tests.warehouse.conftest import cleaned, load, rejected, words
from warehouse.opening import open_warehouse

VIEWS = (
    *("articles", "documents", "versions", "blocks", "captures", "rejects", "runs", "quality"),
    *("site_health", "article_search"),
)
FOUND = "SELECT rowid FROM article_search WHERE article_search MATCH "


@pytest.fixture
def full(path: Path) -> Path:
    """A warehouse with something in each view."""
    with open_warehouse(path) as warehouse:
        story = words(60, 1) + "\n\n" + words(40, 2)
        load(
            warehouse,
            cleaned(story, "old", url="https://example.org/live"),
            cleaned(story + " more", "new", url="https://example.org/live"),
            cleaned("Die Fähre legt an der Straße an.", "fähre"),
            cleaned("渡輪在風中救人。", "ferry", title="渡輪"),
            rejected(),
        )
    return path


def columns(path: Path, view: str) -> list[str]:
    """The columns of a view, as SQLite names them."""
    with closing(sqlite3.connect(path)) as db:
        return [name for name, *_ in db.execute(f"SELECT * FROM {view}").description]


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="there is no sqlite3 shell")
@pytest.mark.parametrize("view", VIEWS)
def test_the_sqlite3_shell_reads_every_view(full: Path, view: str) -> None:
    done = subprocess.run(
        ["sqlite3", "-readonly", "-csv", full, f"SELECT * FROM {view}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout


def test_the_index_is_searched_and_checked_without_functions_of_ours(full: Path) -> None:
    with closing(sqlite3.connect(full)) as db:
        snippet = "snippet(article_search, 0, '[', ']', '…', 4)"
        (found,) = db.execute(
            f"SELECT {snippet} FROM article_search WHERE article_search MATCH 'strasse'"
        )
        assert found == ("…an der [Strasse] an.",)
        assert db.execute(FOUND + "'fahre'").fetchall() == [(3,)]
        assert db.execute(FOUND + "'渡 輪'").fetchall() == [(4,)]
        db.execute("INSERT INTO article_search (article_search) VALUES ('rebuild')")
        db.execute(
            "INSERT INTO article_search (article_search, rank) VALUES ('integrity-check', 1)"
        )
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_no_view_calls_a_function_that_sqlite_does_not_have(full: Path) -> None:
    with closing(sqlite3.connect(full)) as db:
        views = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type='view'")]
        for view in views:
            db.execute(f"SELECT * FROM {view}").fetchall()


@pytest.fixture
def duck(full: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with the warehouse attached as `w`."""
    (extension,) = Path(duckdb_extension_sqlite_scanner.__file__).parent.rglob("*.duckdb_extension")
    with duckdb.connect() as db:
        db.execute(f"LOAD '{extension}'")
        db.execute(f"ATTACH '{full}' AS w (TYPE sqlite, READ_ONLY)")
        yield db


@pytest.mark.parametrize("view", VIEWS)
def test_duckdb_reads_what_sqlite_reads(
    duck: duckdb.DuckDBPyConnection, full: Path, view: str
) -> None:
    found = duck.execute(f"SELECT * FROM w.{view} ORDER BY 1, 2")
    assert [name for name, *_ in found.description or ()] == columns(full, view)
    if view != "article_search":  # of which DuckDB knows no types
        with closing(sqlite3.connect(full)) as db:
            rows = db.execute(f"SELECT * FROM {view} ORDER BY 1, 2").fetchall()
        assert found.fetchall() == rows
    (count,) = duck.execute(f"SELECT count(*) FROM w.{view}").fetchone() or ()
    assert count > 0


def test_duckdb_lists_the_views_and_counts_with_their_numbers(
    duck: duckdb.DuckDBPyConnection,
) -> None:
    duck.execute("SHOW ALL TABLES")
    listed = duck.execute("SELECT view_name FROM duckdb_views() WHERE database_name = 'w'")
    assert {*VIEWS} - {"article_search"} <= {name for (name,) in listed.fetchall()}
    (found,) = duck.execute(
        "SELECT avg(n_words) > 1, max(cluster_size) FROM w.articles"
        " WHERE n_words > 1 AND quality >= 0"
    ).fetchall()
    assert found == (True, 2)


def test_no_column_but_an_old_one_needs_quotes_in_duckdb(
    duck: duckdb.DuckDBPyConnection, full: Path
) -> None:
    reserved = {
        word
        for (word,) in duck.execute(
            "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'"
        ).fetchall()
    }
    found = {column for view in VIEWS for column in columns(full, view)} & reserved
    assert found <= {"at", "position"}
    duck.execute("SELECT position FROM w.blocks")


@pytest.mark.parametrize("view", VIEWS)
def test_datasette_shows_every_view(full: Path, view: str) -> None:
    async def rows() -> list[dict[str, object]]:
        site = Datasette([str(full)])
        answer = await site.client.get(f"/{full.stem}/{view}.json?_shape=array")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, object]] = answer.json()
        return found

    found = asyncio.run(rows())
    assert found
    assert set(columns(full, view)) <= set(found[0])


def test_datasette_searches_the_documents(full: Path) -> None:
    async def search() -> list[dict[str, object]]:
        site = Datasette(
            [str(full)],
            metadata={
                "databases": {
                    full.stem: {
                        "tables": {"documents": {"fts_table": "article_search", "fts_pk": "id"}}
                    }
                }
            },
        )
        answer = await site.client.get(f"/{full.stem}/documents.json?_shape=array&_search=strasse")
        found: list[dict[str, object]] = answer.json()
        return found

    assert [row["id"] for row in asyncio.run(search())] == [3]


def test_sqlite_utils_reads_and_searches(full: Path) -> None:
    db = sqlite_utils.Database(full)
    for view in VIEWS:
        assert [*db.query(f"SELECT * FROM {view}")]
    assert db["articles"].count == 3
    (found,) = db["article_search"].search("strasse")
    assert found["text"] == "Die Fähre legt an der Strasse an."


@pytest.mark.parametrize("view", VIEWS)
def test_pandas_reads_every_view(full: Path, view: str) -> None:
    with closing(sqlite3.connect(full)) as db:
        frame = pandas.read_sql_query(f"SELECT * FROM {view}", db)
    assert list(frame.columns) == columns(full, view)
    assert len(frame)
