"""The plugin in a person's own Datasette: warehouses get pages, other databases none."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.plugins import pm

from flows.browse import plugin
from flows.browse.metadata import view_texts
from tests.flows.conftest import rows


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another program's database."""
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY)")
    return path


@pytest.fixture(autouse=True)
def registered() -> None:
    if not pm.is_registered(plugin):
        pm.register(plugin, name="presswash")


def get(path: str, *files: Path, **settings: Any) -> Any:
    async def fetch() -> Any:
        site = Datasette([str(file) for file in files], **settings)
        await site.invoke_startup()
        return await site.client.get(path)

    return asyncio.run(fetch())


def test_datasette_finds_it_by_its_entry_point() -> None:
    [found] = [one for one in entry_points(group="datasette") if one.name == "presswash"]
    assert found.load() is plugin


def test_each_view_and_column_is_described(news: Path) -> None:
    described = view_texts()["tables"]
    for view, texts in described.items():
        columns = {
            str(name)
            for (name,) in rows(news / "news.db", f"SELECT name FROM pragma_table_info('{view}')")
        }
        assert texts["title"]
        assert texts["description"]
        assert {*texts["columns"]} <= columns, view
    assert {"articles", "documents", "versions", "blocks", "captures", "rejects"} <= {*described}


def test_views_have_their_texts_and_a_search_box(news: Path) -> None:
    page = get("/news/articles?_search=zeppelin", news / "news.db").text
    assert "Duplicates, excerpts, superseded versions" in page
    assert "1 row" in page
    assert "Type of page: article, forum" in get("/news/documents", news / "news.db").text


def test_datasettes_own_front_page_stays_and_leads_to_the_pages(news: Path) -> None:
    answer = get("/", news / "news.db")
    assert answer.status_code == 200
    assert 'href="/-/presswash"' in answer.text
    assert get("/-/presswash", news / "news.db").status_code == 200


def test_another_database_is_left_alone(other: Path, news: Path) -> None:
    assert get("/-/presswash", other).status_code == 404
    assert "/-/presswash" not in get("/", other).text
    assert (
        "Duplicates, excerpts, superseded versions"
        not in get("/other/articles", other, news / "news.db").text
    )


def test_of_several_warehouses_each_has_its_pages(news: Path, other: Path, tmp_path: Path) -> None:
    second = tmp_path / "second.db"
    second.write_bytes((news / "news.db").read_bytes())
    files = (other, news / "news.db", second)
    assert get("/-/presswash?db=other", *files).status_code == 404
    page = get("/-/presswash?db=second", *files).text
    assert "<h1>second.db</h1>" in page
    assert "/-/presswash/records?db=second" in page
    assert "?db=" not in get("/-/presswash", *files).text


def test_who_may_not_see_a_database_may_not_see_its_pages(news: Path) -> None:
    closed = {"databases": {"news": {"allow": {"id": "root"}}}}
    assert get("/-/presswash/record/1", news / "news.db", metadata=closed).status_code == 403


def test_the_pages_are_at_the_base_address(news: Path) -> None:
    page = get("/-/presswash", news / "news.db", settings={"base_url": "/prefix/"}).text
    assert 'href="/prefix/-/presswash/records"' in page
    assert 'href="/-/' not in page
