"""The other commands, on a warehouse that the command line made; and how all of them fail."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from cleaners.model import Block, Capture, Media
from cleaners.page import Page
from flows.cli.app import COMMANDS
from flows.runs import cleaning
from flows.runs.batches import BatchReader
from flows.runs.clean import CLEAN_SPEC
from flows.runs.ingest import WORKER_SPEC, PageResult
from tests.flows.conftest import (
    ENTRY,
    HTML,
    Presswash,
    damage,
    path_for_others,
    program,
    story,
    write_stories,
)
from warehouse.sqlite.functions import string_digest


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


def test_a_search_and_a_clean_import_nothing_that_only_converts_options(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("The mill has turned since the spring.\n" * 20)
    assert program("ingest", "--no-flow", "page.txt", cwd=tmp_path).returncode == 0
    for arguments in (["search", "mill"], ["clean", "page.txt", "--json"]):
        script = (
            f"import sys; from flows.cli import run; code = run({arguments});"
            "sys.exit('pydantic was imported' if 'pydantic' in sys.modules else code)"
        )
        ran = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": path_for_others()},
        )
        assert (ran.returncode, ran.stderr) == (0, b"")
        assert b"mill" in ran.stdout


@pytest.mark.parametrize("option", [["--limit", "3"], ["--limit=0"], ["--quality", "high"]])
def test_options_that_are_no_text_are_still_converted_and_checked(
    tmp_path: Path, option: list[str]
) -> None:
    (tmp_path / "page.txt").write_text("The mill has turned since the spring.\n" * 20)
    assert program("ingest", "--no-flow", "page.txt", cwd=tmp_path).returncode == 0
    ran = program("search", "mill", *option, cwd=tmp_path)
    valid = option == ["--limit", "3"]
    assert ran.returncode == (0 if valid else 2)
    assert (b"Invalid value for" in ran.stderr) is not valid


@pytest.mark.parametrize("name", ["", *COMMANDS])
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
        "unused_strings": 0,
        "problems": [],
    }


def test_a_check_tells_of_strings_that_maintain_deletes(presswash: Presswash, filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as db, db:
        row = (string_digest("body/nowhere"), "body/nowhere")
        db.execute("INSERT INTO block_string (digest, text) VALUES (?, ?)", row)
    told = presswash("check")
    assert (told.code, told.out) == (
        0,
        "presswash.db is sound\n1 stored string unused: presswash maintain deletes them\n",
    )
    assert presswash("check", "--json").json["unused_strings"] == 1
    assert presswash("maintain").code == 0
    assert presswash("check").out == "presswash.db is sound\n"


def test_a_check_that_finds_problems_does_not_say_how_many_strings_are_unused(
    presswash: Presswash, filled: Path
) -> None:
    with closing(sqlite3.connect(filled)) as db, db:
        db.execute("UPDATE document SET site = 'elsewhere.example'")
    told = presswash("check", "--json")
    assert (told.code, told.json["sound"], told.json["unused_strings"]) == (1, False, None)


def doubtful(capture: Capture) -> Page:
    """What a cleaner makes of a page that it isn't sure of."""
    block = Block("Pictures of the day.")
    notes = ("few sentences", "most of it is links")
    return Page(Media.TEXT, "utf-8", "content", (block,), quality=0.93, notes=notes)


def doubting(capture: Capture) -> PageResult:
    """Cleans with that cleaner."""
    with patch("cleaners.clean", doubtful):
        return cleaning.clean_and_sketch(capture)


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
    assert list(shown)[-5:-2] == ["blocks", "quality", "notes"]
    assert list(shown)[-2:] == ["corrections", "other_corrections"]
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
