"""`presswash duplicates` shows clusters and pairs, for people and for machines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.cli.test_terminal import on_a_terminal
from tests.flows.conftest import Presswash, story, write_stories

LAST = "SELECT id FROM documents WHERE locator = 'pages/story002.txt'"


@pytest.fixture
def republished(presswash: Presswash, tmp_path: Path) -> Path:
    """Three stories in a warehouse, one of them three times: whole, edited and cut."""
    write_stories(tmp_path / "pages", 3)
    told = story(7, paragraphs=12)
    (tmp_path / "pages" / "wire.txt").write_text(told, encoding="utf-8")
    edited = told.replace("Monday", "Tuesday", 1)
    (tmp_path / "pages" / "edited.txt").write_text(edited, encoding="utf-8")
    cut = "\n\n".join(told.split("\n\n")[:9]) + "\n"
    (tmp_path / "pages" / "short.txt").write_text(cut, encoding="utf-8")
    presswash("ingest", "pages")
    return tmp_path


def test_clusters_are_shown_with_their_members_and_what_to_do_next(
    presswash: Presswash, republished: Path
) -> None:
    ran = presswash("duplicates")
    assert ran.code == 0
    assert "Council number 7 decides" in ran.out
    assert "(3 pages; " in ran.out
    for name in ("wire", "edited", "short"):
        assert f"pages/{name}.txt" in ran.out
    assert "Next: presswash duplicates --pair " in ran.out


def test_machines_get_every_member(presswash: Presswash, republished: Path) -> None:
    (cluster,) = presswash("duplicates", "--json").json
    assert (cluster["size"], len(cluster["members"])) == (3, 3)
    assert cluster["members"][0]["id"] == cluster["id"]
    assert {"site", "similarity", "containment"} < set(cluster["members"][1])
    assert presswash("stats", "--json").json["clusters"] == 1
    assert "2 (1 same, 1 excerpt) in 1 cluster, 3 pages in the largest" in presswash("stats").out


def test_a_pair_shows_where_two_records_differ(presswash: Presswash, republished: Path) -> None:
    places = {
        member["locator"]: str(member["id"])
        for member in presswash("duplicates", "--json").json[0]["members"]
    }
    wire, edited, short = (places[f"pages/{name}.txt"] for name in ("wire", "edited", "short"))
    ran = presswash("duplicates", "--pair", wire, edited)
    assert "Near-duplicates: " in ran.out
    assert "[-Monday-]{+Tuesday+}" in ran.out
    ran = presswash("duplicates", "--pair", wire, short)
    assert "An excerpt: " in ran.out
    assert ran.out.count(f"only {wire} ") == 4
    found = presswash("duplicates", "--pair", wire, edited, "--json").json
    assert (found["alike"], found["together"]) == (True, True)
    assert {"side": "second", "text": "Tuesday"} in found["paragraphs"][0]["passages"]
    (alone,) = presswash("sql", LAST, "--json").json
    other = presswash("duplicates", "--pair", wire, str(alone["id"]), "--json").json
    assert (other["alike"], other["together"]) == (False, False)


def test_a_terminal_shows_a_pair_in_colour_and_without_signs(
    presswash: Presswash, republished: Path
) -> None:
    ids = [
        str(member["id"])
        for member in presswash("duplicates", "--json").json[0]["members"]
        if member["locator"] != "pages/short.txt"
    ]
    pair = ("duplicates", "--pair", *ids)
    shown, _ = on_a_terminal(*pair, cwd=republished, NO_COLOR="")
    assert "\x1b[31m" in shown and "\x1b[32m" in shown
    assert "[-" not in shown
    plain, _ = on_a_terminal(*pair, cwd=republished, NO_COLOR="1")
    assert "\x1b[" not in plain and "[-" in plain


def test_where_nothing_is_clustered_that_is_said(presswash: Presswash, stories: Path) -> None:
    presswash("ingest", "pages")
    assert presswash("duplicates").out == "There are no near-duplicates.\n"
    assert presswash("duplicates", "--json").json == []


@pytest.mark.parametrize("number", ["0", "-1", str(2**63)])
def test_what_is_no_record_s_number_is_bad_usage(
    presswash: Presswash, republished: Path, number: str
) -> None:
    ran = presswash("duplicates", "--pair", "1", number)
    assert (ran.code, ran.out) == (2, "")


def test_a_record_that_is_not_there_is_named(presswash: Presswash, republished: Path) -> None:
    ran = presswash("duplicates", "--pair", "1", "99")
    assert (ran.code, ran.out) == (1, "")
    assert "there is no record 99" in ran.err


def test_every_member_is_shown_outside_a_terminal(presswash: Presswash, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    for number in range(15):
        text = f"{story(7, paragraphs=12)}\n\nPrinted as number {number}."
        (tmp_path / "pages" / f"copy{number:02}.txt").write_text(text, encoding="utf-8")
    presswash("ingest", "pages")
    assert presswash("duplicates").out.count("pages/copy") == 15
    shown, _ = on_a_terminal("duplicates", cwd=tmp_path)
    assert "… and 3 more: --all" in shown
    shown, _ = on_a_terminal("duplicates", "--all", cwd=tmp_path)
    assert "more: --all" not in shown
