"""How much of the chrome that sites repeat is marked as template, and whether any content is.

Made-up sites have lines of chrome in their articles that no word list knows. With
`--corpus FOLDER`, the sites with five or more annotated pages are measured: what stands on four or
more of a site's pages, and in none of their bodies, is chrome.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sqlite3
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import pytest

from tests.benchmarks.conftest import PRESSWASH
from tests.benchmarks.stories import LANGUAGES, sentence, story
from warehouse.sqlite.functions import register

Report = Callable[[str, dict[str, object]], None]

_SITES = 7
_PAGES = (5, 8, 12, 30)
_MIN_PAGES = 4  # that a line of chrome stands on
_GONE = 0.95
# The gold bodies of product pages hold lines that a shop prints on each of them.
_MAX_CONTENT_SHARE = 0.1

Page = tuple[str, str, str]  # address, HTML, body


def _made_up() -> Iterator[Page]:
    for number in range(_SITES):
        language = LANGUAGES[number]
        source = random.Random(number)
        lines = [sentence(language, source) for _ in range(3)]
        for page in range(_PAGES[number % len(_PAGES)]):
            one = story(1000 * number + page, language)
            body = "".join(f"<p>{escape(part)}</p>" for part in one.paragraphs)
            chrome = "".join(f"<p>{line} {source.randrange(9000)}</p>" for line in lines)
            html = (
                f"<html><head><title>{escape(one.title)}</title></head><body><article>"
                f"<h1>{escape(one.title)}</h1>{body}{chrome}</article></body></html>"
            )
            yield f"https://site{number}.example/{page}", html, "\n".join(one.paragraphs)


def _annotated(folder: Path) -> Iterator[Page]:
    from courlan import extract_domain

    sites: dict[str, list[Page]] = defaultdict(list)
    for name in ("articles", "web", "languages"):
        for line in (folder / f"{name}.jsonl").open(encoding="utf-8"):
            row = json.loads(line)
            if row.get("url") and row.get("body"):
                html = gzip.decompress((folder / row["html"]).read_bytes()).decode(
                    "utf-8", "replace"
                )
                site = extract_domain(row["url"]) or row["url"]
                sites[site].append((row["url"], html, row["body"]))
    return (page for pages in sites.values() if len(pages) >= 5 for page in pages)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["made up", "corpus"])
def test_what_a_site_repeats_is_marked_and_content_is_not(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, report: Report
) -> None:
    if kind == "corpus" and request.config.getoption("--corpus") is None:
        pytest.skip("needs --corpus FOLDER")
    pages = _made_up() if kind == "made up" else _annotated(request.config.getoption("--corpus"))
    bodies: dict[str, str] = {}
    with (tmp_path / "pages.jsonl").open("w", encoding="utf-8") as file:
        for url, html, body in pages:
            bodies[url] = f"{bodies.get(url, '')} {_words(body)}"
            file.write(json.dumps({"url": url, "html": html}) + "\n")
    command = [PRESSWASH, "ingest", "--no-flow", "pages.jsonl", "--db", "news.db"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    chrome_gone, content_gone, chrome_left = _count(tmp_path / "news.db", bodies)
    share = chrome_gone / max(1, chrome_gone + chrome_left)
    figures: dict[str, object] = {
        "pages": len(bodies),
        "chrome gone": chrome_gone,
        "chrome left": chrome_left,
        "share gone": round(share, 3),
        "content gone": content_gone,
    }
    report(f"templates, {kind}", figures)
    assert chrome_gone
    assert share >= _GONE
    assert content_gone <= (_MAX_CONTENT_SHARE * chrome_gone if kind == "corpus" else 0)


def _count(db: Path, bodies: dict[str, str]) -> tuple[int, int, int]:
    """Blocks marked that are chrome, those that are content, and chrome that is still kept."""
    found = sqlite3.connect(db)
    register(found)
    rows = found.execute(
        "SELECT v.url, d.site, b.text, b.reason FROM full_block AS b JOIN document AS d"
        " ON d.id = b.document_id JOIN documents AS v ON v.id = d.id"
        " WHERE b.kind <> 'title' AND (b.reason IS NULL OR b.reason = 'template')"
    ).fetchall()
    found.close()
    gone = [_words(text) in bodies.get(url, "") for url, _, text, reason in rows if reason]
    kept: dict[tuple[str, str], set[str]] = defaultdict(set)
    content: set[tuple[str, str]] = set()
    for url, site, text, reason in rows:
        if not reason and len(_words(text).split()) >= 3:
            line = site, re.sub(r"\d+", "0", _words(text))
            kept[line].add(url)
            if _words(text) in bodies.get(url, ""):
                content.add(line)
    left = sum(
        len(urls) for line, urls in kept.items() if len(urls) >= _MIN_PAGES and line not in content
    )
    return gone.count(False), gone.count(True), left


def _words(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()
