"""The pages about a warehouse, as a browser gets them from `presswash serve`."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from flows.browse.links import Links
from flows.browse.pages import front, respond
from tests.flows.browse.conftest import GAZETTE
from tests.flows.conftest import Presswash, rows
from tests.warehouse.conftest import load, path, warehouse
from tests.warehouse.queries.test_health import pages as site_pages
from warehouse.warehouse import Warehouse

__all__ = ["path", "warehouse"]


def id_of(folder: Path, condition: str, name: str = "news.db") -> int:
    [(found,)] = rows(folder / name, f"SELECT min(id) FROM documents WHERE {condition}")
    assert isinstance(found, int)
    return found


def shown(browser: httpx.Client, path: str) -> LexborHTMLParser:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


def texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in tree.css(selector)]


def hrefs(tree: LexborHTMLParser, selector: str = "a[href]") -> list[str]:
    return [node.attributes["href"] or "" for node in tree.css(selector)]


def test_the_address_of_the_server_leads_to_the_front_page(browser: httpx.Client) -> None:
    answer = browser.get(browser.base_url.copy_with(path="/"), follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, "/-/presswash")


def test_the_front_page_says_what_came_in_and_what_to_look_at(browser: httpx.Client) -> None:
    tree = shown(browser, "")
    assert "it contains only white space" in " ".join(texts(tree, "section"))
    assert "gazette.example.org" in texts(tree, "td.place a")
    assert "template" in texts(tree, "th a.reason")
    [chart] = tree.css("svg[aria-label*=added]")
    assert chart.attributes["aria-label"] == "11 added, 2 duplicates, 0 unchanged, 1 rejected"


def test_every_link_of_every_page_leads_somewhere(browser: httpx.Client) -> None:
    seen: set[str] = set()
    ahead = ["/-/presswash"]
    while ahead:
        path = ahead.pop()
        answer = browser.get(str(browser.base_url.join(path)), follow_redirects=True)
        assert answer.status_code == 200, (path, answer.text[:500])
        if path.startswith("/-/presswash"):
            for link in hrefs(LexborHTMLParser(answer.text)):
                target = str(httpx.URL(path).join(link)).partition("#")[0]
                if target.startswith("/") and target not in seen:
                    seen.add(target)
                    ahead.append(target)
    assert len(seen) > 30


def test_search_gives_what_the_command_gives(browser: httpx.Client, news: Path) -> None:
    tree = shown(browser, "/records?q=zeppelin")
    assert hrefs(tree, ".hits h2 a") == [
        f"/-/presswash/record/{id_of(news, 'text LIKE ' + repr('%zeppelin%'))}"
    ]
    assert texts(tree, "mark") == ["zeppelin"]


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("", "true"),
        ("site=courier.example.org", "site = 'courier.example.org'"),
        ("reason=template", "id IN (SELECT document_id FROM blocks WHERE reason = 'template')"),
        ("run=2", "false"),
        ("lang=fr", "language = 'fr'"),
        ("type=other&site=gazette.example.org", "page_type = 'other' AND site LIKE 'gazette%'"),
        ("since=2030-01-01", "false"),
        ("max_quality=0.5", "id IN (SELECT document_id FROM quality WHERE quality <= 0.5)"),
    ],
)
def test_filters_choose_records(
    browser: httpx.Client, news: Path, query: str, condition: str
) -> None:
    expected = rows(
        news / "news.db", f"SELECT id FROM documents WHERE {condition} ORDER BY id DESC"
    )
    found = hrefs(shown(browser, f"/records?{query}"), ".hits h2 a")
    assert found == [f"/-/presswash/record/{one}" for (one,) in expected]


@pytest.mark.parametrize("unknown", ["", "&self=1&parts=2&query=3"])
def test_a_long_list_goes_on_where_it_stopped(browser: httpx.Client, unknown: str) -> None:
    first = shown(browser, f"/records?limit=5{unknown}")
    [following] = hrefs(first, "a[rel=next]")
    second = shown(browser, following.removeprefix("/-/presswash"))
    newest, older = hrefs(first, ".hits h2 a"), hrefs(second, ".hits h2 a")
    assert len(newest) == len(older) == 5
    assert not {*newest} & {*older}


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/record/9999", 404, "There is no record 9999."),
        ("/run/9999", 404, "There is no run 9999."),
        ("/pair/1/1", 400, "can't be compared with itself"),
        ("/records?since=yesterday", 400, "is not a date"),
        ("/records?quality=2", 400, "a quality is between 0 and 1"),
        ("/records?reason=dull", 400, "is not a reason"),
        ("/records?run=x", 400, "run must be a whole number"),
        ("/records?limit=0", 400, "limit must be at least 1"),
        ("/records?q=harbour&limit=00", 400, "limit must be at least 1"),
        ("/label?limit=0", 400, "limit must be at least 1"),
        ("/records?quality=x", 400, "quality must be a number"),
    ],
)
def test_what_cannot_be_shown_is_explained(
    browser: httpx.Client, path: str, status: int, sentence: str
) -> None:
    answer = browser.get(path)
    assert answer.status_code == status
    page = LexborHTMLParser(answer.text)
    assert page.css_first("title").text() == "This page can't be shown · presswash"
    assert sentence in page.css_first("main").text()


def test_a_record_shows_removed_blocks_in_place_with_the_reason(
    browser: httpx.Client, news: Path
) -> None:
    document = id_of(news, f"url = '{GAZETTE}/22'")
    tree = shown(browser, f"/record/{document}")
    [removed] = tree.css(".blocks .removed.template")
    assert removed.attributes["tabindex"] == "0"
    described = tree.css_first(f"#{removed.attributes['aria-describedby']}")
    assert "pages of gazette.example.org" in described.text()
    assert "site, confidence" in described.text()
    kept = texts(tree, ".blocks .kept")
    assert len(kept) + len(tree.css(".blocks .removed")) == len(tree.css(".blocks li"))
    assert texts(tree, ".clean .text")[0].startswith(kept[1].partition(" Remove")[0])


def test_a_record_leads_to_its_versions_and_duplicates(browser: httpx.Client, news: Path) -> None:
    old, new = id_of(news, f"url = '{GAZETTE}/live'"), id_of(news, "text LIKE '%zeppelin%'")
    assert f"/-/presswash/pair/{old}/{new}" in hrefs(shown(browser, f"/record/{new}"))
    copies = rows(news / "news.db", "SELECT id FROM documents WHERE url LIKE '%/wire' ORDER BY id")
    [(one,), (other,)] = copies
    assert f"/-/presswash/pair/{one}/{other}" in hrefs(shown(browser, f"/record/{one}"))


def test_a_pair_marks_what_differs(browser: httpx.Client, news: Path) -> None:
    old, new = id_of(news, f"url = '{GAZETTE}/live'"), id_of(news, "text LIKE '%zeppelin%'")
    tree = shown(browser, f"/pair/{old}/{new}")
    assert "A zeppelin was seen above the pier." in texts(tree, "ins")
    assert any("harbour office closed" in one for one in texts(tree, "del"))
    assert "Versions of one article" in tree.css_first("main").text()


def test_templates_name_the_command_that_keeps_them(browser: httpx.Client) -> None:
    [command] = texts(shown(browser, "/templates?site=gazette.example.org"), "td code")
    assert re.fullmatch(r"presswash templates --keep [0-9a-f]{12}", command)


def test_a_run_says_what_it_rejected_and_removed(browser: httpx.Client) -> None:
    tree = shown(browser, "/run/1")
    assert "it contains only white space" in texts(tree, "td bdi")
    assert "template" in texts(tree, "th a.reason")
    assert "/-/presswash/records?reason=template&run=1" in hrefs(tree)


@pytest.mark.parametrize("path", ["", "/records", "/records?q=council", "/runs", "/run/1"])
def test_no_page_is_large(browser: httpx.Client, path: str) -> None:
    assert len(browser.get(path).content) < 300_000


@pytest.mark.parametrize("path", ["", "/articles", "/documents", "/blocks", "?sql=select+1"])
def test_a_page_of_tables_is_small_with_its_scripts(browser: httpx.Client, path: str) -> None:
    size, html = transferred(browser, f"/news{path}")
    for node in LexborHTMLParser(html).css("script[src], link[rel=stylesheet]"):
        size += transferred(browser, node.attributes.get("src") or node.attributes["href"] or "")[0]
    assert 10_000 < size < 300_000


def transferred(browser: httpx.Client, path: str) -> tuple[int, str]:
    """How many bytes an address of the server sends, and their text."""
    answer = browser.get(browser.base_url.join(path))
    assert answer.status_code == 200
    return answer.num_bytes_downloaded, answer.text


def test_a_site_that_has_changed_is_to_be_looked_at_first(warehouse: Warehouse) -> None:
    load(warehouse, *site_pages("changed.example.org", 12, 1, published="2024-05-01"))
    load(warehouse, *site_pages("changed.example.org", 6, 9, text=False, published=None))
    tree = LexborHTMLParser(
        respond(front, warehouse.path, Links("/-/presswash", "/a"), {}, {}).body
    )
    [site] = tree.css("h3 + ul a[href*='site=changed.example.org']")
    assert site.text() == "changed.example.org"
    said = " ".join(site.parent.text().split()) if site.parent else ""
    assert "(6 new pages)" in said
    assert "the share of pages without text is 1.00, was 0.00" in said


def test_every_link_leads_to_a_page(browser: httpx.Client) -> None:
    start = browser.base_url.path.rstrip("/")
    seen, following = {start}, [start]
    while following:
        path = following.pop()
        answer = browser.get(browser.base_url.join(path))
        assert answer.status_code == 200, path
        if path.startswith(start):
            links = {one.partition("#")[0] for one in hrefs(LexborHTMLParser(answer.text))}
            new = {one for one in links if one.startswith("/") and "whole=1" not in one} - seen
            seen |= new
            following += new
    assert len(seen) > 30


def test_a_site_whose_pages_have_no_block_has_a_row(presswash: Presswash, tmp_path: Path) -> None:
    page = tmp_path / "application.html"
    page.write_text(
        "<link rel=canonical href=https://app.example.org/a><div id=root></div><script>a()</script>"
    )
    assert presswash("ingest", page).code == 0
    body = respond(front, Path("presswash.db"), Links("/-/presswash", "/a"), {}, {}).body
    [row] = [row for row in LexborHTMLParser(body).css("tr") if "app.example.org" in row.text()]
    assert [cell.text() for cell in row.css("td")[1:]] == ["1", "0%", "0.00", "100%", "100%"]
