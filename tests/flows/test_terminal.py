"""What a person sees: colour and progress on terminals only, and text that can't do harm."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from cleaners.model import Reason
from flows.cli import explain
from flows.cli.printing import cells, harmless, shorten
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


def test_harmless_text_keeps_letters_of_every_script_and_no_controls() -> None:
    assert harmless("naïve 東京 العربية") == "naïve 東京 العربية"
    assert harmless("a\nb") == "a␊b"
    assert harmless("a\nb\x00", lines=True) == "a\nb␀"


def test_wide_characters_count_twice_and_accents_not_at_all() -> None:
    assert (cells("東京"), cells("e\u0301"), cells("abc")) == (4, 1, 3)
    assert shorten("東京都庁", 5) == "東京…"
    assert shorten("pages/story.txt", 9, keep_end=True) == "…tory.txt"


def test_every_reason_has_a_colour() -> None:
    assert set(explain._COLOURS) == set(Reason)


def test_a_narrow_terminal_loses_counts_before_names(tmp_path: Path) -> None:
    folder = write_stories(tmp_path / "a-folder-with-a-long-name", 2)
    wide, narrow = (
        program("ingest", folder.name, cwd=tmp_path, COLUMNS=columns).stdout.decode()
        for columns in ("120", "60")
    )
    assert "kept  removed" in wide
    assert f"{folder.name}/story001.txt" in wide
    assert "removed  title" not in narrow
    top = narrow.splitlines()[:3]
    assert max(map(len, top)) <= 60
    assert top[2].startswith("…")
    assert "-name/story001.txt"[-15:] in narrow
