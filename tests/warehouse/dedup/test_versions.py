"""Which captures are versions of one article: those of one address, however it is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.warehouse.conftest import EVENING, MORNING, cleaned, load, rows, words
from warehouse.dedup.versions import address_of
from warehouse.warehouse import Warehouse

FIRST = words(60, 1)
SECOND = f"{FIRST}\n\n{words(20, 2)}"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/news/1",
        "https://www.example.org/news/1",
        "https://example.org/news/1/",
        "https://EXAMPLE.org:443/news/1",
        "https://example.org/news/1?utm_source=feed&utm_medium=mail",
        "https://example.org/news/1?fbclid=abc",
        "https://example.org/news/1#comments",
    ],
)
def test_an_address_is_known_however_it_is_written(url: str) -> None:
    assert address_of(url, None) == "example.org/news/1"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/news/2",
        "https://m.example.org/news/1",
        "https://example.org/news/1?page=2",
        "https://example.org:8443/news/1",
        "https://example.com/news/1",
    ],
)
def test_another_page_has_another_address(url: str) -> None:
    assert address_of(url, None) != "example.org/news/1"


@pytest.mark.parametrize(
    "url", ["https://example.org/", "http://www.example.org", "", "about:blank"]
)
def test_a_front_page_or_nothing_is_no_address(url: str) -> None:
    assert address_of(url, None) is None


@pytest.mark.parametrize(
    ("captured", "stated"),
    [
        ("https://m.example.org/news/1", "https://example.org/news/1"),
        ("https://example.org/amp/news/1", "https://example.org/news/1"),
        ("https://example.org/print?id=1", "https://www.example.org/news/1"),
    ],
)
def test_a_form_of_a_page_is_its_version_where_it_states_the_address(
    warehouse: Warehouse, captured: str, stated: str
) -> None:
    page = cleaned(FIRST, "one.html", at=MORNING, url=captured, title="One")
    load(warehouse, replace(page, page=replace(page.page, url=stated)))
    load(warehouse, cleaned(SECOND, "two.html", at=EVENING, url=stated, title="One"))
    assert rows(warehouse, "SELECT id, n_words FROM articles") == [(2, 80)]
    assert rows(warehouse, "SELECT document_id, is_current FROM versions ORDER BY 1") == [
        (1, 0),
        (2, 1),
    ]


def test_a_page_that_states_an_address_on_another_site_keeps_its_own() -> None:
    assert address_of("https://copy.example/1", "https://example.org/news/1") == "copy.example/1"


def test_another_article_at_an_address_is_no_version_of_the_first(warehouse: Warehouse) -> None:
    url = "https://example.org/today"
    load(warehouse, cleaned(words(60, 3), "a.html", at=MORNING, url=url, title="Monday"))
    load(warehouse, cleaned(words(60, 4), "b.html", at=EVENING, url=url, title="Tuesday"))
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(2,)]
    assert rows(warehouse, "SELECT relation FROM documents ORDER BY id") == [(None,), (None,)]
