"""The counts of a warehouse are those of its views."""

from __future__ import annotations

from tests.warehouse.conftest import MORNING, cleaned, load, rejected, words
from warehouse.answers import DoubtfulPage, ReasonCount, ValueCount
from warehouse.warehouse import Warehouse


def test_an_empty_warehouse_counts_nothing(warehouse: Warehouse) -> None:
    stats = warehouse.stats()
    assert (stats.documents, stats.articles, stats.words, stats.raw_bytes) == (0, 0, 0, 0)
    assert (stats.languages, stats.sites, stats.removals) == ((), (), ())
    assert stats.file_bytes > 0


def test_documents_articles_clusters_and_removals_are_counted(warehouse: Warehouse) -> None:
    story = words(40)
    batch = [
        cleaned(story, "a", at=MORNING, url="https://www.a.example/1"),
        cleaned(story + " too", "b", url="https://b.example/1"),
        cleaned("Unterhaltung.", "c", language="de", url="https://a.example/2"),
        cleaned("?!", "d", title=None, language=None),
    ]
    load(warehouse, *batch, rejected())
    load(warehouse, cleaned(story, "again", url="https://www.a.example/1"))
    stats = warehouse.stats()
    assert (stats.documents, stats.articles, stats.duplicates, stats.clusters) == (4, 2, 1, 1)
    assert stats.without_article == 1
    assert (stats.captures, stats.rejects, stats.runs) == (5, 1, 2)
    assert stats.words == 41
    assert (stats.blocks_kept, stats.blocks_removed) == (7, 4)
    assert stats.raw_bytes == sum(len(one.payload) for one in batch)
    assert stats.languages == (ValueCount("de", 1), ValueCount("en", 1))
    assert stats.sites == (ValueCount("a.example", 2),)
    assert stats.page_types == (ValueCount("other", 2),)
    assert stats.removals == (ReasonCount("share", 4, 4 * len("Share Tweet")),)


def test_the_pages_that_the_cleaners_are_least_sure_of_come_first(warehouse: Warehouse) -> None:
    doubt = ("it may be a list",)
    load(
        warehouse,
        cleaned("One.", "sure.txt", quality=0.9),
        cleaned("Two.", "unsure.txt", quality=0.5, notes=doubt),
        cleaned("Three.", "c.txt", url="https://example.org/list", quality=0.2, notes=doubt),
    )
    assert warehouse.stats().doubtful == (
        DoubtfulPage(3, "https://example.org/list", 0.2, doubt),
        DoubtfulPage(2, "unsure.txt", 0.5, doubt),
    )
