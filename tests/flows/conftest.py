"""Pages to ingest, the command line run in this process or another, and a warehouse's contents."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.cli import run
from warehouse.opening import open_readonly

ROOT = Path(__file__).parents[2]
ENTRY = "from flows.cli import main; main()"
HTML = """<html><head><title>Bridge opens</title></head><body><nav><ul><li><a href="/">Home</a></li>
<li><a href="/s">Sport</a></li></ul></nav><article><h1>Bridge opens after nine years</h1>
<p>The bridge over the Maren opened on Monday, nine years after a king laid its first stone.</p>
<p>Some four thousand people walked across before noon, and the first bus followed them at one.</p>
</article><footer>© Marl Bay Courier. All rights reserved.</footer></body></html>"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Presswash = Callable[..., Ran]


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No Prefect profile of this machine reaches a test, and output has no colour."""
    monkeypatch.setenv("PREFECT_PROFILES_PATH", str(tmp_path / "no-profiles.toml"))
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def presswash(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Presswash:
    """The command line, run in this process, in an empty folder with the default warehouse."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str | Path) -> Ran:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return command


def program(
    *arguments: str | Path, cwd: Path, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """The command line, run in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", ENTRY, *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path_for_others(), **environment},
    )


def path_for_others() -> str:
    """PYTHONPATH under which another process finds what this one tests."""
    return os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), str(ROOT)])


def story(number: int, paragraphs: int = 3) -> str:
    """An article whose words are its own: a headline and paragraphs that end in full stops."""
    parts = [f"Council number {number} decides on the harbour of town {number}"]
    for part in range(paragraphs):
        things = " ".join(f"matter{number}x{part}x{k}" for k in range(12))
        parts.append(
            f"The council of town {number} said in part {part} of its report on Monday that"
            f" {things} would be settled before the end of the year, and nobody had objected."
        )
    return "\n\n".join(parts) + "\n"


def write_stories(folder: Path, count: int) -> Path:
    """A folder of so many articles, the same in every test."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        file = folder / f"story{number:03}.txt"
        file.write_text(story(number), encoding="utf-8")
        os.utime(file, (1_700_000_000 + number, 1_700_000_000 + number))
    return folder


@pytest.fixture(scope="module")
def prefect_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A Prefect server of the tests' own, with its files in a folder of its own."""
    before = dict(os.environ)
    os.environ["PREFECT_HOME"] = str(tmp_path_factory.mktemp("prefect"))
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    """A folder with five articles."""
    return write_stories(tmp_path / "pages", 5)


# What a warehouse says, without what tells one run from another.
VIEWS = {
    "documents": "SELECT sha256, url, locator, site, title, authors, published, language, text,"
    " n_words, cleaner_version, first_seen, similarity FROM documents",
    "clusters": "SELECT d.sha256, c.sha256 FROM documents d"
    " JOIN documents c ON c.id = d.cluster_id",
    "blocks": "SELECT d.sha256, b.position, b.kind, b.text, b.kept, b.reason, b.cleaner, b.detail"
    " FROM blocks b JOIN documents d ON d.id = b.document_id",
    "quality": "SELECT d.sha256, q.quality, q.notes FROM quality q"
    " JOIN documents d ON d.id = q.document_id",
    "articles": "SELECT locator, title, text, cluster_size FROM articles",
    "captures": "SELECT locator, url, sha256, captured_at FROM captures",
    "rejects": "SELECT locator, stage, error, message FROM rejects",
}


def contents(db: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that a warehouse holds, sorted, to be compared with another's."""
    with open_readonly(db) as warehouse:
        return {
            view: sorted(warehouse.sql(query, max_rows=100_000).rows, key=repr)
            for view, query in VIEWS.items()
        }


def rows(db: Path, query: str) -> list[tuple[object, ...]]:
    """The rows of a query."""
    with open_readonly(db) as warehouse:
        return list(warehouse.sql(query).rows)


@pytest.fixture
def filled(presswash: Presswash, stories: Path) -> Path:
    """A warehouse with five articles, in the current folder."""
    assert presswash("ingest", "pages").code == 0
    return Path("presswash.db")


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
