"""Records are corrected from their pages, when `presswash serve` shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from datasette.app import Datasette
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.flows.browse.conftest import serving
from tests.flows.browse.test_pages import id_of
from tests.flows.browse.test_plugin import registered
from tests.flows.cli.test_relations import LETTER
from tests.flows.conftest import rows

__all__ = ["registered"]


@pytest.fixture
def own(news: Path, tmp_path: Path) -> Path:
    """A folder with a copy of the warehouse, to be changed."""
    (tmp_path / "news.db").write_bytes((news / "news.db").read_bytes())
    return tmp_path


@pytest.fixture
def client(own: Path) -> Iterator[httpx.Client]:
    with (
        serving(own, "--db", "news.db") as address,
        httpx.Client(base_url=f"{address}-/presswash", timeout=60, follow_redirects=True) as client,
    ):
        yield client


def press(
    client: httpx.Client, path: str, button: LexborNode, form: str = "correct", **fields: str
) -> LexborHTMLParser:
    """The page after a button of one of the page's forms is pressed."""
    page = LexborHTMLParser(client.get(path).text)
    action = page.css_first(f"form#{form}").attributes["action"] or ""
    [token] = page.css(f"form#{form} input[name=csrftoken]")
    sent = {
        "csrftoken": token.attributes["value"] or "",
        str(button.attributes["name"]): str(button.attributes["value"]),
        **fields,
    }
    answer = client.post(client.base_url.join(action), data=sent)
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


def button(page: LexborHTMLParser, block: str) -> LexborNode:
    """The button of the block that has a text."""
    found = [one for one in page.css(".blocks li") if block in one.text()]
    return found[0].css_first("button.act")


def test_a_block_is_kept_and_undone(client: httpx.Client, own: Path) -> None:
    path = f"/record/{id_of(own, 'url LIKE ' + repr('%/22'))}"
    page = LexborHTMLParser(client.get(path).text)
    keep = button(page, LETTER)
    assert keep.attributes["name"] == "keep"
    page = press(client, path, keep)
    assert LETTER in page.css_first(".clean .text").text()
    assert button(page, LETTER).attributes["name"] == "remove"
    [undo] = page.css("button[name=undo]")
    page = press(client, path, undo)
    assert LETTER not in page.css_first(".clean .text").text()
    assert not page.css("button[name=undo]")


def test_a_block_is_removed_for_a_reason(client: httpx.Client, own: Path) -> None:
    path = f"/record/{id_of(own, 'url LIKE ' + repr('%/23'))}"
    page = LexborHTMLParser(client.get(path).text)
    page = press(client, path, button(page, "in part 1 of its report"), reason="related")
    [removed] = page.css(".blocks .removed.related")
    assert "in part 1 of its report" in removed.text()
    assert "person, confidence 100%" in removed.text()


def test_facts_are_corrected(client: httpx.Client, own: Path) -> None:
    document = id_of(own, "url LIKE '%/24'")
    path = f"/record/{document}"
    save = LexborHTMLParser(client.get(path).text).css_first("button[name=facts]")
    fields = {"title": "A <b>new</b> title", "authors": "Ann Wick; Bo", "published": "2024-02-29"}
    page = press(client, path, save, **fields)
    assert page.css_first("h1").text() == "A <b>new</b> title"
    assert rows(own / "news.db", "SELECT what, new FROM corrections ORDER BY what") == [
        ("authors", '["Ann Wick", "Bo"]'),
        ("published", "2024-02-29"),
        ("title", "A <b>new</b> title"),
    ]


def test_a_block_that_a_site_repeats_is_kept_on_all_its_pages(
    client: httpx.Client, own: Path
) -> None:
    kept = f"SELECT count(*) FROM blocks WHERE kept AND text = '{LETTER}'"
    assert rows(own / "news.db", kept) == [(0,)]
    path = "/templates?site=gazette.example.org"
    for name, number in (("keep", 7), ("unkeep", 0)):
        page = LexborHTMLParser(client.get(path).text)
        [pressed] = page.css("td button")
        assert pressed.attributes["name"] == name
        press(client, path, pressed, form="keep")
        assert rows(own / "news.db", kept) == [(number,)]


def test_a_browser_says_where_a_form_comes_from(client: httpx.Client) -> None:
    # With no-referrer, Chromium sends "Origin: null" with the page's own forms.
    assert client.get("/record/1").headers["referrer-policy"] == "same-origin"
    refused = client.post("/record/1/correct", data={"remove": "1"}, headers={"origin": "null"})
    assert refused.status_code == 403


def test_what_cannot_be_corrected_is_explained(client: httpx.Client) -> None:
    for form, status in (({"keep": "999"}, 400), ({"published": "soon", "facts": "1"}, 400)):
        answer = client.post("/record/1/correct", data=form)
        assert answer.status_code == status
        assert LexborHTMLParser(answer.text).css_first("main p").text()
    assert client.post("/record/999/correct", data={"keep": "1"}).status_code == 404
    assert client.get("/record/1/correct").status_code == 405


def test_a_form_without_its_token_changes_nothing(client: httpx.Client, own: Path) -> None:
    client.get("/record/1")
    assert client.cookies
    assert client.post("/record/1/correct", data={"remove": "1"}).status_code == 403
    elsewhere = {"origin": "https://evil.example.com"}
    stranger = httpx.post(
        f"{client.base_url}/record/1/correct", data={"remove": "1"}, headers=elsewhere
    )
    assert stranger.status_code == 403
    assert rows(own / "news.db", "SELECT count(*) FROM corrections") == [(0,)]


@pytest.mark.usefixtures("registered")
def test_a_persons_own_datasette_changes_nothing(own: Path) -> None:
    async def post() -> tuple[str, int]:
        site = Datasette([str(own / "news.db")])
        await site.invoke_startup()
        page = await site.client.get("/-/presswash/record/1")
        answer = await site.client.post("/-/presswash/record/1/correct", data={"remove": "1"})
        return page.text, answer.status_code

    page, status = asyncio.run(post())
    assert status == 403
    assert 'id="correct"' not in page
