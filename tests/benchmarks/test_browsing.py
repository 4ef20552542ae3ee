"""How long the pages of `presswash serve` take, and how large they are, for a full warehouse.

`--pages N` says how many records it holds; the aims are for 200,000. A tenth of them is loaded and
then copied within the file.
"""

from __future__ import annotations

import re
import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from cleaners.model import Block, PageType, Removal
from cleaners.page import Page
from cleaners.reasons import Reason
from flows.browse.links import Links
from flows.browse.pages import PAGES, respond
from tests.benchmarks.made_up import made_up
from warehouse.model import Cleaned, RunStatus
from warehouse.opening import open_warehouse

Report = Callable[[str, dict[str, object]], None]

BATCH = 250
COPIES = 10
SITES = 400
ASKED = 7
LANGUAGES = ("en", "en", "en", "fr", "de", "ru")
REASONS = (Reason.NAVIGATION, Reason.SHARE, Reason.RELATED, Reason.ADVERT, Reason.FOOTER)
# The aims in milliseconds. A search reads the places of every word in every record.
PAGE_MS, SEARCH_MS = 300, 500
QUESTIONS = {
    "front": ("", {}),
    "record": ("/record/{middle}", {}),
    "list": ("/records", {}),
    "search, a common word": ("/records", {"q": "{common}"}),
    "search, a rare word": ("/records", {"q": "{rare}"}),
    "search, two words": ("/records", {"q": "{common} {other}"}),
    "search with filters": ("/records", {"q": "{common}", "site": "site7.example.org"}),
    "list, a site": ("/records", {"site": "site7.example.org"}),
    "list, a domain": ("/records", {"site": "example.net"}),
    "list, a frequent reason": ("/records", {"reason": "share"}),
    "list, a rare reason": ("/records", {"reason": "ticker"}),
    "list, no reason": ("/records", {"reason": "consent"}),
    "list, doubtful": ("/records", {"max_quality": "0.7"}),
    "list, nothing fits": ("/records", {"lang": "ja"}),
    "list, a language and a type": ("/records", {"lang": "ru", "type": "forum"}),
    "list, no quality": ("/records", {"max_quality": "0.1"}),
    "list, a year without pages": ("/records", {"since": "1999", "until": "1999"}),
    "list, a run without pages": ("/records", {"run": "99"}),
    "list, a site without pages": ("/records", {"site": "nowhere.example.org"}),
    "search with a rare reason": ("/records", {"q": "{common}", "reason": "ticker"}),
    "list, a day": ("/records", {"since": "2021-03-03", "until": "2021-03-03"}),
    "list, a run": ("/records", {"run": "1", "before": "{middle}"}),
    "run": ("/run/1", {}),
    "runs": ("/runs", {}),
    "unsure": ("/label", {}),
    "templates": ("/templates", {}),
    "templates of a site": ("/templates", {"site": "site7.example.org"}),
    "pair": ("/pair/{middle}/{last}", {}),
}


@pytest.mark.timeout(4 * 3600)
def test_each_page_of_a_full_warehouse_comes_at_once(
    request: pytest.FixtureRequest, tmp_path: Path, report: Report
) -> None:
    path, pages = tmp_path / "full.db", request.config.getoption("--pages")
    fill(path, pages)
    figures = measure(path)
    report("browsing", {"records": pages, "aims, ms": (PAGE_MS, SEARCH_MS), **figures})
    for name in QUESTIONS:
        aim = SEARCH_MS if name.startswith("search") else PAGE_MS
        assert figures[f"{name}, ms"] < aim, name
        assert figures[f"{name}, kB"] < 300, name


