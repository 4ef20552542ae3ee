"""A run's report in words, as Prefect shows it; made without Prefect."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaners.model import Block, Media, Removal
from cleaners.page import Page
from cleaners.reasons import Reason
from flows.orchestration import artifacts
from flows.runs.tally import RunTally
from warehouse.model import CaptureRecord, Cleaned, Loaded, PageKey, Verdict


def tallied(*loaded: Loaded) -> RunTally:
    """What came of some pages, each of one removed block."""
    tally = RunTally()
    block = Block("Share", removal=Removal(Reason.SHARE, "phrases", "starts with “share”"))
    page = Page(Media.TEXT, "utf-8", "content", (block,))
    seen = CaptureRecord("a.txt", PageKey("0" * 64, Media.TEXT), None, "2024-05-01T08:00:00Z")
    tally.add([Cleaned(seen, b"", page, b"") for _ in loaded], loaded)
    return tally


def test_one_page_and_one_block_are_said_in_the_singular() -> None:
    tally = tallied(Loaded(Verdict.ADDED, "a.txt", 1, n_words=40))
    text = artifacts.summary(7, tally, 0.5)
    assert "**1 page** seen in 0.5 s: **1** added, **0** unchanged, **0** rejected." in text
    assert "- **share** (1 block): `Share`" in text


def test_near_duplicates_and_pages_without_an_article_are_counted_among_the_added() -> None:
    tally = tallied(
        Loaded(Verdict.ADDED, "a.txt", 1, n_words=40),
        Loaded(Verdict.DUPLICATE, "b.txt", 2, n_words=40, duplicate_of=1, similarity=0.9),
        Loaded(Verdict.ADDED, "menu.txt", 3, n_words=0),
        Loaded(Verdict.UNCHANGED, "old.txt", 4, n_words=0),
    )
    text = artifacts.summary(7, tally, 0.5)
    assert "**3** added (1 near-duplicate, 1 without an article), **1** unchanged" in text
    assert [row["outcome"] for row in artifacts.page_rows(tally)] == [
        "added",
        "duplicate",
        "no article",
        "unchanged",
    ]


def test_a_report_has_bars_its_speed_and_links_to_what_was_rejected(tmp_path: Path) -> None:
    (tmp_path / "a b.txt").write_bytes(b"")
    rejected = [
        Loaded(Verdict.REJECTED, locator, error="EmptyInput", message="there is nothing in it")
        for locator in (f"{tmp_path}/a b.txt#1", "https://a.org/x>y", "gone.txt")
    ]
    tally = tallied(*rejected, Loaded(Verdict.ADDED, "b.txt", 1, n_words=40))
    text = artifacts.summary(7, tally, 2.0)
    assert "2.0 pages a second." in text
    assert f"added      1  {'█' * 14}\n" in text
    assert "unchanged  0\n" in text
    assert f"rejected   3  {'█' * 40}\n" in text
    assert "share  " in text
    assert f"- `{tmp_path}/a b.txt#1`: there is nothing in it" in text
    assert "file://" not in text
    assert "[`https://a.org/x>y`](<https://a.org/xy>)" in text
    assert "- `gone.txt`: there is nothing in it" in text


def test_a_report_links_to_the_configured_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "presswash.toml"
    assert artifacts.report_link(3) == "http://127.0.0.1:8001/-/presswash/run/3"
    config.write_text('[serve]\nurl = "https://news.example.org/"\n', encoding="utf-8")
    assert artifacts.report_link(3) == "https://news.example.org/-/presswash/run/3"
    config.write_text("[serve", encoding="utf-8")  # while somebody edits it
    assert artifacts.report_link(3) == "http://127.0.0.1:8001/-/presswash/run/3"
    monkeypatch.setenv(artifacts.SERVE_VARIABLE, "http://10.0.0.7:8001")
    assert artifacts.report_link(3) == "http://10.0.0.7:8001/-/presswash/run/3"
