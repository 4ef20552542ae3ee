"""Search finds the records that have all the words, and gives the best first."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from cleaners.model import PageType
from tests.warehouse.conftest import MORNING, cleaned, found_ids, load, words
from warehouse.errors import RequestError
from warehouse.model import Relation, RelationCounts
from warehouse.queries.filters import Filters
from warehouse.warehouse import Warehouse


def test_a_word_in_the_title_counts_more_than_one_in_the_text(warehouse: Warehouse) -> None:
    load(
        warehouse,
        cleaned("The harvest was good this year, they say.", title="Weather"),
        cleaned("They say that it was good this year.", title="Harvest"),
        cleaned("Nothing of the kind.", title="Sports"),
    )
    hits = warehouse.search("harvest")
    assert [hit.id for hit in hits] == [2, 1]
    assert hits[0].score > hits[1].score > 0


def test_a_hit_shows_where_the_words_stand(warehouse: Warehouse) -> None:
    text = words(50, 1) + " the Élysée palace " + words(50, 2)
    load(warehouse, cleaned(text, url="https://www.example.org/a", title="Paris"))
    (hit,) = warehouse.search("elysee")
    assert "\x02Élysée\x03 palace" in hit.snippet
    assert len(hit.snippet.split()) < 40
    assert (hit.title, hit.site, hit.url) == ("Paris", "example.org", "https://www.example.org/a")
    assert (hit.published, hit.language) == ("2024-05-01", "en")


def test_all_words_must_be_there_and_removed_blocks_are_not_searched(warehouse: Warehouse) -> None:
    load(warehouse, cleaned("red apples"), cleaned("green apples"))
    assert found_ids(warehouse, "apples green") == [2]
    assert found_ids(warehouse, "tweet") == []


def test_a_cluster_is_found_once_by_its_best_match(warehouse: Warehouse) -> None:
    text = words(60) + " zebra"
    load(warehouse, cleaned(text, "late"), cleaned(text + " too many", "early", at=MORNING))
    (hit,) = warehouse.search("zebra")
    assert (hit.id, hit.cluster_id, hit.duplicate_of, hit.relation) == (1, 2, 2, Relation.SAME)
    (hit,) = warehouse.search("zebra too")
    assert (hit.id, hit.duplicate_of, hit.more) == (2, None, RelationCounts(same=1))
    assert [hit.id for hit in warehouse.search("zebra", every=True)] == [1, 2]


def test_of_equal_matches_the_canonical_one_is_given(warehouse: Warehouse) -> None:
    text = words(60) + " zebra"
    load(
        warehouse,
        cleaned(text, "late", payload=b"1"),
        cleaned(text, "early", payload=b"2", at=MORNING),
    )
    assert found_ids(warehouse, "zebra") == [2]


def test_the_limit_counts_clusters(warehouse: Warehouse) -> None:
    copies = words(60, 1) + " zebra"
    load(
        warehouse,
        *(cleaned(copies, payload=bytes([n])) for n in range(120)),
        cleaned(words(80, 2) + " zebra"),
    )
    canonical, other = warehouse.search("zebra")
    assert (canonical.duplicate_of, other.id) == (None, 121)
    assert warehouse.search("zebra", 1)[0].more == RelationCounts(same=119)
    assert len(warehouse.search("zebra", 5, every=True)) == 5


def test_a_word_that_only_a_superseded_version_holds_is_found(warehouse: Warehouse) -> None:
    text = words(60)
    load(
        warehouse,
        cleaned(text + " zebra", url="https://example.org/live", at=MORNING),
        cleaned(text + " giraffe", url="https://example.org/live?utm_source=feed"),
    )
    (hit,) = warehouse.search("zebra")
    assert (hit.id, hit.duplicate_of, hit.relation) == (1, 2, Relation.VERSION)
    (hit,) = warehouse.search("giraffe")
    assert (hit.id, hit.more) == (2, RelationCounts(version=1))


def test_a_word_that_only_an_excerpt_holds_is_found(warehouse: Warehouse) -> None:
    whole = words(100)
    load(warehouse, cleaned(whole), cleaned(" ".join(whole.split()[:60]) + " zebra"))
    (hit,) = warehouse.search("zebra")
    assert (hit.id, hit.duplicate_of, hit.relation) == (2, 1, Relation.EXCERPT)


def test_the_limit_is_kept_and_the_order_is_settled(warehouse: Warehouse) -> None:
    load(warehouse, *(cleaned(f"zebra {n}") for n in range(5)))
    assert [hit.id for hit in warehouse.search("zebra", 3)] == [1, 2, 3]


def test_words_in_double_quotes_are_a_phrase(warehouse: Warehouse) -> None:
    load(warehouse, cleaned("the tour boat was full"), cleaned("a boat on a tour, full of men"))
    assert found_ids(warehouse, '"tour boat"') == [1]
    assert found_ids(warehouse, 'full "tour boat" was') == [1]
    assert found_ids(warehouse, 'tour "boat') == [1, 2]
    assert found_ids(warehouse, '"" boat') == [1, 2]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("NOT", [1]),
        ("AND OR NEAR(", []),
        ('"', []),
        ('say "so"', [1]),
        ("title:cats", []),
        ("cats*", []),
        ("cat*", [1]),
        ("covi* th*", [1]),
        ('"so covi*"', [1]),
        ("*", []),
        ("*cat", [1]),
        ("covid-19", [1]),
        ("19-covid", []),
        ("^not (cat)", [1]),
        ("'; DROP TABLE document; --", []),
        ("it's", [1]),
        ("{title text} : cat", []),
        ("not\0cat", [1]),
        ("", []),
        ("   ", []),
        ("!!! —", []),
        ("cat !!!", [1]),
        ("%", []),
        ("\ud800", []),
    ],
)
def test_query_syntax_is_taken_for_words(
    warehouse: Warehouse, query: str, found: list[int]
) -> None:
    load(warehouse, cleaned("It's not a cat, they say so; covid-19."), cleaned("Another."))
    assert found_ids(warehouse, query) == found
    assert warehouse.check() == []


def test_a_search_by_sql_needs_no_function_of_ours(warehouse: Warehouse) -> None:
    """Other programs read the warehouse too."""
    load(warehouse, cleaned("an avalanche in the valley"))
    found = "SELECT rowid FROM article_search WHERE article_search MATCH 'avalanche'"
    db = sqlite3.connect(warehouse.path)
    assert db.execute(found).fetchall() == [(1,)]
    assert db.execute("SELECT count(*) FROM articles WHERE text LIKE '%valley%'").fetchone() == (1,)
    db.close()


@pytest.mark.parametrize("few", [0, 5_000])
@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), [1, 2, 3]),
        (Filters(languages=("EN",)), [1]),
        (Filters(languages=("en", "de")), [1, 2]),
        (Filters(sites=("example.org",)), [1, 2]),
        (Filters(sites=("www.news.example.org",)), [2]),
        (Filters(sites=("ample.org",)), []),
        (Filters(since="2024-05-02"), [2, 3]),
        (Filters(since="2024-06"), [2]),
        (Filters(until="2024-05"), [1, 3]),
        (Filters(until="2024"), [1, 2, 3]),
        (Filters(since="2024-05-01", until="2024-05-01"), [1]),
        (Filters(quality=0.5), [1, 2]),
        (Filters(quality=0.5, languages=("de",)), [2]),
        (Filters(page_types=("forum",)), [2]),
        (Filters(page_types=("forum", "other")), [1, 2, 3]),
    ],
)
def test_only_records_that_fit_are_found(
    warehouse: Warehouse,
    filters: Filters,
    found: list[int],
    few: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("warehouse.queries.search._FEW", few)
    load(
        warehouse,
        cleaned("zebra one", url="https://www.example.org/a", quality=0.9),
        cleaned(
            *("zebra two", "b.txt"),
            url="https://news.example.org/b",
            language="de",
            published="2024-06-03",
            quality=0.5,
            page_type=PageType.FORUM,
        ),
        # Of a page without a date, the day on which it was first seen counts.
        cleaned(
            *("zebra three", "c.txt"),
            at="2024-05-09T08:00:00Z",
            language=None,
            published=None,
            quality=0.4,
        ),
    )
    assert sorted(hit.id for hit in warehouse.search("zebra", filters=filters)) == found
    assert len(warehouse.search("zebra", 1, filters=filters)) == min(1, len(found))


@pytest.mark.parametrize("wrong", [{"since": "May"}, {"until": "1/2/2024"}, {"quality": 7.0}])
def test_a_filter_that_means_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(RequestError):
        Filters(**wrong)
