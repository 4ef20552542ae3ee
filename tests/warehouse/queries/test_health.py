"""A site whose pages suddenly come out otherwise is found, and nothing else is."""

from __future__ import annotations

import pytest

from tests.warehouse.conftest import cleaned, load, rows, words
from warehouse.model import Cleaned
from warehouse.warehouse import Warehouse


def pages(
    site: str, count: int, day: int, month: int = 5, *, text: bool = True, published: str | None
) -> list[Cleaned]:
    """So many pages of a site on one day, each with a text of its own or with none."""
    seed = hash((site, day, month)) % 100_000
    return [
        cleaned(
            words(60, seed + number) if text else "",
            f"{site}-{month}-{day}-{number}",
            at=f"2024-{month:02}-{day:02}T08:00:00Z",
            payload=f"{site} {month} {day} {number}".encode(),
            url=f"https://{site}/{month}/{day}/{number}",
            published=published,
            title=f"Story {number} of {site}",
        )
        for number in range(count)
    ]


@pytest.fixture
def usual(warehouse: Warehouse) -> int:
    """Two sites of many pages, all alike; gives the id of the newest document."""
    load(warehouse, *pages("a.org", 12, 1, published="2024-05-01"))
    load(warehouse, *pages("b.org", 12, 1, published="2024-05-01"))
    return warehouse.newest_document()


def test_pages_without_text_or_date_are_noticed_on_the_first_day(
    warehouse: Warehouse, usual: int
) -> None:
    load(warehouse, *pages("a.org", 6, 9, text=False, published=None))
    load(warehouse, *pages("b.org", 6, 9, published="2024-05-09"))
    found = warehouse.site_drift(usual)
    assert {drift.site for drift in found} == {"a.org"}
    assert {"emptied", "undated"} <= {drift.measure for drift in found}
    said = next(str(drift) for drift in found if drift.measure == "emptied")
    assert said == (
        "a.org may have changed: the share of pages without text is 1.00 over 6 new pages;"
        " it was 0.00 in the thirty days before"
    )


@pytest.mark.parametrize(("count", "month"), [(4, 5), (6, 8)])
def test_few_pages_or_none_within_thirty_days_are_not_compared(
    warehouse: Warehouse, usual: int, count: int, month: int
) -> None:
    load(warehouse, *pages("a.org", count, 9, month, text=False, published=None))
    assert warehouse.site_drift(usual) == []


@pytest.mark.usefixtures("usual")
def test_the_view_has_a_row_for_each_site_and_day(warehouse: Warehouse) -> None:
    load(warehouse, *pages("a.org", 6, 9, text=False, published=None))
    found = rows(
        warehouse,
        "SELECT day, pages, undated, emptied, kept > 0.9 FROM site_health WHERE site = 'a.org'"
        " ORDER BY day",
    )
    assert found == [("2024-05-01", 12, 0.0, 0.0, 1), ("2024-05-09", 6, 1.0, 1.0, 0)]


def test_a_warehouse_without_documents_has_no_sites(warehouse: Warehouse) -> None:
    assert warehouse.newest_document() == 0
    assert warehouse.site_drift(0) == []
