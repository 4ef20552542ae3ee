"""What `presswash clean` prints."""

from __future__ import annotations

import json
from pathlib import Path

from tests.flows.conftest import (
    HTML,
    Presswash,
    write_stories,
)


def test_clean_prints_the_title_and_then_the_text(presswash: Presswash, tmp_path: Path) -> None:
    (tmp_path / "bridge.html").write_text(HTML, encoding="utf-8")
    ran = presswash("clean", "bridge.html")
    assert (ran.code, ran.err) == (0, "")
    assert "The bridge over the Maren opened" in ran.out
    found = presswash("clean", "bridge.html", "--json").json
    assert ran.out == f"{found['title']}\n\n{found['text']}\n"


def test_clean_json_is_an_object_an_input_in_the_order_of_their_names(
    presswash: Presswash, stories: Path
) -> None:
    (stories / "story002.txt").write_bytes(b"")
    for jobs in ("1", "2"):
        ran = presswash("clean", "pages", "missing.txt", "--json", "--jobs", jobs)
        found = [json.loads(line) for line in ran.out.splitlines()]
        names = ["missing.txt", *(f"pages/story{n:03}.txt" for n in range(5))]
        assert [row["source"] for row in found] == names
        assert set(found[0]) == set(found[3]) == {"source", "error"}
        assert found[0]["error"] == {
            "stage": "read",
            "type": "FileNotFoundError",
            "message": "there is no such file or folder",
        }
        assert list(found[1]) == [
            "source",
            "title",
            "authors",
            "published",
            "language",
            "encoding",
            "published_source",
            "modified",
            "description",
            "image",
            "site_name",
            "section",
            "tags",
            "page_type",
            "text",
            "blocks",
            "quality",
            "notes",
        ]
        block = found[1]["blocks"][0]
        assert list(block) == ["text", "kind", "kept", "reason", "cleaner", "detail"]


def test_clean_of_several_inputs_heads_each_and_complains_on_stderr(
    presswash: Presswash, stories: Path
) -> None:
    ran = presswash("clean", "pages", "missing.txt")
    assert ran.code == 0
    assert ran.out.count("==> pages/story") == 5
    assert ran.err == "presswash: missing.txt: there is no such file or folder\n"
    assert presswash("clean", "pages", "missing.txt", "--strict").code == 1
    assert presswash("clean", "missing.txt").code == 1


def test_clean_says_which_page_has_no_article(presswash: Presswash, tmp_path: Path) -> None:
    page = tmp_path / "menu.txt"
    page.write_text("Home\nSport\nContact us\n", encoding="utf-8")
    ran = presswash("clean", str(page))
    assert (ran.code, ran.out.strip()) == (0, "")
    assert ran.err == f"presswash: {page}: no article found\n"


def test_clean_many_gives_the_same_with_two_processes(presswash: Presswash, tmp_path: Path) -> None:
    write_stories(tmp_path / "many", 50)
    one = presswash("clean", "many", "--json").out
    assert one.count("\n") == 50
    assert presswash("clean", "many", "--json", "--jobs", "2").out == one
