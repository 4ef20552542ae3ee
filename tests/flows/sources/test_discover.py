"""Which inputs a person's words stand for, and in which order they come."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.sources.discover import DiscoveredInputs, InputRef, check_sources
from flows.sources.errors import UnsupportedSource
from warehouse.model import Rejected


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("b/two.html", "b/one.txt.gz", "a.htm", "b/c/three.XHTML", "b/notes.md", "z.data"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text", encoding="utf-8")
    return tmp_path


def locators(*sources: str) -> list[str]:
    return [item.locator for item in DiscoveredInputs(sources)]


def refusals(*sources: str) -> list[Rejected]:
    return [item for item in DiscoveredInputs(sources) if isinstance(item, Rejected)]


def test_a_folder_gives_the_pages_below_it_sorted_by_name(tree: Path) -> None:
    assert locators(".") == ["a.htm", "b/c/three.XHTML", "b/one.txt.gz", "b/two.html"]


def test_the_order_of_the_sources_changes_nothing(tree: Path) -> None:
    assert locators("b", "a.htm", "z.data") == locators("z.data", "a.htm", "b")


def test_a_file_named_in_several_ways_is_read_once(tree: Path) -> None:
    assert locators("a.htm", "./a.htm", "b/../a.htm", "*.htm") == ["a.htm"]
    assert len(locators("b", str(tree / "b"), "b/two.html")) == 3


def test_a_named_file_is_tried_whatever_its_ending(tree: Path) -> None:
    assert locators("z.data", "b/notes.md") == ["b/notes.md", "z.data"]


def test_a_glob_is_expanded_with_its_folders(tree: Path) -> None:
    assert locators("b/*.html", "**/*.XHTML") == ["b/c/three.XHTML", "b/two.html"]


def test_an_absolute_source_has_absolute_locators(tree: Path) -> None:
    assert locators(str(tree / "a.htm")) == [str(tree / "a.htm")]


def test_a_missing_path_is_rejected_with_a_sentence(tree: Path) -> None:
    (refusal,) = refusals("nowhere.html", "a.htm")
    assert (refusal.locator, refusal.stage) == ("nowhere.html", "read")
    assert refusal.message == "there is no such file or folder"


def test_a_glob_that_nothing_matches_is_rejected(tree: Path) -> None:
    assert [refusal.message for refusal in refusals("*.nothing")] == [
        "no file or folder matches this pattern"
    ]


def test_a_folder_without_pages_is_rejected(tree: Path) -> None:
    (tree / "empty").mkdir()
    (refusal,) = refusals("empty")
    assert (refusal.locator, refusal.error) == ("empty", "NoPages")


def test_links_that_lead_in_circles_end(tree: Path) -> None:
    (tree / "b/c/up").symlink_to(tree / "b", target_is_directory=True)
    (tree / "b/self").symlink_to(tree / "b/self")
    (tree / "b/self.html").symlink_to(tree / "b/self.html")
    found = list(DiscoveredInputs(["b"]))
    assert [item.locator for item in found if isinstance(item, InputRef)] == [
        "b/c/three.XHTML",
        "b/one.txt.gz",
        "b/self.html",
        "b/two.html",
    ]


def test_files_that_are_not_pages_are_skipped_and_counted_once(tree: Path) -> None:
    (tree / "b/.draft.html").write_text("text", encoding="utf-8")
    (tree / "b/.git").mkdir()
    (tree / "b/.git/page.html").write_text("text", encoding="utf-8")
    inputs = DiscoveredInputs([".", "b", "b/notes.md"])
    assert [item.locator for item in inputs] == [
        "a.htm",
        "b/c/three.XHTML",
        "b/notes.md",
        "b/one.txt.gz",
        "b/two.html",
    ]
    assert inputs.n_skipped == len(("b/.draft.html", "z.data"))


def test_a_hidden_file_that_is_named_is_tried(tree: Path) -> None:
    (tree / ".draft.html").write_text("text", encoding="utf-8")
    assert locators(".draft.html") == [".draft.html"]


def test_a_link_to_nothing_is_named_as_one(tree: Path) -> None:
    (tree / "gone.html").symlink_to(tree / "nowhere.html")
    (refusal,) = refusals("gone.html")
    assert refusal.message == "it is a symbolic link to a file that doesn't exist"


def test_a_web_of_links_gives_each_file_once(tmp_path: Path) -> None:
    folders = [tmp_path / f"d{number}" for number in range(12)]
    for folder in folders:
        folder.mkdir()
        (folder / "page.html").write_text("text", encoding="utf-8")
    for folder in folders:
        for other in folders:
            (folder / f"to-{other.name}").symlink_to(other, target_is_directory=True)
    assert len(locators(str(tmp_path))) == len(folders)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_listed_is_rejected_and_the_others_are_read(tree: Path) -> None:
    (tree / "b/c").chmod(0)
    try:
        assert [refusal.message for refusal in refusals(".")] == ["permission denied"]
        assert "b/two.html" in locators(".")
    finally:
        (tree / "b/c").chmod(0o755)


@pytest.mark.parametrize(
    "source", ["ftp://example.org/a.html", "pages.7z", "CC.wat.gz", "rows.xlsx", ""]
)
def test_a_source_of_another_kind_is_refused_with_what_to_do(source: str) -> None:
    with pytest.raises(UnsupportedSource, match=r"first|name a file|one of http"):
        check_sources([source])


def test_a_file_name_that_is_no_text_can_still_be_stored(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("text", encoding="utf-8")
    (locator,) = locators(str(tmp_path))
    assert locator.encode("utf-8").endswith(rb"caf\xe9.txt")