def measure(path: Path) -> dict[str, float]:
    """The median CPU time and the size of each page, made as the server makes it."""
    with closing(sqlite3.connect(path)) as db:
        [(last,)] = db.execute("SELECT max(id) FROM document")
        words = [
            word
            for (word,) in db.execute(
                "SELECT term FROM search_words WHERE length(term) > 4 AND doc > 3 ORDER BY doc"
            )
        ]
    known = {
        "middle": last // 2,
        "last": last,
        "common": words[-1],
        "other": words[-20],
        "rare": words[len(words) // 2],
    }
    links, found = Links("/-/presswash", "/full"), {}
    for name, (address, query) in QUESTIONS.items():
        at = address.format(**known)
        found_pages = [(page, re.fullmatch(pattern, at)) for pattern, page in PAGES]
        [(page, match)] = [(page, match) for page, match in found_pages if match]
        asked = {key: value.format(**known) for key, value in query.items()}
        times = []
        for _ in range(ASKED):
            start = time.process_time()
            made = respond(page, path, links, match.groupdict(), asked)
            times.append(time.process_time() - start)
            assert made.status == 200, made.body
        found[f"{name}, ms"] = round(statistics.median(times) * 1000, 1)
        found[f"{name}, kB"] = round(len(made.body.encode()) / 1000, 1)
    return found


def fill(path: Path, pages: int) -> None:
    """A warehouse with so many records, of many sites, languages and days."""
    loaded = pages // COPIES
    with open_warehouse(path) as warehouse:
        run = warehouse.begin_run("browsing")
        for start in range(0, loaded, BATCH):
            warehouse.load(
                run, [_dressed(made_up(number), number) for number in range(start, start + BATCH)]
            )
        warehouse.finish_run(run, RunStatus.COMPLETED)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        for copy in range(1, COPIES):
            _copy(db, copy, loaded)
        db.execute("INSERT INTO article_search (article_search) VALUES ('rebuild')")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with open_warehouse(path) as warehouse:
        warehouse.optimise()


def _dressed(one: Cleaned, number: int) -> Cleaned:
    """A page with an address, a day, and removed blocks, some of them for a rare reason."""
    site = f"site{number % SITES}.example.{'net' if number % 97 == 0 else 'org'}"
    reasons = (*REASONS, *([Reason.TICKER] if number % 2_000 == 7 else []))
    removed = [
        Block(
            f"{reason} {number} " + "menu " * 5,
            one.page.blocks[1].kind,
            Removal(reason, "made up", "because", 0.5 + (number + place) % 50 / 100),
        )
        for place, reason in enumerate(reasons)
    ]
    page: Page = replace(
        one.page,
        blocks=(*one.page.blocks, *removed),
        language=LANGUAGES[number % len(LANGUAGES)],
        published=f"20{10 + number % 15}-{1 + number % 12:02}-{1 + number % 28:02}",
        quality=0.4 if number % 50 == 3 else 0.95,
        page_type=list(PageType)[number % len(PageType)],
    )
    day = f"2024-{1 + number * 12 // 200_000 % 12:02}-{1 + number % 28:02}T12:00:00Z"
    capture = replace(one.capture, url=f"https://{site}/{number}", captured_at=day)
    return replace(one, page=page, capture=capture)


def _copy(db: sqlite3.Connection, copy: int, loaded: int) -> None:
    """The records that were loaded once more, with the ids that follow."""
    shifted = {
        "raw": {"id": "id + :n", "sha256": "randomblob(32)"},
        "distinct_text": {
            "id": "id + :n",
            "digest": "random()",
            "document_id": "document_id + :n",
            "canonical_id": "canonical_id + :n",
        },
        "document": {
            "id": "id + :n",
            "raw_id": "raw_id + :n",
            "text_id": "text_id + :n",
            "address": "address || :n",
        },
        "block": {"document_id": "document_id + :n"},
        "capture": {"document_id": "document_id + :n", "locator": "locator || :n"},
    }
    db.execute("BEGIN")
    for table, changes in shifted.items():
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        source = ", ".join(changes.get(column, column) for column in columns)
        key = "id" if "id" in columns else "document_id"
        db.execute(
            f"INSERT INTO {table} SELECT {source} FROM {table} WHERE {key} <= :loaded",
            {"n": copy * loaded, "loaded": loaded},
        )
    db.execute("COMMIT")
