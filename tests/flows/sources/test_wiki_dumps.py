"""A dump of a wiki gives its articles, as their readers see them."""

from __future__ import annotations

import bz2
import gzip
import lzma
from html import escape
from pathlib import Path

import pytest
import zstandard

from flows.sources.wikitext import wikitext_to_html
from tests.flows.conftest import Presswash

HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="de">
<siteinfo><sitename>Coastpedia</sitename><base>https://coast.example.org/wiki/Main_Page</base>
<namespaces><namespace key="0" /><namespace key="6">Datei</namespace></namespaces></siteinfo>
"""
ARTICLE = """{{Infobox town|name=Port Ellery}}
[[Datei:Pier.jpg|thumb|The pier at dawn]]
'''Port Ellery''' ({{lang-fr|Port-Élery}}) is a [[harbour|harbour town]] of old.<ref>Smith</ref>
It has {{convert|3|km}} of quays &amp; one ferry.
== History ==
=== Middle ages ===
* The first pier was built in [[1702]].
{| class="wikitable"
! Year !! People
|-
| 1900 || 1,200
|}
== References ==
{{reflist}}
[[Category:Harbours]]
[[fr:Port-Élery]]
"""


def page(title: str, *texts: str, ns: int = 0, inside: str = "", model: str = "wikitext") -> str:
    revisions = "".join(
        f"<revision><timestamp>2024-05-0{day}T07:30:00Z</timestamp><contributor><username>Odd One"
        f"</username></contributor><model>{model}</model>"
        f"<text>{escape(text)}</text></revision>"
        for day, text in enumerate(texts, 1)
    )
    return f"<page><title>{escape(title)}</title><ns>{ns}</ns>{inside}{revisions}</page>"


def long_text(subject: str) -> str:
    return (
        f"The '''{subject}''' is known along the coast for the long walls that keep the sea away"
        " from its lower streets, and for the market that is held there in the autumn."
    )


DUMP = (
    HEAD
    + page("Port Ellery", "An older text.", ARTICLE + long_text("town"))
    + page("Talk:Port Ellery", "Is this right?", ns=1)
    + page("Ellery", "#REDIRECT [[Port Ellery]]", inside='<redirect title="Port Ellery" />')
    + page("Styles", "p {}", model="css")
    + page("Café & bar", long_text("café"))
    + "</mediawiki>"
)


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("wiki.xml", bytes),
        ("wiki-pages-articles.xml.bz2", bz2.compress),
        ("wiki.xml.gz", gzip.compress),
        ("wiki.xml.xz", lzma.compress),
        ("wiki.xml.zst", zstandard.compress),
    ],
)
def test_a_dump_gives_the_newest_text_of_each_article(
    presswash: Presswash, name: str, pack
) -> None:  # type: ignore[no-untyped-def]
    Path(name).write_bytes(pack(DUMP.encode()))
    report = presswash("ingest", name, "--json").json
    assert (report["added"], report["rejected"]) == (2, 0)
    assert report["skipped_kinds"] == {
        "wiki pages that aren't articles": 1,
        "redirects": 1,
        "wiki pages that aren't text": 1,
    }
    first, second = presswash("sql", "SELECT * FROM documents ORDER BY id", "--json").json
    assert (first["title"], first["authors"], first["published"]) == ("Port Ellery", "[]", None)
    assert first["url"] == "https://coast.example.org/wiki/Port_Ellery"
    assert second["url"] == "https://coast.example.org/wiki/Caf%C3%A9_%26_bar"
    assert (first["language"], first["first_seen"]) == ("de", "2024-05-02T07:30:00Z")
    assert first["locator"].endswith(f"{name}#Port Ellery")
    assert "a harbour town of old. It has 3 km of quays & one ferry." in first["text"]
    assert not any(sign in first["text"] for sign in ("[[", "{{", "'''", "dawn", "Smith", "fr:"))


def test_a_dump_is_read_on_where_a_run_stopped_and_its_damage_is_a_reject(
    presswash: Presswash,
) -> None:
    Path("cut.xml").write_text(DUMP[: DUMP.index("Café") + 200], encoding="utf-8")
    report = presswash("ingest", "cut.xml", "--json").json
    assert (report["added"], report["rejected"]) == (1, 1)
    assert "the dump is cut off" in report["pages"][1]["message"]
    Path("cut.xml").write_text(DUMP, encoding="utf-8")
    assert presswash("ingest", "cut.xml", "--json").json["added"] == 1


def test_wikitext_becomes_headings_paragraphs_lists_and_tables() -> None:
    assert wikitext_to_html(ARTICLE, ("datei", "category")) == (
        "<p>Port Ellery (Port-Élery) is a harbour town of old. It has 3 km of quays &amp; one"
        " ferry.</p><h2>History</h2><h3>Middle ages</h3>"
        "<ul><li>The first pier was built in 1702.</li></ul>"
        "<table><tr><th>Year</th><th>People</th></tr><tr><td>1900</td><td>1,200</td></tr></table>"
    )


@pytest.mark.parametrize("text", ["{{" * 500, "[[a|" * 500, "{|" * 99, "<b>" * 500, "", "\x03 9"])
def test_broken_wikitext_is_text(text: str) -> None:
    assert wikitext_to_html(text, ()) is not None


def test_an_entity_of_a_dump_is_not_expanded(presswash: Presswash) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "boom">]>' + DUMP.replace(
        "An older text.", "&a;"
    )
    Path("wiki.xml").write_text(bomb, encoding="utf-8")
    assert "boom" not in presswash("clean", "wiki.xml").out


def test_a_text_that_is_too_long_is_a_reject_and_the_dump_is_read_on(presswash: Presswash) -> None:
    dump = (
        HEAD + page("Log", "word " * 7_000_000) + page("Quay", long_text("quay")) + "</mediawiki>"
    )
    Path("wiki.xml").write_text(dump, encoding="utf-8")
    ran = presswash("ingest", "wiki.xml")
    assert ran.code == 0
    assert "Log: it is larger than" in ran.out
    assert "1 added" in ran.out


def test_an_element_without_an_end_stops_the_reading(
    presswash: Presswash, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.sources.archives.wiki_dump._MAX_ELEMENT_BYTES", 1_000_000)
    dump = HEAD + page("Quay", long_text("quay")) + page("Log", "word " * 300_000) + "</mediawiki>"
    Path("wiki.xml").write_text(dump, encoding="utf-8")
    ran = presswash("ingest", "wiki.xml")
    assert "1 added" in ran.out
    assert "wiki.xml: it is larger than" in ran.out


def test_the_newest_text_counts_wherever_it_stands(presswash: Presswash) -> None:
    def revision(time: str, subject: str) -> str:
        text = f"<text>{long_text(subject)}</text>"
        return f"<revision><timestamp>{time}T07:30:00Z</timestamp>{text}</revision>"

    revisions = revision("2024-05-02", "new town") + revision("2019-01-01", "old town")
    one = f"<page><title>Ellery</title><ns>0</ns>{revisions}</page>"
    Path("wiki.xml").write_text(f"{HEAD}{one}</mediawiki>", encoding="utf-8")
    assert "new town" in presswash("clean", "wiki.xml").out


def test_brackets_stay_unless_a_template_was_all_they_held() -> None:
    html = wikitext_to_html("printf() is old. Ellery ({{lang|fr|}}) has {{formatnum:1200}}.", ())
    assert html == "<p>printf() is old. Ellery has 1200.</p>"
    assert wikitext_to_html("(" + " " * 200_000, ())
