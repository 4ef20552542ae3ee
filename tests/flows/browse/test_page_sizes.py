"""No page is large, however much there is to show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from cleaners.model import Block, Kind, Removal
from cleaners.reasons import Reason
from flows.browse.links import Links
from flows.browse.pages import PAGES, respond
from tests.warehouse.conftest import cleaned, load, rejected, words
from warehouse.model import Cleaned
from warehouse.opening import open_warehouse

LARGEST = 300_000
SENTENCE = "Паром снова ходит между двумя берегами залива. "


def long_record(number: int) -> Cleaned:
    """A version of a page of many long paragraphs and removed blocks, all with long details."""
    text = "\n\n".join(f"{words(40, seed)} {SENTENCE * 10}" for seed in range(number, number + 300))
    one = cleaned(
        text, f"long{number}.txt", at=f"2024-05-0{number}T08:00:00Z", url="https://a.org/"
    )
    reason = Removal(Reason.RELATED, "phrases", SENTENCE * 20, 0.5)
    removed = [Block(f"{place} {SENTENCE}", Kind.LIST_ITEM, reason) for place in range(600)]
    page = replace(one.page, blocks=(*removed, *one.page.blocks), authors=(SENTENCE * 50,) * 20)
    return replace(one, page=page)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A warehouse with two long versions, many short ones, long titles, and many rejects."""
    path = tmp_path_factory.mktemp("full") / "full.db"
    with open_warehouse(path) as warehouse:
        load(warehouse, long_record(1), long_record(2))
        versions = [
            cleaned(
                f"{words(60, 1)} {number}",
                f"{SENTENCE * 10}{number}",
                at=f"2024-06-01T{number // 60:02}:{number % 60:02}:00Z",
                url="https://b.org/" + "b" * 300,
                title=f"{SENTENCE * 20}{number}",
                quality=0.3,
            )
            for number in range(300)
        ]
        rejects = [rejected(f"{SENTENCE * 10}{number}", SENTENCE * 10) for number in range(600)]
        load(warehouse, *versions, *rejects)
    yield path


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("", {}),
        ("/record/1", {}),
        ("/record/100", {}),
        ("/pair/1/2", {}),
        ("/records", {"limit": "5000"}),
        ("/records", {"q": "word*", "limit": "5000", "all": "1"}),
        ("/label", {"limit": "5000"}),
        ("/run/2", {}),
        ("/runs", {}),
        ("/templates", {}),
    ],
)
def test_a_page_of_much_is_cut(full: Path, address: str, query: dict[str, str]) -> None:
    assert len(body(full, address, query).encode()) < LARGEST


def test_of_a_large_pair_the_paragraphs_that_differ_are_shown_first(full: Path) -> None:
    tree = LexborHTMLParser(body(full, "/pair/1/2", {}))
    assert len(tree.css(".pair del")) == len(tree.css(".pair ins")) == len(tree.css(".pair p")) / 2
    [whole] = tree.css("a[href*='whole=1']")
    assert ((whole.parent and whole.parent.text()) or "").startswith("… and 299 more paragraphs")
    assert len(LexborHTMLParser(body(full, "/pair/1/2", {"whole": "1"})).css(".pair p")) == 301


def body(path: Path, address: str, query: dict[str, str]) -> str:
    """A page that may be corrected."""
    [(page, match)] = [
        (page, match) for pattern, page in PAGES if (match := re.fullmatch(pattern, address))
    ]
    made = respond(page, path, Links("/-/presswash", "/full"), match.groupdict(), query, "token")
    assert made.status == 200
    return made.body
