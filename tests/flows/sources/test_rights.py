"""What pages and servers say about their use by machines is kept, and respected where asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.archive_writers import html, response, write_warc
from tests.flows.conftest import Presswash, story
from tests.flows.http_site import Site, send

HTML = "Content-Type: text/html; charset=utf-8"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site().up() as site:
        yield site


def rights(presswash: Presswash) -> list[str | None]:
    """The rights of the captures, by address."""
    found = presswash("sql", "SELECT rights FROM captures ORDER BY url", "--json").json
    return [row["rights"] for row in found]


def test_what_a_fetched_page_and_its_server_say_is_kept(presswash: Presswash, site: Site) -> None:
    meta = b'<head><meta content="index, noai, noimageai" name="robots">'
    site.routes["/a"] = lambda handler: send(handler, html(1))
    site.routes["/b"] = lambda handler: send(handler, html(2), TDM_Reservation="1")
    site.routes["/c"] = lambda handler: send(handler, html(3).replace(b"<head>", meta))
    sources = [site.url(f"/{name}") for name in "abc"]
    presswash("ingest", *sources, "--allow-private", "--delay", "0")
    assert rights(presswash) == [
        "robots.txt allows",
        "robots.txt allows, tdm-reservation",
        "robots.txt allows, noai, noimageai",
    ]


def test_pages_whose_use_is_reserved_are_left_out_where_asked(presswash: Presswash) -> None:
    records = [
        response(1, html(1), HTML),
        response(2, html(2), HTML, "tdm-reservation: 1"),
        response(3, html(3), HTML, "X-Robots-Tag: otherbot: noindex, noai"),
    ]
    path = write_warc(Path("a.warc.gz"), records)
    assert presswash("ingest", path, "--respect-tdm").code == 0
    assert rights(presswash) == [None]
    found = presswash("sql", "SELECT error, message FROM rejects", "--json").json
    assert {row["error"] for row in found} == {"Reserved"}
    assert "reserves text and data mining" in found[0]["message"]
    presswash("ingest", path)
    assert rights(presswash) == [None, "tdm-reservation", "noai"]


def test_the_views_say_what_was_stated_and_a_dry_run_how_a_table_is_read(
    presswash: Presswash,
) -> None:
    records = [
        {"headline": "Stated", "summary": "In short.", "text": story(1)},
        {"text": story(2)},
    ]
    Path("a.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    ran = presswash("ingest", "a.jsonl", "--dry-run")
    assert "Fields of a.jsonl: --map text=text,title=headline,description=summary" in ran.out
    presswash("ingest", "a.jsonl")
    query = "SELECT title_source, description FROM articles ORDER BY locator"
    assert [tuple(row.values()) for row in presswash("sql", query, "--json").json] == [
        ("stated", "In short."),
        ("page", None),
    ]
