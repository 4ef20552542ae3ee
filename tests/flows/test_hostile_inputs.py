"""Whatever is among the inputs: each is a capture or a reject, and its neighbours get records."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.flows.conftest import ENTRY, path_for_others, rows, write_stories
from tests.flows.hostile_inputs import MAKERS, MB, PARAGRAPH, page
from tests.slow_cases import all_slow_but

DB = "presswash.db"
NEIGHBOURS = 3
# What each costs is measured by the benchmarks; these sizes are found out about sooner.
SCALE = 0.1
# How long a command may take before a test gives it up, in seconds.
PATIENCE = 240


def presswash(
    folder: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", ENTRY, *arguments],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
        env={**os.environ, "PYTHONPATH": path_for_others(), **environment},
    )


def ingested(folder: Path, *options: str, **limits: str) -> Any:
    """What a run says that came of a folder `pages`; it must have gone well, without a word."""
    variables = {f"PRESSWASH_LIMITS__{name.upper()}": value for name, value in limits.items()}
    ran = presswash(folder, "ingest", "pages", "--no-flow", "--json", *options, **variables)
    assert (ran.returncode, ran.stderr) == (0, b"")
    return json.loads(ran.stdout)


def accounted(folder: Path, made: int, said: Any) -> None:
    """Asserts that every input is a capture or a reject, also in the warehouse."""
    assert said["seen"] == made + NEIGHBOURS == len(said["pages"])
    assert said["added"] + said["unchanged"] + said["rejected"] == said["seen"]
    db = folder / DB
    assert rows(db, "SELECT count(*) FROM captures") == [(said["added"] + said["unchanged"],)]
    assert rows(db, "SELECT count(*) FROM rejects") == [(said["rejected"],)]
    neighbours = rows(db, "SELECT locator FROM articles WHERE locator LIKE 'pages/honest/%'")
    assert len(neighbours) == NEIGHBOURS
    assert presswash(folder, "check").returncode == 0


def reasons(said: Any) -> dict[str, str]:
    """The kind of error of each reject, by the name of its file or record."""
    return {
        one["locator"].removeprefix("pages/"): one["error"] for one in said["pages"] if one["error"]
    }


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder with honest pages, for others to come among."""
    folder = tmp_path / "pages"
    write_stories(folder / "honest", NEIGHBOURS)
    return folder


# Each of the others is of a kind with one of these, or in another test too.
FAST = (
    "100,000 nested tags",
    "a word of 8 MB in HTML",
    "entity bomb",
    "NUL bytes",
    "gzip bomb",
    "members with names that lead out",
)


@pytest.mark.parametrize("kind", all_slow_but(FAST, MAKERS))
def test_every_input_is_accounted_for_and_its_neighbours_get_records(
    tmp_path: Path, pages: Path, kind: str
) -> None:
    accounted(tmp_path, MAKERS[kind](pages, SCALE), ingested(tmp_path))


def test_bombs_and_what_is_no_file_are_rejected_each_for_its_reason(
    tmp_path: Path, pages: Path
) -> None:
    for kind in ("gzip bomb", "ZIP bomb", "tar bomb", "things that are no files", "odd records"):
        MAKERS[kind](pages, SCALE if "bomb" in kind else 1)
    found = reasons(ingested(tmp_path, "--jobs", "2"))
    assert found == {
        "bomb.html.gz": "TooLarge",
        "bomb.zip#large.html": "TooLarge",
        "understated.zip#large.html": "Damaged",
        "member.tar.gz#large.html": "TooLarge",
        "name.tar.gz": "Damaged",
        "pipe.html": "NotAFile",
        "zero.html": "NotAFile",
        "socket.html": "OSError",
        "loop.html": "OSError",
        "gone.html": "FileNotFoundError",
        "empty.zip": "Damaged",
        "noise.tar.gz": "Damaged",
        "noise.warc#0": "Damaged",
        "nested.mhtml": "NoPage",
        "zeros.tar": "NoPages",
    }


