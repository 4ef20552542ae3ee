"""What the commands say of duplicates, excerpts, versions and templates."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.flows.cli.test_terminal import on_a_terminal
from tests.flows.conftest import Presswash, story

SITE = "https://gazette.example.org"
LETTER = "Sign up to our evening letter and never miss a story from the harbour again."
LIVE = (
    "The storm reached the coast before dawn, and the harbour office closed both bridges.",
    "By nine the lifeboat had brought in the crews of two trawlers, wet and unhurt.",
    "Trains to the north were halted at the old viaduct while men cleared fallen beeches.",
    "Schools in the lower town stayed shut, and the market square was under water.",
)


def record(text: str, url: str | None = None, day: int = 1) -> dict[str, str]:
    found = {"text": text, "date": f"2024-05-{day:02}T08:00:00Z"}
    return found | ({"url": url} if url else {})


def write(path: Path, *records: dict[str, str]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return path


def live(*entries: str) -> str:
    return "\n\n".join(["Storm hits the coast of Marl Bay", *entries]) + "\n"


@pytest.fixture
def versions(presswash: Presswash, tmp_path: Path) -> Path:
    """A warehouse with three versions of a live blog, at one address in three spellings."""
    pages = write(
        tmp_path / "live.jsonl",
        record(live(*LIVE[:3]), f"{SITE}/live", 1),
        record(live(*LIVE[1:3], "A zeppelin was seen above the pier."), f"{SITE}/live/", 2),
        record(live(*LIVE[1:]), "http://www.gazette.example.org/live?utm_source=mail", 3),
    )
    assert presswash("ingest", pages).code == 0
    return tmp_path


@pytest.fixture
def copies(presswash: Presswash, tmp_path: Path) -> Path:
    """A warehouse with a story, two copies of it and an excerpt that ends otherwise."""
    whole = story(7, paragraphs=12)
    cut = "\n\n".join(whole.split("\n\n")[:8]) + "\n\nThe walrus was unavailable for comment.\n"
    pages = write(
        tmp_path / "wire.jsonl",
        record(whole, f"{SITE}/wire", 1),
        record(whole.replace("Monday", "Tuesday", 1), "https://courier.example.org/wire", 2),
        record(whole + "\n", "https://herald.example.org/wire", 3),
        record(cut, "https://post.example.org/wire", 4),
    )
    assert presswash("ingest", pages).code == 0
    return tmp_path


@pytest.fixture
def site(presswash: Presswash, tmp_path: Path) -> Path:
    """A warehouse with six pages of a site, each with the site's letter in its middle."""
    pages = []
    for number in range(6):
        parts = story(number, paragraphs=8).rstrip().split("\n\n")
        parts.insert(5, LETTER)
        pages.append(record("\n\n".join(parts), f"{SITE}/{number}"))
    assert presswash("ingest", write(tmp_path / "site.jsonl", *pages)).code == 0
    return tmp_path


def test_a_search_finds_what_only_a_superseded_version_says(
    presswash: Presswash, versions: Path
) -> None:
    (hit,) = presswash("search", "zeppelin", "--json").json
    assert (hit["relation"], hit["duplicate_of"], hit["cluster_id"]) == ("version", 3, 3)
    assert hit["more"] == {"same": 0, "excerpt": 0, "version": 1}
    shown = presswash("search", "zeppelin").out
    assert re.search(r"superseded by \S+ \(id 3\) · \+1 more: 1 version", shown)


def test_a_search_shows_a_cluster_once_and_says_what_else_is_in_it(
    presswash: Presswash, copies: Path
) -> None:
    shown = presswash("search", "council").out
    assert shown.count("  (id ") == 1
    assert "more: " in shown
    shown = presswash("search", "walrus").out
    assert f"excerpt of {SITE}/wire (id 1), " in shown and "+2 more: 2 same" in shown
    assert presswash("search", "council", "--all").out.count("  (id ") == 4
    assert len(presswash("search", "council", "--all", "--json").json) == 4


