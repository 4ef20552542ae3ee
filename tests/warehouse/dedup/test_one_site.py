"""Pages of one site that differ in little are articles of their own, and long ones are updates."""

from __future__ import annotations

import pytest

from tests.warehouse.conftest import EVENING, MORNING, NOON, cleaned, load, rows, words
from warehouse.warehouse import Warehouse

_LONG_NOTICE = f"{words(120, 1)} on the {{}} of May {words(100, 2)}"


@pytest.mark.parametrize(
    ("urls", "articles"),
    [
        (("https://town.example/1", "https://www.town.example/2"), 2),
        (("https://town.example/1", "https://city.example/2"), 1),
        ((None, "https://town.example/2"), 1),
        ((None, None), 1),
    ],
)
@pytest.mark.parametrize(
    "texts",
    [
        (_LONG_NOTICE.format(4), _LONG_NOTICE.format(11)),
        (f"{words(40, 3)}\n\n{words(160, 5)}", f"{words(44, 4)}\n\n{words(160, 5)}"),
    ],
    ids=["another number", "another passage"],
)
def test_pages_of_one_site_that_differ_in_little_are_articles_of_their_own(
    warehouse: Warehouse, texts: tuple[str, str], urls: tuple[str | None, ...], articles: int
) -> None:
    for number, (text, url) in enumerate(zip(texts, urls, strict=True)):
        load(warehouse, cleaned(text, f"pages/{number}", url=url, title="Advice hours"))
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(articles,)]
    assert warehouse.check() == []


_REPORT = f"{words(60, 1)} and the owners {{}} the vote of the town {words(60, 2)}"
_BACKGROUND = (
    " Courses last five days and cost the same as last year. Boats, vests and lunch are included,"
    " and children need a swimming badge. The office beside the pier is open in the afternoon."
)


@pytest.mark.parametrize(
    ("one", "other", "articles"),
    [
        (_REPORT.format("welcomed"), _REPORT.format("applauded"), 1),
        (_REPORT.format("welcomed"), _REPORT.format("discussed for hours"), 2),
        (_REPORT.format("welcomed"), _REPORT.format("Sørensen"), 2),
        (_REPORT.format("twelve"), _REPORT.format("many"), 2),
        (
            "The council agreed to let a brewery open in the tithe barn once neighbours had talked"
            f" all evening about parking and smells.{_BACKGROUND}",
            "Once neighbours had talked all evening about smells and parking, the council refused"
            f" to let a brewery open in the tithe barn.{_BACKGROUND}",
            2,
        ),
    ],
    ids=["plain word", "phrase", "name", "number", "lead in another order"],
)
def test_only_plain_words_are_edits_of_a_shorter_article_of_one_site(
    warehouse: Warehouse, one: str, other: str, articles: int
) -> None:
    load(warehouse, cleaned(one, "1", url="https://town.example/1", title="News"))
    load(warehouse, cleaned(other, "2", url="https://town.example/amp/1", title="News"))
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(articles,)]
    assert warehouse.check() == []


def test_pages_in_a_web_archive_are_of_the_sites_that_published_them(
    warehouse: Warehouse,
) -> None:
    archive = "https://archive.example/web/20240501000000/"
    for number, inner in enumerate(
        ("https://www.town.example/1?a=b", "http:/city.example:8080/2", "about/https")
    ):
        text = _LONG_NOTICE.format(4 + number)
        load(warehouse, cleaned(text, f"{number}", url=archive + inner, title="Hours"))
    assert rows(warehouse, "SELECT site FROM documents ORDER BY id") == [
        ("town.example",),
        ("city.example",),
        ("archive.example",),
    ]
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(1,)]
    assert warehouse.check() == []


def test_a_long_article_that_its_site_updated_at_another_address_is_a_duplicate(
    warehouse: Warehouse,
) -> None:
    text = f"{words(300, 1)} and found {{}} people {words(300, 2)}"
    load(warehouse, cleaned(text.format(12), "1", url="https://town.example/1", title="Ferry"))
    load(warehouse, cleaned(text.format(15), "2", url="https://town.example/2", title="Ferry"))
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(1,)]


def test_a_page_that_turns_up_earlier_on_another_site_is_compared_again(
    warehouse: Warehouse,
) -> None:
    first, second = (_LONG_NOTICE.format(number) for number in (4, 11))
    load(warehouse, cleaned(first, "1", at=MORNING, url="https://town.example/1", title="Hours"))
    load(warehouse, cleaned(second, "2", at=EVENING, url="https://town.example/2", title="Hours"))
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(2,)]
    load(warehouse, cleaned(second, "3", at=NOON, url="https://city.example/2", title="Hours"))
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(1,)]
    assert warehouse.check() == []
