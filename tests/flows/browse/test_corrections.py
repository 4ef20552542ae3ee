"""Records are corrected from their pages, when `presswash serve` shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest
from datasette.app import Datasette
from selectolax.lexbor import LexborHTMLParser, LexborNode

from cleaners.model import Capture
from flows.browse.changes import correct
from flows.browse.correction_form import record_digest
from flows.browse.links import Links
from flows.runs import correct as correcting_run
from tests.flows.browse.conftest import serving
from tests.flows.browse.test_pages import id_of
from tests.flows.browse.test_plugin import registered
from tests.flows.cli.test_relations import LETTER, LIVE
from tests.flows.conftest import Presswash, rows, write_stories
from tests.reliability.cli_process import Program, wait_for_exit
from warehouse.opening import open_readonly

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
        **({"digest": digest(page)} if form == "correct" else {}),
        str(button.attributes["name"]): str(button.attributes["value"]),
        **fields,
    }
    answer = post(client, action, sent)
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


def digest(page: LexborHTMLParser) -> str:
    """What says for which state of its record a form was made."""
    return page.css_first("form#correct input[name=digest]").attributes["value"] or ""


def post(client: httpx.Client, path: str, form: dict[str, str]) -> httpx.Response:
    """What the server answers a form as a browser sends it."""
    url = client.base_url.join(path)
    origin = f"{url.scheme}://{url.netloc.decode()}"
    return client.post(url, data=form, headers={"origin": origin})


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
    in_list, at_block = page.css("button[name=undo]")
    assert (in_list.text(), at_block.html) == ("Undo", button(page, LETTER).html)
    page = press(client, path, at_block)
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


def test_what_cannot_be_corrected_is_explained(own: Path, client: httpx.Client) -> None:
    page = LexborHTMLParser(client.get("/record/1").text)
    [token] = page.css("form#correct input[name=csrftoken]")
    known = {"csrftoken": token.attributes["value"] or "", "digest": digest(page)}
    path = "/-/presswash/record/1/correct"
    for form in ({"keep": "999"}, {"keep": "-1"}, {}, {"published": "soon", "facts": "1"}):
        answer = post(client, path, known | form)
        assert answer.status_code == 400
        shown = LexborHTMLParser(answer.text)
        assert shown.css_first("main p").text()
        assert shown.css_first("title").text() == "Nothing was corrected · presswash"
    missing = post(client, "/-/presswash/record/999/correct", known | {"keep": "1"})
    assert missing.status_code == 404
    assert client.get("/record/1/correct").status_code == 405
    assert rows(own / "news.db", "SELECT count(*) FROM corrections") == [(0,)]


def test_a_form_that_is_older_than_its_record_corrects_nothing(
    client: httpx.Client, own: Path
) -> None:
    path = f"/record/{id_of(own, 'url LIKE ' + repr('%/25'))}"
    page = LexborHTMLParser(client.get(path).text)
    save, remove = page.css_first("button[name=facts]"), button(page, "in part 1 of its report")
    old = {"digest": digest(page), "csrftoken": client.cookies["ds_csrftoken"]}
    [title] = page.css("input[name=title]")
    press(client, path, save, title="A title that somebody else gave")
    action = page.css_first("form#correct").attributes["action"] or ""
    stale = {"title": title.attributes["value"] or "", "authors": "Ann Wick", "facts": "1"}
    for form in (stale, {"remove": remove.attributes["value"] or ""}, {"undo": "title"}):
        answer = post(client, action, old | form)
        assert answer.status_code == 409
        assert "The record has changed: look again." in answer.text
    assert rows(own / "news.db", "SELECT new FROM corrections") == [
        ("A title that somebody else gave",)
    ]


def test_of_two_who_correct_a_record_at_once_one_is_told_that_it_has_changed(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = id_of(own, "url LIKE '%/25'")
    with open_readonly(own / "news.db") as warehouse:
        shown = warehouse.record(record)
    assert shown is not None
    # Both have read the record before either of them writes.
    both, clean = Barrier(2), correcting_run.clean_page

    def clean_together(capture: Capture, *more: Any, **options: Any) -> Any:
        both.wait(60)
        return clean(capture, *more, **options)

    monkeypatch.setattr(correcting_run, "clean_page", clean_together)
    forms = [
        {"facts": "1", "digest": record_digest(shown), "title": title} for title in ("One", "Two")
    ]

    def send(form: dict[str, str]) -> int:
        answer = correct(own / "news.db", Links("/", "/news"), {"id": str(record)}, form)
        return answer.status

    with ThreadPoolExecutor(2) as both_people:
        assert sorted(both_people.map(send, forms)) == [303, 409]
    [(what, new)] = rows(own / "news.db", "SELECT what, new FROM corrections")
    assert (what, new in {"One", "Two"}) == ("title", True)


def test_a_record_is_corrected_while_a_run_loads(client: httpx.Client, own: Path) -> None:
    write_stories(own / "more", 60)
    path = f"/record/{id_of(own, 'url LIKE ' + repr('%/22'))}"
    ran = Program(own, pages=4).running("ingest", "--no-flow", "more", "--db", "news.db")
    with ran as process:
        page = LexborHTMLParser(client.get(path).text)
        page = press(client, path, button(page, LETTER))
        assert LETTER in page.css_first(".clean .text").text()
        assert wait_for_exit(process).code == 0
    assert LETTER in LexborHTMLParser(client.get(path).text).css_first(".clean .text").text()
    assert rows(own / "news.db", "SELECT status FROM runs") == [("completed",), ("completed",)]


def test_a_name_with_a_semicolon_stays_one_when_only_the_title_is_corrected(
    client: httpx.Client, own: Path, presswash: Presswash
) -> None:
    document = id_of(own, "url LIKE '%/26'")
    name = "Bo Lantern; keeper"
    presswash("correct", document, "--author", name, "--db", own / "news.db")
    path = f"/record/{document}"
    page = LexborHTMLParser(client.get(path).text)
    press(client, path, page.css_first("button[name=facts]"), title="New", authors=name)
    assert rows(own / "news.db", "SELECT what, new FROM corrections ORDER BY what") == [
        ("authors", f'["{name}"]'),
        ("title", "New"),
    ]


def test_a_form_without_its_token_changes_nothing(client: httpx.Client, own: Path) -> None:
    page = LexborHTMLParser(client.get("/record/1").text)
    assert client.cookies
    form = {"remove": "1", "digest": digest(page)}
    assert post(client, "/-/presswash/record/1/correct", form).status_code == 403
    address = f"{client.base_url}/record/1/correct"
    for origin in ("https://evil.example.com", "http://[", "null", ""):
        stranger = httpx.post(address, data=form, headers={"origin": origin})
        assert stranger.status_code == 403
    assert httpx.post(address, data=form).status_code == 403
    assert rows(own / "news.db", "SELECT count(*) FROM corrections") == [(0,)]


def test_a_program_corrects_with_the_token_alone(own: Path) -> None:
    with serving(own, "--db", "news.db", "--host", "0.0.0.0") as printed:
        url = httpx.URL(printed).copy_with(host="127.0.0.1", path="/-/presswash/record/1")
        bearer = {"authorization": f"Bearer {url.params['token']}"}
        url = url.copy_with(query=None)
        page = LexborHTMLParser(httpx.get(url, headers=bearer).text)
        form = {"digest": digest(page), "title": "Right", "facts": "1"}
        guessed = {"authorization": "Bearer guess"}
        assert httpx.post(f"{url}/correct", data=form, headers=guessed).status_code == 403
        assert httpx.post(f"{url}/correct", data=form, headers=bearer).status_code == 303
    assert rows(own / "news.db", "SELECT new FROM corrections") == [("Right",)]


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


def test_a_version_says_where_its_corrections_were_made(client: httpx.Client, own: Path) -> None:
    [old, new] = [
        number
        for (number,) in rows(
            own / "news.db", "SELECT id FROM documents WHERE url LIKE '%/live' ORDER BY first_seen"
        )
    ]
    page = LexborHTMLParser(client.get(f"/record/{old}").text)
    press(client, f"/record/{old}", button(page, LIVE[0]))
    press(client, f"/record/{old}", button(page, LIVE[1]))
    page = LexborHTMLParser(client.get(f"/record/{new}").text)
    assert f"on record {old}" in page.body.text() if page.body else False
    assert "Not in this version" in page.html if page.html else False
    [undo] = page.css(".plain button[name=undo]")
    press(client, f"/record/{new}", undo)
    assert rows(own / "news.db", "SELECT text FROM corrections") == [(LIVE[0],)]


def test_a_rule_of_a_site_is_shown_before_it_is_made(client: httpx.Client, own: Path) -> None:
    document = id_of(own, "url LIKE '%/22'")
    page = LexborHTMLParser(client.get(f"/record/{document}").text)
    [block] = [one for one in page.css(".blocks li") if LETTER in one.text()]
    shown = client.get(client.base_url.join(block.css_first("a.act").attributes["href"] or ""))
    page = LexborHTMLParser(shown.text)
    assert "7 blocks of 7 records would change" in page.text()
    form = page.css_first("form#rule")
    fields = {
        str(one.attributes["name"]): one.attributes["value"] or "" for one in form.css("input")
    }
    answer = post(client, form.attributes["action"] or "", fields)
    assert "sign up to our evening letter" in LexborHTMLParser(answer.text).text()
    kept = f"SELECT DISTINCT kept FROM blocks WHERE text = '{LETTER}'"
    assert rows(own / "news.db", kept) == [(1,)]
    assert post(client, form.attributes["action"] or "", fields).status_code == 409
    page = LexborHTMLParser(answer.text)
    press(client, "/rules", page.css_first("td button"), form="delete")
    assert rows(own / "news.db", kept) == [(0,)]


@pytest.mark.parametrize("query", ["", "?block=9999", "?block=1&by=colour", "?block=1&reason=dull"])
def test_what_can_be_no_rule_is_explained(client: httpx.Client, query: str) -> None:
    assert client.get(f"/record/1/rule{query}").status_code == 400


def test_the_title_is_corrected_and_no_rule_is_offered_for_it(
    client: httpx.Client, own: Path
) -> None:
    [(document, number)] = rows(
        own / "news.db",
        "SELECT document_id, position FROM blocks WHERE kind = 'title' LIMIT 1",
    )
    page = LexborHTMLParser(client.get(f"/record/{document}").text)
    title = page.css_first(f"#block{number}")
    assert title.css("button.act") and not title.css("a.act")
    assert page.css(".blocks a.act")
    shown = client.get(f"/record/{document}/rule?block={number}")
    assert shown.status_code == 400
    assert "corrected with --title" in shown.text
    assert not LexborHTMLParser(shown.text).css("form#rule")


def test_an_unknown_template_is_a_bad_request(client: httpx.Client) -> None:
    client.get("/templates")
    token = {"csrftoken": client.cookies["ds_csrftoken"]}
    for form in ({"keep": "zz"}, {"unkeep": "zz"}, {"keep": ""}, {}):
        assert post(client, "/-/presswash/templates/keep", token | form).status_code == 400
