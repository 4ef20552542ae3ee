"""A warehouse of ordinary and hostile pages, and `presswash serve` at work on it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.flows.cli.test_relations import LETTER, LIVE, live, record
from tests.flows.conftest import story
from tests.reliability.cli_process import Program

GAZETTE = "https://gazette.example.org"
ATTACK = "<script>alert('x')</script><img src=x onerror=alert(1)>"
OVERRIDE = "\u202eright to left\u2066"
HOSTILE = {
    "url": "javascript:alert(document.cookie)",
    "title": f"A title {ATTACK} {OVERRIDE}",
    "authors": f"Ann {ATTACK} {OVERRIDE}",
    "text": f"A town voted on a bridge.\n\n{story(90)}\n\nThe {ATTACK} was never built {OVERRIDE}."
    f"\n\nLong{'w' * 1_000_000}ord",
    "date": "2024-05-09T08:00:00Z",
}
HOSTILE_HTML = f"""<html><head><title>Ferry {ATTACK.replace("<", "&lt;")}</title>
<script>parent.document.title = 'owned'</script>
<meta http-equiv="refresh" content="0; url=https://evil.example.com/">
<link rel="stylesheet" href="https://evil.example.com/a.css">
<style>body {{ color: #123456; background: url(https://evil.example.com/b.png) }}</style></head>
<body onload="alert(1)"><base href="https://evil.example.com/">
<iframe src="https://evil.example.com/f"></iframe><img src="https://evil.example.com/i.png">
<form action="https://evil.example.com/"><input name="q"></form>
<a href="javascript:alert(1)">Share on every network</a>
{"".join(f"<p>{one}</p>" for one in story(91).split(chr(10) + chr(10)))}
</body></html>"""


def write_pages(folder: Path) -> Path:
    """A folder with versions, near-duplicates, templates, hostile pages and one to be rejected."""
    folder.mkdir()
    pages = [
        record(live(*LIVE[:3]), f"{GAZETTE}/live", 1),
        record(live(*LIVE[1:3], "A zeppelin was seen above the pier."), f"{GAZETTE}/live", 2),
        record(story(7), f"{GAZETTE}/wire", 3),
        record(story(7).replace("Monday", "Tuesday", 1), "https://courier.example.org/wire", 4),
        HOSTILE,
    ]
    pages += [record(f"{story(n)}\n\n{LETTER}", f"{GAZETTE}/{n}") for n in range(20, 27)]
    lines = "".join(json.dumps(one) + "\n" for one in pages)
    (folder / "pages.jsonl").write_text(lines, encoding="utf-8")
    (folder / "hostile.html").write_text(HOSTILE_HTML, encoding="utf-8")
    (folder / "empty\u202etxt.txt").write_bytes(b"  \n")
    return folder


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the warehouse news.db."""
    folder = tmp_path_factory.mktemp("news")
    write_pages(folder / "pages")
    ran = Program(folder).run(
        "ingest", "--no-flow", "pages", "pages/pages.jsonl", "--db", "news.db"
    )
    assert ran.code == 0, ran.err
    return folder


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[str]:
    """`presswash serve` on a free port; gives the address that it prints."""
    with Program(folder).running("serve", "--port", "0", *options) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        if found is None:
            raise AssertionError(process.communicate()[1])
        yield found[0]


@pytest.fixture(scope="module")
def browser(news: Path) -> Iterator[httpx.Client]:
    """A client of a running server; paths are below the pages of presswash."""
    with (
        serving(news, "--db", "news.db") as address,
        httpx.Client(base_url=f"{address}-/presswash", timeout=60, follow_redirects=True) as client,
    ):
        yield client
