"""What recurs on a site is marked as its template, and what recurs for a reason stays."""

from __future__ import annotations

from collections.abc import Sequence

from tests.warehouse.conftest import cleaned, load, rows, words
from warehouse.warehouse import Warehouse

LETTER = "Sign up to our evening letter and never miss a story from the harbour again"
STANDING = (
    "In this series our reporter walks one street of the old town each week, knocks at every door"
    " and writes down who lives there, what they cook on a Sunday and what they would never sell,"
    " for readers who have asked since the spring who their neighbours are."
)
REFRAIN = "And the river went on carrying the lanterns down to the sea"
MARKED = "SELECT DISTINCT text FROM blocks WHERE reason = 'template'"


def load_site(warehouse: Warehouse, pages: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Load pages of one site, each a headline and its paragraphs."""
    for number, (headline, paragraphs) in enumerate(pages):
        url = f"https://gazette.example/{number}"
        load(warehouse, cleaned("\n\n".join(paragraphs), f"{number}.html", url=url, title=headline))
    assert warehouse.check() == []


def own(number: int, part: int = 0) -> str:
    return words(45, 100 * number + part)


def test_a_block_on_page_after_page_is_marked_and_names_pages_that_have_it(
    warehouse: Warehouse,
) -> None:
    load_site(warehouse, [(f"News {n}", [own(n), LETTER, own(n, 1)]) for n in range(5)])
    marked = "SELECT count(*), min(text), min(detail) FROM blocks WHERE reason = 'template'"
    [(count, text, detail)] = rows(warehouse, marked)
    assert (count, text) == (5, LETTER)
    assert "5 pages" in detail
    assert "among them https://gazette.example/" in detail


def test_a_block_on_three_pages_is_no_template_yet(warehouse: Warehouse) -> None:
    load_site(warehouse, [(f"News {n}", [own(n), LETTER, own(n, 1)]) for n in range(3)])
    assert rows(warehouse, MARKED) == []


def test_the_standing_introduction_of_a_series_stays(warehouse: Warehouse) -> None:
    pages = [(f"Street {n}", [STANDING, own(n), own(n, 1), LETTER, own(n, 2)]) for n in range(6)]
    load_site(warehouse, pages)
    assert rows(warehouse, MARKED) == [(LETTER,)]


def test_a_long_passage_below_every_article_is_a_template(warehouse: Warehouse) -> None:
    pages = [(f"Street {n}", [own(n), own(n, 1), own(n, 2), STANDING]) for n in range(6)]
    load_site(warehouse, pages)
    assert rows(warehouse, MARKED) == [(STANDING,)]


def test_a_refrain_stays_on_the_pages_that_repeat_it(warehouse: Warehouse) -> None:
    pages = [
        (f"Song {n}", [own(n), REFRAIN, own(n, 1), REFRAIN, own(n, 2), REFRAIN]) for n in range(5)
    ]
    load_site(warehouse, pages)
    assert rows(warehouse, MARKED) == []


def test_an_article_that_its_site_prints_again_loses_nothing(warehouse: Warehouse) -> None:
    story = [own(50), own(50, 1), own(50, 2)]
    again = [("The harbour", [*story, own(n, 3)]) for n in range(6)]
    load_site(warehouse, [*again, *((f"News {n}", [own(n), own(n, 1)]) for n in range(60, 64))])
    assert rows(warehouse, MARKED) == []


def test_a_kept_template_stays_also_on_pages_that_come_later(warehouse: Warehouse) -> None:
    pages = [(f"News {n}", [own(n), LETTER, own(n, 1)]) for n in range(6)]
    load_site(warehouse, pages[:5])
    [template] = warehouse.templates()
    assert warehouse.keep_template(template.id).marked == 0
    assert rows(warehouse, MARKED) == []
    late = "\n\n".join(pages[5][1])
    load(warehouse, cleaned(late, "late.html", url="https://gazette.example/late", title="Late"))
    assert rows(warehouse, MARKED) == []
    assert warehouse.check() == []
