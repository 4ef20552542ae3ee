"""The other commands, on a warehouse that the command line made; and how all of them fail."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from cleaners.model import Block, Capture, Media, Page, Rejection, Stage
from flows.cli.app import COMMANDS
from flows.runs import steps
from flows.runs.batches import BatchReader
from flows.runs.clean import CLEAN_SPEC
from flows.runs.ingest import WORKER_SPEC, PageResult
from tests.flows.conftest import (
    ENTRY,
    Presswash,
    contents,
    path_for_others,
    program,
    rows,
    story,
    write_stories,
)

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


@pytest.mark.parametrize("name", ["", *(command.__name__ for command in COMMANDS)])
def test_help_is_whole_at_80_columns_and_has_no_python_types(tmp_path: Path, name: str) -> None:
    ran = program(*filter(None, [name]), "--help", cwd=tmp_path, COLUMNS="80")
    lines = ran.stdout.decode().splitlines()
    assert ran.returncode == 0
    assert all(len(line) <= 80 for line in lines)
    assert not any("..." in line for line in lines if not line.startswith("Usage:"))
    assert not any("<list" in line or "<str" in line or "<int" in line for line in lines)


def test_version_is_printed(presswash: Presswash) -> None:
    ran = presswash("--version")
    assert (ran.code, ran.err) == (0, "")
    assert re.fullmatch(r"presswash \d+\.\d+\.\d+\n", ran.out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["bogus"],
        ["ingest"],
        ["ingest", "a", "--jobs", "0"],
        ["show", "one"],
        ["show", "1", "--raw", "--json"],
        ["show", "0"],
        ["show", "99999999999999999999"],
        ["sql", "SELECT 1", "--csv", "--json"],
        ["sql", "SELECT 1", "--limit", "99999999999999999999"],
        ["sql", "SELECT 1", "--timeout", "0"],
        ["sql", "SELECT 1", "--timeout", "nan"],
        ["sql", ""],
        ["sql", "  "],
        ["search", ""],
        ["search", " ", ""],
        ["search", "x", "--limit", "99999999999999999999"],
        ["export", "out.txt"],
        ["export", "out"],
    ],
)
def test_bad_usage_is_one_line_and_exit_code_2(presswash: Presswash, arguments: list[str]) -> None:
    ran = presswash(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("presswash: ")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--db", "x.db", "stats"], "--db goes after the command: presswash COMMAND --db …"),
        (["show", "abc"], "Invalid value for 'ID': give a whole number (see presswash show"),
        (["ingest", "a", "--jobs", "x"], "'--jobs' / '-j': give a whole number"),
        (["ingest", "a", "--jobs", "0"], "'--jobs' / '-j': the minimum is 1"),
        (["export", "all.doc"], "(see presswash export --help)"),
        (["ingest", "ftp://example.org/"], "(see presswash ingest --help)"),
        (["stats", "--bogus"], "No such option: --bogus (see presswash stats --help)"),
        (["--bogus"], "No such option: --bogus (see presswash --help)"),
    ],
)
def test_bad_usage_says_what_is_right_and_where_to_read_more(
    presswash: Presswash, arguments: list[str], sentence: str
) -> None:
    assert sentence in presswash(*arguments).err


def test_without_a_command_the_help_is_printed_as_it_is(presswash: Presswash) -> None:
    ran = presswash()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == presswash("--help").out


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


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_command_that_is_interrupted_says_so_in_one_line(
    presswash: Presswash,
    stories: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
    code: int,
) -> None:
    monkeypatch.setattr(BatchReader, "take", lambda _reader: signal.raise_signal(number))
    ran = presswash("clean", "pages")
    assert (ran.code, ran.out, ran.err) == (code, "", "presswash: interrupted\n")


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
    assert 0 < removed < len(blocks)
    assert f"{len(blocks) - removed} blocks kept, {removed or 'none'} removed" in shown


def test_search_finds_articles_and_marks_the_words(presswash: Presswash, filled: Path) -> None:
    ran = presswash("search", "harbour", "town")
    assert ran.code == 0
    assert ran.out.startswith("1. Council number ")
    assert "[town]" in ran.out
    hits = presswash("search", "harbour", "--limit", "2", "--json").json
    assert len(hits) == 2
    assert set(hits[0]) >= {"id", "title", "url", "snippet", "score"}
    assert "\x02" not in hits[0]["snippet"]


def test_search_words_are_words_and_no_syntax(presswash: Presswash, filled: Path) -> None:
    ran = presswash("search", 'harbour" OR (NEAR*')
    assert ran.code == 0
    assert "No record has all of these words. There are no operators" in ran.out
    assert "operators" not in presswash("search", "zebra-crossing").out


def test_search_takes_quoted_words_for_a_phrase(presswash: Presswash, filled: Path) -> None:
    assert len(presswash("search", '"before the end" council', "--json").json) == 5
    assert presswash("search", '"the before end" council', "--json").json == []


def test_show_prints_a_record_its_blocks_or_its_bytes(presswash: Presswash, filled: Path) -> None:
    record = presswash("show", "1", "--json").json
    ran = presswash("show", "1")
    assert ran.out.startswith("title       Council number")
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
    lines = list(csv.reader(io.StringIO(presswash("sql", query, "--csv").out)))
    assert lines[0] == ["id", "title", "lacking"]
    assert lines[1][0] == "1"


def test_sql_limits_a_table_and_gives_machines_everything(
    presswash: Presswash, filled: Path
) -> None:
    numbers = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)"
        " SELECT i FROM n"
    )
    assert [row["i"] for row in presswash("sql", numbers, "--json").json] == [*range(1, 2501)]
    ran = presswash("sql", numbers, "--csv")
    assert (ran.err, len(ran.out.splitlines())) == ("", 2501)
    ran = presswash("sql", numbers, "--csv", "--limit", "1500")
    assert len(ran.out.splitlines()) == 1501
    assert "more than the 1,500 rows shown" in ran.err
    ran = presswash("sql", numbers)
    assert len(ran.out.splitlines()) == 1001
    assert "more than the 1,000 rows shown" in ran.err
    assert presswash("sql", "SELECT 1 WHERE 0", "--json").json == []


def test_sql_says_when_there_are_more_rows(presswash: Presswash, filled: Path) -> None:
    ran = presswash("sql", "SELECT id FROM articles", "--limit", "2", "--json")
    assert len(ran.json) == 2
    assert "more than the 2 rows shown: raise --limit" in ran.err


def test_sql_as_json_has_every_column_and_no_number_that_json_lacks(
    presswash: Presswash, filled: Path
) -> None:
    query = "SELECT 9e999 AS x, -9e999 AS y, 1 AS a, 2 AS a, 3 AS a, 0.5 AS z"
    ran = presswash("sql", query, "--json")
    (row,) = json.loads(ran.out, parse_constant=pytest.fail)
    assert row == {"x": None, "y": None, "a": 1, "a:1": 2, "a:2": 3, "z": 0.5}


def test_sql_that_takes_too_long_says_how_to_allow_it_more(
    presswash: Presswash, filled: Path
) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    ran = presswash("sql", endless, "--timeout", "0.05")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "longer than 0.05 s" in ran.err
    assert "--timeout" in ran.err


def test_a_statement_of_nothing_but_a_comment_is_bad_usage(
    presswash: Presswash, filled: Path
) -> None:
    ran = presswash("sql", "/* nothing */")
    assert (ran.code, ran.err.count("\n")) == (2, 1)


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
    assert "articles    5 with" in presswash("stats").out
    assert "no article  0 without an article" in presswash("stats").out
    assert presswash("stats", "--json").json["articles"] == 5
    assert presswash("export", "all.jsonl").out == "5 articles written to all.jsonl\n"
    assert len((tmp_path / "all.jsonl").read_text("utf-8").splitlines()) == 5
    assert presswash("export", "all.csv", "--json").json == {"path": "all.csv", "articles": 5}
    refused = presswash("export", "all.doc")
    assert (refused.code, refused.out) == (2, "")
    assert ".parquet, .jsonl, .csv" in refused.err
    assert presswash("check").out == "presswash.db is sound\n"
    damaged = bytearray(filled.read_bytes())
    damaged[100:3000] = b"\xff" * 2900
    Path("damaged.db").write_bytes(damaged)
    assert "check`" not in presswash("check", "--db", "damaged.db").err
    assert presswash("check", "--json").json == {
        "db": "presswash.db",
        "sound": True,
        "problems": [],
    }


def test_reclean_does_what_is_outdated_and_all_when_asked(
    presswash: Presswash, filled: Path
) -> None:
    assert "0 documents recleaned" in presswash("reclean").out
    found = presswash("reclean", "--all", "--json").json
    assert (found["seen"], found["unchanged"], found["status"]) == (5, 5, "completed")


def damage(db: Path, document: int) -> str:
    """Overwrites what a document was cleaned from, as a failing disk would; gives its locator."""
    with sqlite3.connect(db) as connection:
        connection.execute(
            "UPDATE raw SET bytes = x'00112233'"
            " WHERE id = (SELECT raw_id FROM document WHERE id = ?)",
            (document,),
        )
    connection.close()
    ((locator,),) = rows(db, f"SELECT locator FROM documents WHERE id = {document}")
    return str(locator)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_reclean_leaves_a_document_whose_bytes_are_damaged_and_does_the_rest(
    presswash: Presswash, filled: Path, jobs: str
) -> None:
    locator = damage(filled, 3)
    before = contents(filled)
    ran = presswash("reclean", "--all", "--jobs", jobs)
    assert (ran.code, ran.err) == (1, "")
    assert f"{locator}: left as it was: the raw bytes can't be decompressed" in ran.out
    assert "4 documents recleaned: 0 changed, 4 unchanged; 1 document left" in ran.out
    assert "presswash check" in ran.out
    assert rows(filled, "SELECT locator, stage, error FROM rejects") == [
        (locator, "read", "DamagedBytes")
    ]
    after = contents(filled)
    assert {**after, "rejects": []} == before
    last = "SELECT status, seen, unchanged, rejected FROM runs ORDER BY id DESC LIMIT 1"
    assert rows(filled, last) == [("completed", 5, 4, 1)]
    assert presswash("show", "3").code == 0


def test_reclean_of_nothing_but_damaged_bytes_gives_counts_to_machines(
    presswash: Presswash, tmp_path: Path
) -> None:
    write_stories(tmp_path / "one", 1)
    presswash("ingest", "one")
    damage(Path("presswash.db"), 1)
    ran = presswash("reclean", "--all", "--json")
    assert ran.code == 1
    assert (ran.json["status"], ran.json["seen"], ran.json["rejected"]) == ("completed", 1, 1)


def rejecting(capture: Capture) -> PageResult:
    """Cleans as a version would that has come to reject the page."""
    rejection = Rejection(Stage.CLEAN, "TooDeep", "it is too deep for this version")
    with patch("cleaners.clean", side_effect=rejection):
        return steps.clean_and_sketch(capture)


def test_a_page_that_can_not_be_cleaned_any_more_stays_as_it_was(
    presswash: Presswash, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(filled)
    monkeypatch.setattr("flows.runs.reclean.WORKER_SPEC", replace(WORKER_SPEC, clean=rejecting))
    ran = presswash("reclean", "--all")
    assert ran.code == 1
    assert "pages/story000.txt: left as it was: it is too deep" in ran.out
    assert {**contents(filled), "rejects": []} == before
    assert len(rows(filled, "SELECT * FROM rejects WHERE stage = 'clean'")) == 5


def doubtful(capture: Capture) -> Page:
    """What a cleaner makes of a page that it isn't sure of."""
    block = Block("Pictures of the day.")
    notes = ("few sentences", "most of it is links")
    return Page(Media.TEXT, "utf-8", "content", (block,), quality=0.93, notes=notes)


