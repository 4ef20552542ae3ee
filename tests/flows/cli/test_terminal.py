"""What a person sees: colour and progress on terminals only, and text that can't do harm."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from cleaners.reasons import Reason
from flows.cli import explain
from flows.words import escape_controls
from tests.flows.conftest import ENTRY, path_for_others, program, story, write_stories


def on_a_terminal(*arguments: str, cwd: Path, **environment: str) -> tuple[str, str]:
    """What a command shows on a terminal as stdout, and on another as stderr."""
    shown = []
    ends = [pty.openpty() for _ in range(2)]
    variables = {**os.environ, "PYTHONPATH": path_for_others(), "TERM": "xterm", **environment}
    with subprocess.Popen(
        [sys.executable, "-c", ENTRY, *arguments],
        cwd=cwd,
        stdout=ends[0][1],
        stderr=ends[1][1],
        env=variables,
    ):
        for ours, theirs in ends:
            os.close(theirs)
            shown.append(read_all(ours))
    return shown[0], shown[1]


def read_all(descriptor: int) -> str:
    """All that comes out of a terminal until its last writer is gone."""
    content = b""
    while True:
        try:
            chunk = os.read(descriptor, 65536)
        except OSError:
            chunk = b""
        if not chunk:
            os.close(descriptor)
            return content.decode()
        content += chunk


def test_progress_is_shown_on_a_terminal_and_nowhere_else(tmp_path: Path) -> None:
    write_stories(tmp_path / "pages", 5)
    _, progress = on_a_terminal("ingest", "pages", cwd=tmp_path)
    assert "ingesting" in progress
    assert program("ingest", "pages", cwd=tmp_path).stderr == b""


def test_colour_is_for_terminals_whose_owner_wants_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(story(1), encoding="utf-8")
    assert "\x1b[" in on_a_terminal("clean", "a.txt", cwd=tmp_path, NO_COLOR="")[0]
    assert "\x1b[" not in on_a_terminal("clean", "a.txt", cwd=tmp_path, NO_COLOR="1")[0]
    assert b"\x1b[" not in program("clean", "a.txt", cwd=tmp_path, NO_COLOR="").stdout


def test_what_could_steer_a_terminal_is_shown_as_a_sign(tmp_path: Path) -> None:
    nasty = story(1).replace("nobody", "\x1b[2J\u202enobody\x9b")
    (tmp_path / "a.txt").write_text(nasty, encoding="utf-8")
    shown, _ = on_a_terminal("clean", "a.txt", cwd=tmp_path, NO_COLOR="1")
    for harmful in ("\x1b", "\u202e", "\x9b"):
        assert harmful not in shown


def test_escaped_text_keeps_letters_of_every_script_and_no_controls() -> None:
    assert escape_controls("naïve 東京 العربية") == "naïve 東京 العربية"
    assert escape_controls("a\nb") == "a␊b"
    assert escape_controls("a\nb\x00", keep="\n") == "a\nb␀"


def test_every_command_shows_untrusted_text_with_its_controls_escaped(
    tmp_path: Path,
) -> None:
    nasty = story(1).replace("Council number", "Council \x1b[2J\u202enumber\x9b")
    (tmp_path / "a\x1b[31m.txt").write_text(nasty, encoding="utf-8")
    (tmp_path / "b.txt").write_text(nasty.replace("Monday", "Sunday"), encoding="utf-8")
    (tmp_path / "c\x1b[31m.txt").write_bytes(b"")
    for command in (
        ("ingest", "."),
        ("show", "1"),
        ("show", "1", "--explain"),
        ("search", "council"),
        ("sql", "SELECT locator, text FROM documents"),
        ("sql", "SELECT locator, text FROM documents", "--csv"),
        ("sql", 'SELECT 1 AS "a\x1b[31m"'),
        ("duplicates",),
        ("duplicates", "--pair", "1", "2"),
        ("reclean", "--all"),
    ):
        shown, _ = on_a_terminal(*command, cwd=tmp_path, NO_COLOR="1")
        assert shown
        for control in ("\x1b", "\u202e", "\x9b"):
            assert control not in shown, command


def test_a_table_lines_up_columns_after_wide_characters(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(story(1), encoding="utf-8")
    program("ingest", "a.txt", cwd=tmp_path)
    query = "SELECT '東京' AS place, 'x' AS mark UNION SELECT 'abcd', 'x'"
    _, *rows = program("sql", query, cwd=tmp_path).stdout.decode().splitlines()
    assert sorted(rows) == ["abcd   x", "東京   x"]


def test_nothing_is_cut_off_where_stdout_is_no_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(story(1), encoding="utf-8")
    program("ingest", "a.txt", cwd=tmp_path)
    ran = program("sql", f"SELECT '{'long ' * 400}end' AS text, 1 AS n", cwd=tmp_path)
    assert ran.stdout.decode().splitlines()[1].split() == ["long"] * 400 + ["end", "1"]
    shown, _ = on_a_terminal("sql", f"SELECT '{'long ' * 400}end' AS text", cwd=tmp_path)
    assert "…" in shown


def test_a_record_is_wrapped_between_words_on_a_terminal_alone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(story(1), encoding="utf-8")
    program("ingest", "a.txt", cwd=tmp_path)
    whole = program("show", "1", cwd=tmp_path).stdout.decode().partition("\n\n")[2]
    shown, _ = on_a_terminal("show", "1", cwd=tmp_path, COLUMNS="50", NO_COLOR="1")
    lines = shown.partition("\r\n\r\n")[2].splitlines()
    assert max(map(len, lines)) <= 50 < max(map(len, whole.splitlines()))
    assert " ".join(lines).split() == whole.split()


def test_every_reason_has_a_colour() -> None:
    assert set(explain._COLOURS) == set(Reason)


def test_a_narrow_terminal_loses_counts_and_shows_names_whole(tmp_path: Path) -> None:
    folder = write_stories(tmp_path / "a-folder-with-a-long-name", 2)
    wide = program("ingest", folder.name, cwd=tmp_path).stdout.decode()
    assert "kept  removed" in wide
    assert f"{folder.name}/story001.txt" in wide
    narrow, _ = on_a_terminal("ingest", folder.name, cwd=tmp_path, COLUMNS="60", NO_COLOR="1")
    rows = narrow.partition("\r\n\r\n")[0].splitlines()
    assert all(len(line) <= 60 for line in rows)
    assert "removed" not in rows[0]
    names = "".join(row.split("  ")[0] for row in rows[1:])
    assert f"{folder.name}/story001.txt" in names
