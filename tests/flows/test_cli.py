"""The other commands, on a warehouse that the command line made; and how all of them fail."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.conftest import ENTRY, Presswash, path_for_others, story, write_stories

HTML = """<html><head><title>Bridge opens</title></head><body><nav><ul><li><a href="/">Home</a></li>
<li><a href="/s">Sport</a></li></ul></nav><article><h1>Bridge opens after nine years</h1>
<p>The bridge over the Maren opened on Monday, nine years after a king laid its first stone.</p>
<p>Some four thousand people walked across before noon, and the first bus followed them at one.</p>
</article><footer>© Marl Bay Courier. All rights reserved.</footer></body></html>"""


@pytest.fixture
def filled(presswash: Presswash, stories: Path) -> Path:
    """A warehouse with five articles, in the current folder."""
    assert presswash("ingest", "pages").code == 0
    return Path("presswash.db")


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    heavy = ("prefect", "trafilatura", "numpy", "rich", "datasketch", "pyarrow", "sqlite3")
    script = (
        "import sys; from flows.cli import run; code = run(['--help']);"
        f"sys.exit(', '.join(sorted(set({heavy}) & set(sys.modules))) or code)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path_for_others()},
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    for name in ("ingest", "clean", "search", "show", "sql", "stats", "export", "check", "reclean"):
        assert f"\n  {name} ".encode() in ran.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["bogus"],
        ["ingest"],
        ["ingest", "a", "--jobs", "0"],
        ["show", "one"],
        ["show", "1", "--raw", "--json"],
        ["sql", "SELECT 1", "--csv", "--json"],
    ],
)
def test_bad_usage_is_one_line_and_exit_code_2(presswash: Presswash, arguments: list[str]) -> None:
    ran = presswash(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("presswash: ")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "1"],
        ["search", "x"],
        ["stats"],
        ["check"],
        ["sql", "SELECT 1"],
        ["export", "a.csv"],
    ],
)
def test_without_a_warehouse_a_command_says_how_to_make_one(
    presswash: Presswash, arguments: list[str]
) -> None:
    ran = presswash(*arguments)
    assert (ran.code, ran.out) == (1, "")
    assert "presswash ingest" in ran.err
    assert ran.err.count("\n") == 1
    assert list(Path().iterdir()) == []


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
            "text",
            "blocks",
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
    assert presswash("clean", "missing.txt").code == 1


def test_clean_many_gives_the_same_with_two_processes(presswash: Presswash, tmp_path: Path) -> None:
    write_stories(tmp_path / "many", 50)
    one = presswash("clean", "many", "--json").out
    assert one.count("\n") == 50
    assert presswash("clean", "many", "--json", "--jobs", "2").out == one


def test_explain_shows_every_block_with_its_reason_cleaner_and_detail(
    presswash: Presswash, tmp_path: Path
) -> None:
    (tmp_path / "bridge.html").write_text(HTML, encoding="utf-8")
    blocks = presswash("clean", "bridge.html", "--json").json["blocks"]
    shown = presswash("clean", "bridge.html", "--explain").out
    for block in blocks:
        assert block["text"].split()[0] in shown
        if not block["kept"]:
            assert f"{block['reason']} " in shown
            assert f"({block['cleaner']}, " in shown
    removed = sum(not block["kept"] for block in blocks)
    assert f"{len(blocks) - removed} blocks kept, {removed or 'none'} removed" in shown


def test_search_finds_articles_and_marks_the_words(presswash: Presswash, filled: Path) -> None:
    ran = presswash("search", "harbour", "town")
    assert ran.code == 0
    assert ran.out.startswith("1. Council number ")
    assert "[harbour]" in ran.out.lower() or "[town]" in ran.out.lower()
    hits = presswash("search", "harbour", "--limit", "2", "--json").json
    assert len(hits) == 2
    assert set(hits[0]) >= {"id", "title", "url", "snippet", "score"}
    assert "\x02" not in hits[0]["snippet"]


def test_search_words_are_words_and_no_syntax(presswash: Presswash, filled: Path) -> None:
    ran = presswash("search", 'harbour" OR (NEAR*')
    assert ran.code == 0
    assert "No article" in ran.out


def test_show_prints_a_record_its_blocks_or_its_bytes(presswash: Presswash, filled: Path) -> None:
    record = presswash("show", "1", "--json").json
    ran = presswash("show", "1")
    assert ran.out.startswith("title      Council number")
    assert record["text"] in ran.out
    assert record["locator"] in ran.out
    assert "blocks kept" in presswash("show", "1", "--explain").out
    assert presswash("show", "1", "--raw").out == story(int(record["locator"][-7:-4]))


def test_show_of_a_record_that_is_not_there_says_how_to_find_one(
    presswash: Presswash, filled: Path
) -> None:
    ran = presswash("show", "99")
    assert ran.code == 1
    assert "there is no record 99" in ran.err


def test_sql_answers_as_a_table_as_json_and_as_csv(presswash: Presswash, filled: Path) -> None:
    query = "SELECT id, title, NULL AS lacking FROM articles ORDER BY id LIMIT 2"
    table = presswash("sql", query).out.splitlines()
    assert table[0].split() == ["id", "title", "lacking"]
    assert len(table) == 3
    assert presswash("sql", query, "--json").json[0]["id"] == 1
    rows = list(csv.reader(io.StringIO(presswash("sql", query, "--csv").out)))
    assert rows[0] == ["id", "title", "lacking"]
    assert rows[1][0] == "1"


def test_sql_says_when_there_are_more_rows(presswash: Presswash, filled: Path) -> None:
    ran = presswash("sql", "SELECT id FROM articles", "--limit", "2", "--json")
    assert len(ran.json) == 2
    assert "only the first 2 rows" in ran.err


@pytest.mark.parametrize(
    "query", ["DELETE FROM document", "SELEC 1", "SELECT nothing FROM articles"]
)
def test_sql_that_fails_is_a_sentence(presswash: Presswash, filled: Path, query: str) -> None:
    ran = presswash("sql", query)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1


def test_stats_export_and_check_report_for_people_and_machines(
    presswash: Presswash, filled: Path, tmp_path: Path
) -> None:
    assert "articles   5 with" in presswash("stats").out
    assert presswash("stats", "--json").json["articles"] == 5
    assert presswash("export", "all.jsonl").out == "5 articles written to all.jsonl\n"
    assert len((tmp_path / "all.jsonl").read_text("utf-8").splitlines()) == 5
    assert presswash("export", "all.csv", "--json").json == {"path": "all.csv", "articles": 5}
    assert presswash("export", "all.doc").code == 1
    assert presswash("check").out == "presswash.db is sound\n"
    assert presswash("check", "--json").json == {
        "db": "presswash.db",
        "sound": True,
        "problems": [],
    }


def test_reclean_does_what_is_outdated_and_all_when_asked(
    presswash: Presswash, filled: Path
) -> None:
    assert "0 documents cleaned again" in presswash("reclean").out
    found = presswash("reclean", "--all", "--json").json
    assert (found["seen"], found["unchanged"], found["status"]) == (5, 5, "completed")


def test_the_warehouse_can_be_named_in_the_environment(
    presswash: Presswash, stories: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESSWASH_DB", "elsewhere.db")
    ran = presswash("ingest", "pages")
    assert Path("elsewhere.db").exists()
    assert "--db" not in ran.out


def test_a_reader_that_closes_the_pipe_is_no_error(tmp_path: Path) -> None:
    write_stories(tmp_path / "many", 60)
    command = f"'{sys.executable}' -c '{ENTRY}' clean many | head -1"
    ran = subprocess.run(
        ["sh", "-c", command],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path_for_others()},
    )
    assert ran.stdout.startswith(b"==> many/story000.txt")
    assert ran.stderr == b""
