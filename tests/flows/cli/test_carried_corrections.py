"""Corrections are carried to other versions of a page, and to no other article."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.cli.conftest import NOTE, PAGE, block, place
from tests.flows.cli.test_relations import SITE, record, write
from tests.flows.conftest import Presswash, contents, program, rows, story

LETTERS = "\n\n".join(
    f"Beekeepers in the {place} orchards counted {number} hives after the frost, more than"
    f" anyone had hoped when the {tree} trees failed to flower."
    for number, (place, tree) in enumerate(
        [("upper", "cherry"), ("lower", "plum"), ("walled", "pear"), ("abbey", "quince")], 31
    )
)
URL = f"{SITE}/tides"
NEW = "A second note says that the lamp was lit again at dusk, two hours before high water."


@pytest.fixture
def versions(presswash: Presswash, tmp_path: Path) -> Callable[..., None]:
    """Ingests the page of a URL as it is on a day of March."""

    def ingest(text: str, day: int, **facts: str) -> None:
        row = record(text, URL, day) | {"published": "2024-04-30"} | facts
        ran = presswash("ingest", "--no-flow", write(tmp_path / f"{day}.jsonl", row))
        assert ran.code == 0, ran.err

    return ingest


def test_corrections_hold_for_the_next_version_of_a_page(
    presswash: Presswash, versions: Callable[..., None], tmp_path: Path
) -> None:
    versions(PAGE, 1)
    share, note = place(presswash, "Share on"), place(presswash, NOTE)
    presswash("correct", 1, "--keep", share, "--remove", note, "--reason", "related")
    presswash("correct", 1, "--title", "Lamp oil grows dear", "--published", "2024-02-29")
    versions(f"{PAGE}\n\n{NEW}", 2)
    assert block(presswash, "Share on", 2)["kept"]
    removed = block(presswash, NOTE, 2)
    assert (removed["reason"], removed["cleaner"]) == ("related", "person")
    shown = presswash("show", 2, "--explain").out
    assert "on record 1" in shown
    assert "(person, confidence 100%)" in shown
    record_2 = presswash("show", 2, "--json").json
    assert (record_2["title"], record_2["published"]) == ("Lamp oil grows dear", "2024-02-29")
    assert record_2["title_source"] == "person"
    assert record_2["other_corrections"] == []
    db = tmp_path / "presswash.db"
    made_on = "SELECT DISTINCT document_id, made_on FROM corrections ORDER BY 1"
    assert rows(db, made_on) == [(1, 1), (2, 1)]
    before = contents(db)
    assert "0 changed" in presswash("reclean", "--all").out
    assert contents(db) == before
    assert presswash("check", "--deep").code == 0


def test_what_a_new_version_no_longer_has_is_said(
    presswash: Presswash, versions: Callable[..., None], tmp_path: Path
) -> None:
    versions(PAGE, 1, title="Of tides")
    presswash("correct", 1, "--remove", place(presswash, NOTE), "--title", "Lamp oil grows dear")
    changed = PAGE.replace("the price of lamp oil", "the price of bread")
    versions(f"{changed}\n\n{NEW}", 2, title="Of tides and bread")
    shown = presswash("show", 2, "--json").json
    assert shown["title"] == "Of tides and bread"
    assert shown["corrections"] == []
    assert {one["what"] for one in shown["other_corrections"]} == {"block", "title"}
    assert "not here    removed as boilerplate by" in presswash("show", 2).out
    versions(f"{PAGE}\n\n{NEW}", 3, title="Of tides and bread")
    assert block(presswash, NOTE, 3)["cleaner"] == "person"
    assert presswash("check", "--deep").code == 0


def test_a_correction_of_one_version_holds_for_all_until_it_is_undone(
    presswash: Presswash, versions: Callable[..., None], tmp_path: Path
) -> None:
    versions(PAGE, 1)
    versions(f"{PAGE}\n\n{NEW}", 2)
    db = tmp_path / "presswash.db"
    before = contents(db)
    ran = presswash("correct", 2, "--remove", place(presswash, NOTE, 2), "--title", "Lamp oil")
    assert ran.code == 0, ran.err
    assert block(presswash, NOTE, 1)["cleaner"] == "person"
    assert presswash("show", 1, "--json").json["title"] == "Lamp oil"
    undone = presswash("correct", 1, "--undo", place(presswash, NOTE), "--undo", "title")
    assert undone.code == 0, undone.err
    assert contents(db) == before
    assert rows(db, "SELECT count(*) FROM corrections") == [(0,)]


def test_the_order_of_correcting_and_ingesting_does_not_matter(
    presswash: Presswash, versions: Callable[..., None], tmp_path: Path
) -> None:
    versions(PAGE, 1)
    presswash("correct", 1, "--remove", place(presswash, NOTE))
    versions(f"{PAGE}\n\n{NEW}", 2)
    first = contents(tmp_path / "presswash.db")
    (tmp_path / "presswash.db").unlink()
    versions(f"{PAGE}\n\n{NEW}", 2)
    versions(PAGE, 1)
    presswash("correct", 2, "--remove", place(presswash, NOTE, 2))
    assert contents(tmp_path / "presswash.db") == first


def test_a_file_that_was_saved_again_keeps_its_corrections(
    presswash: Presswash, page: Path, tmp_path: Path
) -> None:
    presswash("correct", 1, "--remove", place(presswash, NOTE))
    (tmp_path / "page.txt").write_text(f"{PAGE}\n\n{NEW}", encoding="utf-8")
    presswash("ingest", "--no-flow", "page.txt")
    assert block(presswash, NOTE, 2)["cleaner"] == "person"
    # Of a page that is piped in, nothing says that it is a version of another.
    ran = program("ingest", "--no-flow", "-", cwd=tmp_path, stdin=PAGE.encode() + b"\n\nMore.")
    assert ran.returncode == 0, ran.stderr
    assert rows(page, "SELECT count(*) FROM corrections") == [(2,)]


def test_facts_are_not_carried_to_another_article_at_the_same_address(
    presswash: Presswash, versions: Callable[..., None]
) -> None:
    versions(story(1), 1, title="Story of the quay")
    presswash("correct", 1, "--author", "Ann Marlow", "--published", "2023-12-30")
    versions(LETTERS, 2, title="Beekeepers count hives")
    shown = presswash("show", 2, "--json").json
    assert (shown["authors"], shown["corrections"]) == ([], [])
    assert presswash("correct", 1, "--author", "Ann Marlowe").code == 0
    assert presswash("show", 2, "--json").json["corrections"] == []
    versions(f"{story(1)}\n\n{NEW}", 3, title="Quay story")
    assert presswash("show", 3, "--json").json["authors"] == ["Ann Marlowe"]
    assert presswash("check", "--deep").code == 0


def test_facts_are_not_carried_to_another_article_in_the_same_file(
    presswash: Presswash, page: Path, tmp_path: Path
) -> None:
    presswash("correct", 1, "--author", "Ann Marlow")
    (tmp_path / "page.txt").write_text(LETTERS, encoding="utf-8")
    presswash("ingest", "--no-flow", "page.txt")
    assert presswash("show", 2, "--json").json["authors"] == []


def write_captures(path: Path, *captures: tuple[str, str | None, int]) -> Path:
    """JSON Lines of captures: the text, the URL and the day of each."""
    records = (
        {"text": text, "date": f"2024-05-{day:02}T08:00:00Z"} | ({"url": url} if url else {})
        for text, url, day in captures
    )
    path.write_text("".join(f"{json.dumps(one)}\n" for one in records), encoding="utf-8")
    return path


@pytest.fixture
def share_address(presswash: Presswash, tmp_path: Path) -> Callable[[], None]:
    """A warehouse with two records of different URLs.

    The function reads an earlier capture of the second one, which has the URL of the first.
    """
    here, there = "https://quay.example.org/tides", "https://mirror.example.org/copy"
    longer = f"{PAGE}\n\n{NEW}"
    first = write_captures(tmp_path / "first.jsonl", (PAGE, here, 3), (longer, there, 4))
    earlier = write_captures(tmp_path / "earlier.jsonl", (longer, here, 2))
    assert presswash("ingest", "--no-flow", first).code == 0

    def read_earlier() -> None:
        assert presswash("ingest", "--no-flow", earlier).code == 0

    return read_earlier


@pytest.mark.parametrize("corrected", [1, 2])
def test_corrections_are_carried_when_an_earlier_capture_changes_the_address(
    presswash: Presswash, share_address: Callable[[], None], tmp_path: Path, corrected: int
) -> None:
    number = place(presswash, NOTE, corrected)
    presswash("correct", corrected, "--remove", number, "--author", "Ann Marlow")
    other = 3 - corrected
    assert presswash("show", other, "--json").json["corrections"] == []
    share_address()
    assert presswash("check", "--deep").code == 0
    assert "1 changed" in presswash("reclean").out
    assert block(presswash, NOTE, other)["cleaner"] == "person"
    assert presswash("show", other, "--json").json["authors"] == ["Ann Marlow"]
    made_on = rows(tmp_path / "presswash.db", "SELECT DISTINCT made_on FROM corrections")
    assert made_on == [(corrected,)]
    assert presswash("check", "--deep").code == 0
    presswash("correct", other, "--undo", place(presswash, NOTE, other), "--undo", "authors")
    assert block(presswash, NOTE, corrected)["kept"]
    assert rows(tmp_path / "presswash.db", "SELECT count(*) FROM corrections") == [(0,)]


def test_an_own_correction_stays_when_the_address_changes(
    presswash: Presswash, share_address: Callable[[], None]
) -> None:
    presswash("correct", 2, "--remove", place(presswash, NOTE, 2), "--reason", "related")
    presswash("correct", 1, "--remove", place(presswash, NOTE), "--reason", "advert")
    share_address()
    presswash("reclean")
    reasons = [block(presswash, NOTE, one)["reason"] for one in (1, 2)]
    assert reasons == ["advert", "related"]


def test_a_correction_undone_before_recleaning_gives_way_to_no_other(
    presswash: Presswash, share_address: Callable[[], None], tmp_path: Path
) -> None:
    """Of the versions that a page has since, each keeps its own corrections."""
    presswash("correct", 2, "--remove", place(presswash, NOTE, 2), "--reason", "related")
    presswash("correct", 1, "--remove", place(presswash, NOTE), "--reason", "advert")
    share_address()
    presswash("correct", 1, "--undo", place(presswash, NOTE))
    stored = rows(tmp_path / "presswash.db", "SELECT document_id, new FROM corrections")
    assert stored == [(2, "related")]
    assert block(presswash, NOTE)["kept"]
    assert presswash("check", "--deep").code == 0
    assert "0 changed" in presswash("reclean", "--all").out


def test_corrected_pages_without_new_corrections_are_not_outdated(
    presswash: Presswash, page: Path, tmp_path: Path
) -> None:
    outdated = "SELECT id FROM document WHERE is_outdated"
    presswash("correct", 1, "--title", "Lamp oil grows dear")
    (tmp_path / "copy.txt").write_text(PAGE, encoding="utf-8")
    presswash("ingest", "--no-flow", "copy.txt")
    assert rows(page, outdated) == []
    # A version that lacks a correction because it doesn't hold for it gets no further chance by
    # each copy of another version.
    (tmp_path / "page.txt").write_text(f"{LETTERS}\n\n{NEW}", encoding="utf-8")
    presswash("ingest", "--no-flow", "page.txt")
    assert presswash("show", 2, "--json").json["corrections"] == []
    (tmp_path / "third.txt").write_text(PAGE, encoding="utf-8")
    presswash("ingest", "--no-flow", "third.txt")
    assert rows(page, outdated) == []
    # But a version that has all corrections but one needs it.
    presswash("correct", 2, "--title", "Hives after the frost")
    (tmp_path / "fourth.txt").write_text(f"{PAGE}\n\n{NEW}", encoding="utf-8")
    presswash("ingest", "--no-flow", "fourth.txt")
    (tmp_path / "copy.txt").write_text(f"{PAGE}\n\n{NEW}", encoding="utf-8")
    presswash("ingest", "--no-flow", "copy.txt")
    assert rows(page, outdated) == [(3,)]
    assert "1 changed" in presswash("reclean").out
    assert presswash("show", 3, "--json").json["title"] == "Lamp oil grows dear"


def test_corrections_are_carried_when_a_page_is_read_from_a_corrected_file(
    presswash: Presswash, page: Path, tmp_path: Path
) -> None:
    presswash("correct", 1, "--remove", place(presswash, NOTE))
    (tmp_path / "copy.txt").write_text(f"{PAGE}\n\n{NEW}", encoding="utf-8")
    presswash("ingest", "--no-flow", "copy.txt")
    assert block(presswash, NOTE, 2)["kept"]
    (tmp_path / "page.txt").write_text(f"{PAGE}\n\n{NEW}", encoding="utf-8")
    presswash("ingest", "--no-flow", "page.txt")
    assert block(presswash, NOTE, 2)["kept"]
    assert "1 changed" in presswash("reclean").out
    assert block(presswash, NOTE, 2)["cleaner"] == "person"
    # Nothing else is new: the same files again leave all records as they are.
    presswash("ingest", "--no-flow", "--force", "page.txt", "copy.txt")
    assert rows(page, "SELECT count(*) FROM document WHERE is_outdated") == [(0,)]


def test_a_dry_run_shows_the_records_with_their_corrections_and_rules(
    presswash: Presswash, tmp_path: Path
) -> None:
    here, elsewhere = "https://quay.example.org/tides", "https://quay.example.org/bread"
    first = write_captures(tmp_path / "first.jsonl", (PAGE, here, 1))
    presswash("ingest", "--no-flow", first)
    presswash("correct", 1, "--title", "Lamp oil grows dear")
    presswash("correct", 1, "--remove", place(presswash, NOTE), "--reason", "advert", "--site")
    before = contents(tmp_path / "presswash.db")
    more = write_captures(
        tmp_path / "more.jsonl",
        (f"{PAGE}\n\n{NEW}", here, 2),
        (f"{LETTERS}\n\n{PAGE}", elsewhere, 2),
        (f"{LETTERS}\n\n{PAGE}", "https://mirror.example.com/bread", 3),
        (PAGE, here, 1),
    )
    shown = presswash("ingest", more, "--dry-run", "--json").json
    assert contents(tmp_path / "presswash.db") == before
    stored = presswash("ingest", "--no-flow", more, "--json").json
    told = ("title", "n_words", "kept", "removed")
    expected = [[page[name] for name in told] for page in stored["pages"][:2]]
    assert [[page[name] for name in told] for page in shown["pages"][:2]] == expected
    assert shown["pages"][0]["title"] == "Lamp oil grows dear"
