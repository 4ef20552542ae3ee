"""What a person says of a record overrides every cleaner, until it is undone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.flows.cli.conftest import NOTE, block, place
from tests.flows.cli.test_relations import LETTER, SITE, record, write
from tests.flows.conftest import Presswash, contents, rows, story


def test_a_removed_block_is_kept_and_a_kept_one_removed(presswash: Presswash, page: Path) -> None:
    share, note = place(presswash, "Share on"), place(presswash, NOTE)
    assert block(presswash, "Share on")["reason"] == "share"
    ran = presswash("correct", 1, "--keep", share, "--remove", note, "--reason", "related")
    assert ran.code == 0, ran.err
    assert "was share: Share on Facebook" in ran.out
    assert block(presswash, "Share on")["kept"]
    removed = block(presswash, NOTE)
    assert (removed["reason"], removed["cleaner"]) == ("related", "person")
    assert "(person, confidence 100%)" in presswash("show", 1, "--explain").out
    assert [hit["id"] for hit in presswash("search", "facebook", "--json").json] == [1]
    assert presswash("search", "lighthouse", "--json").json == []


def test_facts_are_those_that_a_person_says(presswash: Presswash, page: Path) -> None:
    ran = presswash(
        *("correct", 1, "--title", "Lamp oil grows dear", "--author", "Ann Wick"),
        *("--author", "Bo Lantern; keeper", "--published", "2024-02-29"),
    )
    assert ran.code == 0, ran.err
    shown = presswash("show", 1, "--json").json
    assert shown["title"] == "Lamp oil grows dear"
    assert shown["authors"] == ["Ann Wick", "Bo Lantern; keeper"]
    assert shown["published"] == "2024-02-29"
    assert {one["what"] for one in shown["corrections"]} == {"title", "authors", "published"}
    assert [hit["id"] for hit in presswash("search", "dear", "--json").json] == [1]
    assert presswash("correct", 1, "--title", "", "--published", "").code == 0
    shown = presswash("show", 1, "--json").json
    assert (shown["title"], shown["published"]) == (None, None)


def test_corrections_survive_recleaning_and_the_warehouse_is_sound(
    presswash: Presswash, page: Path
) -> None:
    share, note = place(presswash, "Share on"), place(presswash, NOTE)
    presswash("correct", 1, "--keep", share, "--remove", note, "--title", "Lamp oil grows dear")
    before = contents(page)
    assert "0 changed" in presswash("reclean", "--all").out
    assert contents(page) == before
    assert presswash("check", "--deep").code == 0
    assert presswash("ingest", "--no-flow", "page.txt", "--force").code == 0
    assert contents(page)["blocks"] == before["blocks"]


def test_what_is_undone_is_as_the_cleaners_said(presswash: Presswash, page: Path) -> None:
    before = contents(page)
    share, note = place(presswash, "Share on"), place(presswash, NOTE)
    presswash("correct", 1, "--keep", share, "--remove", note, "--title", "Lamp oil grows dear")
    assert contents(page) != before
    ran = presswash("correct", 1, "--undo", share, "--undo", note, "--undo", "title")
    assert (ran.code, ran.err) == (0, "")
    assert contents(page) == before
    assert rows(page, "SELECT count(*) FROM corrections") == [(0,)]


def test_the_last_correction_of_a_block_counts(presswash: Presswash, page: Path) -> None:
    note = place(presswash, NOTE)
    presswash("correct", 1, "--remove", note, "--reason", "related")
    presswash("correct", 1, "--remove", note, "--reason", "advert")
    assert block(presswash, NOTE)["reason"] == "advert"
    assert rows(page, "SELECT old, new FROM corrections") == [(None, "advert")]


def test_a_block_that_its_site_repeats_is_kept_on_the_page_alone(
    presswash: Presswash, tmp_path: Path
) -> None:
    pages = [record(f"{story(n)}\n\n{LETTER}", f"{SITE}/{n}") for n in range(6)]
    presswash("ingest", "--no-flow", write(tmp_path / "site.jsonl", *pages))
    assert block(presswash, LETTER, 2)["reason"] == "template"
    number = place(presswash, LETTER, 2)
    assert presswash("correct", 2, "--keep", number).code == 0
    assert block(presswash, LETTER, 2)["kept"]
    assert block(presswash, LETTER, 3)["reason"] == "template"
    presswash("reclean", "--all")
    assert block(presswash, LETTER, 2)["kept"]
    assert presswash("check", "--deep").code == 0
    assert presswash("correct", 2, "--undo", number).code == 0
    assert block(presswash, LETTER, 2)["reason"] == "template"


def test_a_correction_can_make_a_near_duplicate(presswash: Presswash, tmp_path: Path) -> None:
    other = story(5).strip() + "\n\n" + story(6).strip()
    for name, text in (("one", story(5)), ("other", other)):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    presswash("ingest", "--no-flow", "one.txt", "other.txt")
    blocks = presswash("show", 2, "--json").json["blocks"]
    own = [n for n, one in enumerate(blocks) if "town 6" in one["text"]]
    ran = presswash("correct", 2, *(part for n in own for part in ("--remove", n)))
    assert ran.code == 0, ran.err
    db = tmp_path / "presswash.db"
    assert rows(db, "SELECT relation FROM documents WHERE relation IS NOT NULL") == [("same",)]
    assert presswash("check", "--deep").code == 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--keep", "99"], "record 1 has no block 99"),
        (["--keep", "1", "--remove", "1"], "block 1 can't be both kept and removed"),
        (["--remove", "1", "--reason", "dull"], "'dull' is not a reason"),
        (["--published", "yesterday"], "'yesterday' is no day"),
        (["--reason", "nosuch"], "'nosuch' is not a reason: choose one of navigation, share,"),
        (["--reason", "share"], "a reason is why blocks are removed: say which"),
        (["--undo", "title"], "nobody corrected title of record 1"),
        (["--undo", "colour"], "'colour' can't be undone"),
    ],
)
def test_what_cannot_be_corrected_is_explained(
    presswash: Presswash, page: Path, options: list[str], sentence: str
) -> None:
    before = contents(page)
    ran = presswash("correct", 1, *options)
    assert ran.code == 2
    assert sentence in ran.err
    assert contents(page) == before


def test_blocks_with_the_same_text_are_kept_or_removed_together(
    presswash: Presswash, tmp_path: Path
) -> None:
    parts = ["Share on Facebook", *story(5).strip().split("\n\n"), "Share on Facebook"]
    (tmp_path / "page.txt").write_text("\n\n".join(parts), encoding="utf-8")
    presswash("ingest", "--no-flow", "page.txt")
    blocks = presswash("show", 1, "--json").json["blocks"]
    one, other = [n for n, each in enumerate(blocks) if each["text"] == "Share on Facebook"]
    ran = presswash("correct", 1, "--keep", one, "--remove", other)
    assert ran.code == 2
    assert f"blocks {one} and {other} have the same text: keep or remove both of them" in ran.err
    assert rows(tmp_path / "presswash.db", "SELECT count(*) FROM corrections") == [(0,)]


def test_no_author_is_said_with_an_empty_name(presswash: Presswash, page: Path) -> None:
    presswash("correct", 1, "--author", "Ann Wick")
    assert presswash("correct", 1, "--author", "").code == 0
    assert presswash("show", 1, "--json").json["authors"] == []


def test_a_corrected_fact_has_a_person_as_its_source(presswash: Presswash, page: Path) -> None:
    presswash("correct", 1, "--title", "Lamp oil grows dear", "--published", "2024-02-29")
    shown = presswash("show", 1, "--json").json
    assert (shown["title_source"], shown["published_source"]) == ("person", "person")
    sources = "SELECT title_source, published_source FROM "
    assert rows(page, f"{sources}articles") == [("person", "person")]
    presswash("correct", 1, "--undo", "title", "--undo", "published")
    assert rows(page, f"{sources}documents") == [("page", None)]


@pytest.mark.parametrize("error", [KeyError, OSError])
def test_a_user_without_a_name_corrects_with_a_number(
    presswash: Presswash, page: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail() -> str:
        raise error("no such user")

    monkeypatch.setattr("flows.corrections.getuser", fail)
    assert presswash("correct", 1, "--title", "Lamp oil grows dear").code == 0
    assert rows(page, "SELECT person FROM corrections") == [(str(os.getuid()),)]


def test_without_options_blocks_are_listed_with_their_numbers(
    presswash: Presswash, page: Path
) -> None:
    ran = presswash("correct", 1)
    assert ran.code == 0
    assert "   0 share" in ran.out
    assert presswash("correct", 9).code == 1
