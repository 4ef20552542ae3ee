"""What pages of the warehouse say is shown and never acts, and nothing comes from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from cleaners.model import Media
from flows.browse.saved_page import render_saved_page
from tests.flows.browse.test_pages import id_of

OURS = re.compile(r"/-/presswash/static/presswash\.(css|js)|/-/presswash/saved/\d+")
HOSTILE = "title LIKE 'A title%'"
HOSTILE_HTML = "locator LIKE '%hostile.html'"


@pytest.fixture
def paths(news: Path) -> list[str]:
    one, other = id_of(news, HOSTILE), id_of(news, HOSTILE_HTML)
    return [
        *("", "/records", "/records?q=bridge", "/runs", "/run/1", "/templates"),
        *(f"/record/{one}", f"/record/{other}", f"/record/{one}?whole=1", f"/pair/{one}/{other}"),
        '/records?q="><script>alert(1)</script>&site="><script>alert(1)</script>',
        '/templates?site="><script>alert(1)</script>',
    ]


def test_no_page_holds_markup_of_what_it_shows(browser: httpx.Client, paths: list[str]) -> None:
    for path in paths:
        tree = LexborHTMLParser(browser.get(path).text)
        scripts = [node.attributes.get("src") for node in tree.css("script")]
        assert scripts == ["/-/presswash/static/presswash.js"], path
        assert not tree.css("img, base, object, embed, style"), path
        for node in tree.css("*"):
            assert not [name for name in node.attributes if name.startswith("on")], path


def test_nothing_is_loaded_from_another_host(browser: httpx.Client, paths: list[str]) -> None:
    for path in paths:
        answer = browser.get(path)
        tree = LexborHTMLParser(answer.text)
        for node in tree.css("[src], link[href]"):
            assert OURS.fullmatch(node.attributes.get("src") or node.attributes["href"] or ""), path
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    for name in ("presswash.css", "presswash.js"):
        assert "//" not in re.sub(r"^//.*$", "", browser.get(f"/static/{name}").text, flags=re.M)


def test_only_addresses_of_the_web_become_links(browser: httpx.Client, paths: list[str]) -> None:
    for path in paths:
        tree = LexborHTMLParser(browser.get(path).text)
        for node in tree.css("a[href]"):
            assert re.match(r"(/|#|https?://)", node.attributes["href"] or ""), path


def test_overrides_of_direction_are_shown_as_signs(browser: httpx.Client, paths: list[str]) -> None:
    for path in paths:
        tree = LexborHTMLParser(browser.get(path).text)
        # A field to be corrected holds what the record holds, and displays it by itself.
        for node in tree.css("form#correct input"):
            node.decompose()
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", tree.html or ""), path
    for path in ("", "/run/1"):
        assert "empty&lt;U+202E&gt;txt.txt" in browser.get(path).text
    assert "A title" in browser.get("/records?q=bridge").text


def test_a_word_of_a_million_letters_is_cut(browser: httpx.Client, news: Path) -> None:
    path = f"/record/{id_of(news, HOSTILE)}"
    assert len(browser.get(path).content) < 300_000
    assert len(browser.get(f"{path}?whole=1").content) > 1_000_000


def test_a_saved_page_is_shown_in_a_sandbox_without_what_acts_or_loads(
    browser: httpx.Client, news: Path
) -> None:
    document = id_of(news, HOSTILE_HTML)
    [frame] = LexborHTMLParser(browser.get(f"/record/{document}").text).css("iframe")
    assert frame.attributes["sandbox"] == ""
    answer = browser.get(f"/saved/{document}")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline'")
    assert "allow" not in policy
    tree = LexborHTMLParser(answer.text)
    assert not tree.css("script, iframe, base, link, meta, form, [href], [src], [onload]")
    assert "The council of town 91" in tree.body.text()
    assert "Share on every network" in tree.body.text()


def test_a_saved_text_is_shown_as_text(browser: httpx.Client, news: Path) -> None:
    document = id_of(news, "url LIKE '%gazette%/wire'")
    tree = LexborHTMLParser(browser.get(f"/saved/{document}").text)
    assert tree.css_first("pre").text().startswith("Council number 7 decides")
    assert render_saved_page(b"a <b>c</b>", Media.TEXT, None).count("&lt;b&gt;c") == 1
