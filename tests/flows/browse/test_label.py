"""The records of which the cleaners are the least sure come first, to be corrected."""

from __future__ import annotations

from pathlib import Path

import httpx
from selectolax.lexbor import LexborHTMLParser

from tests.flows.browse.test_pages import hrefs, shown
from tests.flows.conftest import Presswash, rows


def test_the_least_sure_come_first_on_the_command_line_and_in_the_browser(
    presswash: Presswash, news: Path, browser: httpx.Client
) -> None:
    db = news / "news.db"
    found = [one["hit"]["id"] for one in presswash("label", "--db", db, "--json").json]
    doubtful = rows(db, "SELECT document_id FROM quality WHERE quality < 0.7 ORDER BY quality")
    assert {one for (one,) in doubtful} <= {*found}
    assert found[0] == doubtful[0][0]
    links = hrefs(shown(browser, "/label"), ".hits h2 a")
    assert links == [f"/-/presswash/record/{one}" for one in found]
    assert [one["hit"]["id"] for one in presswash("label", 1, "--db", db, "--json").json] == [
        found[0]
    ]
    assert f"presswash correct {found[0]} --db" in presswash("label", "--db", db).out


def test_what_somebody_corrected_is_left_out(presswash: Presswash, news: Path) -> None:
    Path("news.db").write_bytes((news / "news.db").read_bytes())
    first, *others = presswash("label", "--db", "news.db", "--json").json
    presswash("correct", first["hit"]["id"], "--title", "Right", "--db", "news.db")
    left = presswash("label", "--db", "news.db", "--json").json
    # A correction applies to the other versions of a page, too.
    corrected = {one for (one,) in rows(Path("news.db"), "SELECT document_id FROM corrections")}
    assert first["hit"]["id"] in corrected
    expected = [one["hit"]["id"] for one in others if one["hit"]["id"] not in corrected]
    assert [one["hit"]["id"] for one in left] == expected


def test_unsure_blocks_stand_out(browser: httpx.Client, news: Path) -> None:
    unsure = rows(
        news / "news.db",
        "SELECT document_id, count(*) FROM full_block WHERE confidence < 0.7 GROUP BY document_id",
    )
    for document, count in unsure:
        page = LexborHTMLParser(browser.get(f"/record/{document}").text)
        assert len(page.css(".blocks .unsure")) == count


def test_there_may_be_none(presswash: Presswash, stories: Path) -> None:
    presswash("ingest", "--no-flow", stories)
    assert presswash("label").out == "The cleaners are unsure of no record.\n"
