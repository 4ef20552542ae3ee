"""A run as one HTML page, which needs nothing else to be read."""

from __future__ import annotations

from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from tests.flows.conftest import Presswash


def test_a_report_says_what_a_run_added_removed_and_rejected(
    presswash: Presswash, news: Path, tmp_path: Path
) -> None:
    ran = presswash("report", 1, "--db", news / "news.db", "--html", "run.html")
    assert (ran.code, ran.out, ran.err) == (0, "written to run.html\n", "")
    page = (tmp_path / "run.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    text = " ".join(LexborHTMLParser(page).text().split())
    assert "14 pages seen: 13 added (2 of them duplicates), 0 unchanged, 1 rejected." in text
    assert "it contains only white space" in text
    assert "Storm hits the coast of Marl Bay" in text
    assert presswash("report", "--db", news / "news.db", "--html", "-").out == page


def test_a_report_loads_nothing_and_holds_no_markup_of_pages(
    presswash: Presswash, news: Path
) -> None:
    tree = LexborHTMLParser(presswash("report", "--db", news / "news.db", "--html", "-").out)
    assert not tree.css("script, img, link, iframe, [src]")
    assert tree.css_first("style").text().count("{") > 10
    assert "<script>alert('x')</script>" in tree.css_first("body").text()
    for node in tree.css("a[href]"):
        assert (node.attributes["href"] or "").startswith("https://")


def test_a_run_that_is_not_there_is_named(presswash: Presswash, news: Path) -> None:
    ran = presswash("report", 99, "--db", news / "news.db", "--html", "none.html")
    assert ran.code == 2
    assert "there is no run 99" in ran.err
    assert not Path("none.html").exists()