def doubting(capture: Capture) -> PageResult:
    """Cleans with that cleaner."""
    with patch("cleaners.clean", doubtful):
        return steps.clean_and_sketch(capture)


def test_quality_and_notes_are_stored_and_shown(
    presswash: Presswash, stories: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.runs.clean.CLEAN_SPEC", replace(CLEAN_SPEC, clean=doubtful))
    monkeypatch.setattr("flows.runs.ingest.WORKER_SPEC", replace(WORKER_SPEC, clean=doubting))
    notes = ["few sentences", "most of it is links"]
    cleaned = presswash("clean", "pages/story001.txt", "--json").json
    assert (cleaned["quality"], cleaned["notes"]) == (0.93, notes)
    presswash("ingest", "pages/story001.txt")
    lines = presswash("show", "1").out.splitlines()
    assert "quality     0.93" in lines
    assert [line for line in lines if line.startswith("note ")] == [
        "note        few sentences",
        "note        most of it is links",
    ]
    shown = presswash("show", "1", "--json").json
    assert list(cleaned)[-3:] == ["blocks", "quality", "notes"]
    assert list(shown)[-4:] == ["blocks", "quality", "notes", "corrections"]
    assert (shown["quality"], shown["notes"], shown["blocks"]) == (0.93, notes, cleaned["blocks"])
    (row,) = presswash("sql", "SELECT * FROM quality", "--json").json
    assert (row["document_id"], row["quality"], json.loads(row["notes"])) == (1, 0.93, notes)


def test_one_of_a_thing_is_not_said_in_the_plural(presswash: Presswash, tmp_path: Path) -> None:
    write_stories(tmp_path / "one", 1)
    assert "1 page seen: 1 added" in presswash("ingest", "one").out
    assert "documents   1, captured 1 time\n" in presswash("stats").out
    assert presswash("export", "one.csv").out == "1 article written to one.csv\n"
    assert "1 document recleaned" in presswash("reclean", "--all").out
    assert "1 byte\n" in presswash("sql", "SELECT x'00' AS b").out
    assert "the 1 row shown" in presswash("sql", "SELECT 1 UNION SELECT 2", "--limit", "1").err
    damage(Path("presswash.db"), 1)
    assert presswash("check").out.endswith("\n1 problem in presswash.db\n")


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