def test_the_history_lists_versions_and_what_changed(presswash: Presswash, versions: Path) -> None:
    shown = presswash("history", "1").out
    assert "(3 versions of gazette.example.org/live)" in shown
    assert shown.count("yes") == 1
    assert "{+A zeppelin" not in shown and "[-A zeppelin" not in shown
    assert "only 2" in shown and "only 3" in shown
    assert presswash("history", f"{SITE}/live?fbclid=1#top").out == shown
    shown = presswash("history", "3", "--from", "1").out
    assert "only 1" in shown and "zeppelin" not in shown
    found = presswash("history", "2", "--to", "2", "--json").json
    assert [one["document_id"] for one in found["versions"]] == [1, 2, 3]
    assert [one["is_current"] for one in found["versions"]] == [False, False, True]
    assert (found["changes"]["first"], found["changes"]["second"]) == (1, 2)


def test_a_terminal_shows_what_changed_in_colour(presswash: Presswash, versions: Path) -> None:
    shown, _ = on_a_terminal("history", "1", cwd=versions, NO_COLOR="")
    assert "\x1b[31m" in shown and "\x1b[32m" in shown


def test_a_page_without_versions_has_a_history_of_one(presswash: Presswash, copies: Path) -> None:
    found = presswash("history", "1", "--json").json
    assert ([one["document_id"] for one in found["versions"]], found["changes"]) == ([1], None)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("99",), 1, "there is no record 99"),
        (("https://nowhere.example.org/",), 1, "no page of https://nowhere.example.org/ is stored"),
        (("0",), 2, "0 can't be a record's id"),
        (("1", "--from", "9"), 2, "record 9 is not a version of this article"),
        (("1", "--from", "3"), 2, "record 3 can't be compared with itself"),
    ],
)
def test_a_history_that_is_not_there_is_refused(
    presswash: Presswash, versions: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    ran = presswash("history", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err


def test_another_article_at_the_address_has_a_history_of_its_own(
    presswash: Presswash, tmp_path: Path
) -> None:
    first, second = story(1, paragraphs=8), live(*LIVE)
    presswash(
        "ingest",
        write(tmp_path / "a.jsonl", record(first, SITE + "/a"), record(second, SITE + "/a", 2)),
    )
    shown = presswash("history", SITE + "/a").out
    assert "(1 version of" in shown
    assert "Another article had this URL before: presswash history 1" in shown


def test_templates_are_listed_and_kept_and_marked_again(presswash: Presswash, site: Path) -> None:
    shown = presswash("templates").out
    assert "gazette.example.org" in shown and LETTER[:40] in shown
    (found,) = presswash("templates", "--json").json
    assert (found["pages"], found["marked"], found["is_kept"]) == (6, 6, False)
    assert presswash("search", "evening letter", "--json").json == []
    assert (
        "kept on 6 pages of gazette.example.org"
        in presswash("templates", "--keep", found["id"][:5]).out
    )
    assert len(presswash("search", "evening letter", "--json").json) == 6
    assert presswash("stats", "--json").json["kept_templates"] == 1
    assert presswash("check").code == 0
    assert "kept" in presswash("templates", "--site", "gazette.example.org").out
    assert presswash("templates", "--unkeep", found["id"]).code == 0
    assert presswash("search", "evening letter", "--json").json == []
    assert presswash("templates", "--json").json == [found]
    assert presswash("check").code == 0


def test_a_page_that_comes_later_keeps_what_was_kept(presswash: Presswash, site: Path) -> None:
    (found,) = presswash("templates", "--json").json
    presswash("templates", "--keep", found["id"])
    later = story(9, paragraphs=8) + f"\n\n{LETTER}\n"
    presswash("ingest", write(site / "later.jsonl", record(later, f"{SITE}/later")))
    (found,) = presswash("templates", "--json").json
    assert (found["pages"], found["marked"]) == (7, 0)


def test_an_unknown_template_is_refused(presswash: Presswash, site: Path) -> None:
    for option in ("--keep", "--unkeep"):
        ran = presswash("templates", option, "zz")
        assert (ran.code, ran.out) == (2, "")
        assert "no template has the ID zz" in ran.err
        ran = presswash("templates", option, "")
        assert (ran.code, ran.out) == (2, "")
        assert "give the ID of a template" in ran.err
    assert presswash("templates", "--keep", "a", "--unkeep", "a").code == 2
    assert (
        "No block of nowhere.org is marked" in presswash("templates", "--site", "nowhere.org").out
    )


def test_a_record_names_the_pages_that_share_its_template(presswash: Presswash, site: Path) -> None:
    said = f"it is on 6 pages of gazette.example.org, among them {SITE}/"
    assert said in " ".join(presswash("show", "1", "--explain").out.split()).replace("│ ", "")
    query = "SELECT detail FROM blocks WHERE document_id = 1 AND reason = 'template'"
    (row,) = presswash("sql", query, "--json").json
    assert row["detail"].startswith(said) and row["detail"].count(f"{SITE}/") == 2


def test_a_record_says_what_stands_for_it(presswash: Presswash, versions: Path) -> None:
    shown = presswash("show", "2").out
    assert re.search(r"relation    superseded by \S+ \(id 3\)", shown)
    assert "versions    3; presswash history 2 lists them" in shown
    assert "relation" not in presswash("show", "3").out
    found = presswash("show", "2", "--json").json
    assert (found["relation"], found["duplicate_of"], found["n_versions"]) == ("version", 3, 3)


def test_clusters_and_counts_tell_relations_apart(presswash: Presswash, copies: Path) -> None:
    assert re.search(r"relation    excerpt of \S+ \(id 1\), ", presswash("show", "4").out)
    shown = presswash("duplicates").out
    assert shown.count("  same  ") == 2 and shown.count("  excerpt  ") == 1
    assert "3 (2 same, 1 excerpt) in 1 cluster, 4 pages in the largest" in presswash("stats").out
    assert presswash("stats", "--json").json["relations"] == {
        "same": 2,
        "excerpt": 1,
        "version": 0,
    }


def test_an_ingestion_says_what_each_page_is_to_others(
    presswash: Presswash, tmp_path: Path
) -> None:
    whole = story(7, paragraphs=12)
    cut = "\n\n".join(whole.split("\n\n")[:8]) + "\n"
    presswash("ingest", write(tmp_path / "a.jsonl", record(whole, f"{SITE}/a", 2)))
    shown = presswash(
        "ingest",
        write(
            tmp_path / "b.jsonl",
            record(cut, "https://post.example.org/b", 5),
            record(whole + "\n\nMore follows.\n", f"{SITE}/a", 4),
            record("\n\n".join(whole.split("\n\n")[:11]), f"{SITE}/a", 1),
        ),
    ).out
    assert f"(excerpt of {SITE}/a (id 3), " in shown
    assert f"(new version of {SITE}/a (id 1), " in shown
    assert f"(superseded by {SITE}/a (id 3)) " in shown
    assert "3 added (1 near-duplicate, 2 versions)" in shown


@pytest.mark.parametrize(
    ("view", "count"), [("articles", 1), ("documents", 4), ("versions", 4), ("blocks", 48)]
)
def test_any_of_four_views_is_exported(
    presswash: Presswash, copies: Path, view: str, count: int
) -> None:
    ran = presswash("export", "out.jsonl", "--what", view, "--json")
    assert ran.json[view] == len(Path("out.jsonl").read_text("utf-8").splitlines()) >= count
    ran = presswash("export", "out.jsonl", "--what", "runs")
    assert (ran.code, ran.out) == (2, "")


@pytest.mark.parametrize("command", ["export", "sql"])
def test_help_says_what_articles_leave_out(presswash: Presswash, command: str) -> None:
    assert "leaves out duplicates, excerpts, superseded versions" in " ".join(
        presswash(command, "--help").out.split()
    )