def test_nothing_outside_is_read_or_written(tmp_path: Path, pages: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of this machine", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    MAKERS["members with names that lead out"](pages, 1)
    from tests.flows.hostile_inputs import EXTERNAL

    (pages / "external.xhtml").write_bytes(
        page("<p>It is &secret; and no other.</p>", EXTERNAL.format(path=secret.as_uri()))
    )
    made = sorted([*before, *pages.iterdir()])
    ingested(tmp_path)
    after = [path for path in tmp_path.rglob("*") if not path.name.startswith(DB)]
    assert sorted(set(after)) == sorted(set(made))
    texts = " ".join(str(text) for (text,) in rows(tmp_path / DB, "SELECT text FROM blocks"))
    assert "It is" in texts
    assert "secret of this machine" not in texts


@pytest.mark.parametrize("jobs", all_slow_but(["2"], ["1", "2"]))
def test_a_page_over_the_limit_of_time_is_a_reject(tmp_path: Path, pages: Path, jobs: str) -> None:
    (pages / "slow.txt").write_bytes(b"word\n" * 400_000)
    said = ingested(tmp_path, "--jobs", jobs, page_seconds="2")
    accounted(tmp_path, 1, said)
    assert reasons(said) == {"slow.txt": "TooSlow"}
    (message,) = rows(tmp_path / DB, "SELECT message FROM rejects")
    assert message == (
        "cleaning it took more time than the limit of 2 seconds (page_seconds in presswash.toml)",
    )


@pytest.mark.parametrize("jobs", all_slow_but(["2"], ["1", "2"]))
def test_a_page_over_the_limit_of_memory_is_a_reject(
    tmp_path: Path, pages: Path, jobs: str
) -> None:
    (pages / "large.html").write_bytes(page(f"<p>{'x' * 12 * MB}</p>"))
    said = ingested(tmp_path, "--jobs", jobs, page_memory="256MB")
    accounted(tmp_path, 1, said)
    assert reasons(said)["large.html"] in ("TooMuchMemory", "WorkerDied")


def test_a_page_over_the_limit_of_bytes_is_a_reject(tmp_path: Path, pages: Path) -> None:
    (pages / "large.html").write_bytes(page(PARAGRAPH * 100))
    said = ingested(tmp_path, page_bytes="20KB")
    accounted(tmp_path, 1, said)
    assert reasons(said) == {"large.html": "TooLarge"}


def test_limits_hold_in_clean_in_a_dry_run_and_when_cleaning_again(
    tmp_path: Path, pages: Path
) -> None:
    (pages / "slow.txt").write_bytes(b"word\n" * 240_000)
    assert ingested(tmp_path)["rejected"] == 0
    (tmp_path / "presswash.toml").write_text("[limits]\npage_seconds = 1\n", encoding="utf-8")
    for command in (
        ["clean", "pages"],
        ["ingest", "pages", "--dry-run", "--db", "new.db"],
        ["reclean", "--all"],
    ):
        ran = presswash(tmp_path, *command)
        assert b"the limit of 1 seconds" in ran.stdout + ran.stderr


def test_names_and_texts_are_shown_harmless(tmp_path: Path, pages: Path) -> None:
    MAKERS["odd names"](pages, 1)
    MAKERS["terminal commands"](pages, 1)
    os.mkfifo(pages / "\x1b[31m\u202epipe\n.html")
    shown = [
        presswash(tmp_path, *command).stdout.decode("utf-8", "surrogateescape")
        for command in (
            ["ingest", "pages", "--no-flow"],
            ["show", "1", "--explain"],
            ["search", "council"],
            ["stats"],
            ["sql", "SELECT locator, title, text FROM documents"],
        )
    ]
    assert "␛[31m<U+202E>pipe␊.html" in shown[0]
    for text in shown:
        assert text
        assert not [char for char in text if char in "\x1b\x07\x9b\u202e\u2066" or char == "\0"]


def test_sql_and_search_syntax_are_only_words(tmp_path: Path, pages: Path) -> None:
    MAKERS["SQL and search syntax"](pages, 1)
    ingested(tmp_path)
    for query in ("'); DROP TABLE document; --", "NEAR(", '"', "title:*", "a AND", "^", "\\", "-"):
        ran = presswash(tmp_path, "search", "--json", "--", query)
        assert ran.returncode in (0, 1, 2)
        assert b"Traceback" not in ran.stderr
        assert b"unexpected error" not in ran.stderr
    assert rows(tmp_path / DB, "SELECT count(*) FROM documents") == [(NEIGHBOURS + 1,)]
