"""Clusters of near-duplicates are the same whatever the order, the batches and the runs."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.text.sketch import Text
from tests.warehouse.conftest import (
    EVENING,
    MORNING,
    NOON,
    cleaned,
    edited,
    load,
    page,
    rows,
    signed,
    words,
)
from warehouse import Cleaned, Recleaned, Verdict, Warehouse, open_warehouse
from warehouse.dedup.parameters import MIN_WORDS, is_near_duplicate
from warehouse.dedup.union_find import UnionFind

BY_HASH = """
    SELECT d.sha256, c.sha256, d.duplicate_of IS NULL, d.similarity, d.first_seen, d.locator
    FROM documents AS d JOIN documents AS c ON c.id = d.cluster_id ORDER BY d.sha256
"""


def corpus() -> list[Cleaned]:
    """Three stories with editions that drift apart, copies of one text, and pages on their own."""
    pages = []
    for story in range(3):
        text = words(200, story)
        for edition in range(5):
            at = (MORNING, NOON, EVENING)[(story + edition) % 3]
            pages.append(cleaned(text, f"{story}-{edition}.txt", at=at))
            text = edited(text, 0.09, 10 * story + edition) + " end" * edition
    copy = words(150, 77)
    pages += [
        cleaned(copy, f"copy-{n}.txt", at=at, payload=f"{copy} {n}".encode())
        for n, at in enumerate([NOON, MORNING, NOON, EVENING])
    ]
    pages += [cleaned(words(120, 100 + n), f"alone-{n}.txt") for n in range(4)]
    pages += [cleaned(f"Too short {n}.", f"short-{n}.txt") for n in range(2)]
    # As papers print a story: cut, under another lead, in another order, around other figures.
    told = [words(40, 500 + n) for n in range(6)]
    editions = [told, told[:4], [words(30, 600), *told[1:]], told[3:] + told[:3], told[:1]]
    pages += [
        cleaned("\n\n".join(some), f"told-{n}.txt", at=(NOON, MORNING, NOON)[n % 3])
        for n, some in enumerate(editions)
    ]
    pages.append(cleaned("\n\n".join([*told[:2], words(200, 700)]), "quoting.txt"))
    pages += [cleaned(report(n), f"report-{n}.txt") for n in range(4)]
    # The same bytes again, seen earlier than before: it may come to stand for its cluster.
    pages.append(cleaned(words(200, 1), "1-0-again.txt", at="2024-04-01T00:00:00Z"))
    return pages


def report(day: int) -> str:
    """One of many reports made from a template: the same words around other figures."""
    source = random.Random(day)
    return " ".join(
        f"{words(6, 800 + line)} {source.randrange(1000)} {words(6, 900 + line)}"
        for line in range(12)
    )


def ingested(pages: list[Cleaned], batch: int, path: Path) -> list[tuple[object, ...]]:
    """The clusters, by hash, after ingesting in batches, every second in a run of its own."""
    for start in range(0, len(pages), batch):
        with open_warehouse(path) as warehouse:
            load(warehouse, *pages[start : start + batch])
    with open_warehouse(path) as warehouse:
        assert warehouse.check() == []
        return rows(warehouse, BY_HASH)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    pages = corpus()
    return ingested(pages, len(pages), tmp_path_factory.mktemp("expected") / "all.db")


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(len(corpus()))), batch=st.sampled_from([1, 2, 5, 13, 64]))
def test_clusters_and_who_stands_for_them_do_not_depend_on_order_or_batches(
    expected: list[tuple[object, ...]], order: list[int], batch: int
) -> None:
    pages = corpus()
    with TemporaryDirectory() as folder:
        found = ingested([pages[n] for n in order], batch, Path(folder) / "shuffled.db")
    assert found == expected


def test_the_clusters_are_the_components_of_pairs_that_are_alike(
    expected: list[tuple[object, ...]],
) -> None:
    texts = {one.capture.key.sha256: one.page.text for one in corpus()}
    cut = {sha256: Text.of(text) for sha256, text in texts.items() if len(text.split()) > MIN_WORDS}
    groups, places = UnionFind(), {sha256: place for place, sha256 in enumerate(texts)}
    for a, ours in cut.items():
        for b, theirs in cut.items():
            if is_near_duplicate(ours.likeness(theirs)):
                groups.join(places[a], places[b])
    cluster = {str(sha256): canonical for sha256, canonical, *_ in expected}
    for a, b in combinations(cluster, 2):
        together = groups.root(places[a]) == groups.root(places[b])
        assert together == (cluster[a] == cluster[b])
    sizes = Counter(cluster.values()).values()
    assert sorted(sizes) == [1] * 12 + [4, 4, 5, 5, 5]


def test_what_is_cut_moved_or_led_otherwise_is_clustered_and_what_quotes_it_is_not(
    expected: list[tuple[object, ...]],
) -> None:
    cluster = {str(locator): canonical for _, canonical, *_, locator in expected}
    told = [cluster[f"told-{n}.txt"] for n in range(5)]
    assert len(set(told[:4])) == 1
    assert told[4] not in told[:4]
    assert cluster["quoting.txt"] not in told
    assert len({cluster[f"report-{n}.txt"] for n in range(4)}) == 4


def test_the_similarity_stored_is_the_exact_one_with_the_document_that_stands(
    expected: list[tuple[object, ...]],
) -> None:
    texts = {one.capture.key.sha256: Text.of(one.page.text) for one in corpus()}
    for sha256, canonical, stands, similarity, *_ in expected:
        exact = texts[str(sha256)].likeness(texts[str(canonical)]).jaccard
        assert similarity == (None if stands else exact)


def test_the_earliest_then_the_fuller_then_the_smaller_hash_stands(warehouse: Warehouse) -> None:
    text = words(100)
    load(warehouse, cleaned(text, "short.txt"))
    (longer,) = load(warehouse, cleaned(text + " and more", "longer.txt"))
    assert (longer.verdict, longer.canonical_for, longer.duplicate_of) == (
        Verdict.DUPLICATE,
        1,
        None,
    )
    assert rows(warehouse, "SELECT id, duplicate_of FROM documents") == [(1, 2), (2, None)]
    load(warehouse, cleaned(text + " late", "early.txt", at=MORNING))
    assert rows(warehouse, "SELECT id, duplicate_of FROM documents") == [
        (1, 3),
        (2, 3),
        (3, None),
    ]
    copies = [cleaned(words(99, 5), "x", payload=name) for name in (b"one", b"two", b"three")]
    load(warehouse, *copies)
    least = min(one.capture.key.sha256 for one in copies)
    assert rows(
        warehouse,
        "SELECT sha256, cluster_size FROM articles JOIN documents USING (id) WHERE id > 3",
    ) == [(least, 3)]


def test_a_duplicate_in_the_same_batch_is_reported_with_its_similarity(
    warehouse: Warehouse,
) -> None:
    text = words(100)
    first, second, other = load(
        warehouse, cleaned(text, at=MORNING), cleaned(text + " more", "b"), cleaned(words(100, 2))
    )
    assert [one.verdict for one in (first, second, other)] == [
        Verdict.ADDED,
        Verdict.DUPLICATE,
        Verdict.ADDED,
    ]
    assert (second.duplicate_of, second.canonical_for) == (1, None)
    assert second.similarity == Text.of(text).likeness(Text.of(text + " more")).jaccard


def test_a_page_between_two_clusters_makes_them_one(warehouse: Warehouse) -> None:
    first = words(200, 1)
    between = edited(first, 0.2)
    last = between.rsplit(" ", 40)[0] + " " + words(40, 8)
    assert Text.of(first).likeness(Text.of(last)).containment < 0.7
    load(warehouse, cleaned(first, "a", at=MORNING))
    load(warehouse, cleaned(last, "b"))
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(2,)]
    load(warehouse, cleaned(between, "c"))
    assert rows(warehouse, "SELECT DISTINCT cluster_id FROM documents") == [(1,)]
    assert warehouse.check() == []


def test_short_pages_are_never_duplicates(warehouse: Warehouse) -> None:
    text = words(19)
    load(warehouse, cleaned(text, payload=b"a"), cleaned(text, payload=b"b"))
    assert rows(warehouse, "SELECT duplicate_of FROM documents") == [(None,), (None,)]


def test_copies_of_one_text_take_one_entry_in_the_index(warehouse: Warehouse) -> None:
    load(warehouse, *(cleaned(words(80), f"{n}", payload=b"%d" % n) for n in range(20)))
    assert rows(warehouse, "SELECT count(*) FROM wording") == [(1,)]
    assert rows(warehouse, "SELECT count(*) FROM band") == [(16,)]
    assert rows(warehouse, "SELECT cluster_size FROM articles") == [(20,)]


def test_a_batch_takes_as_many_statements_in_a_full_warehouse_as_in_an_empty_one(
    warehouse: Warehouse,
) -> None:
    def statements(seed: int) -> int:
        seen: list[str] = []
        warehouse._db.set_trace_callback(
            lambda sql: seen.append(sql) if sql.lstrip().startswith("SELECT") else None
        )
        load(
            warehouse, *(cleaned(edited(words(80), 0.1, n), f"{n}") for n in range(seed, seed + 8))
        )
        warehouse._db.set_trace_callback(None)
        return len([sql for sql in seen if "article_search" not in sql and "%_" not in sql])

    assert statements(0) == statements(100) == statements(200)


def test_a_band_of_too_many_clusters_is_a_template_s_and_proposes_nothing(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.dedup.band_index.MAX_CLUSTERS_PER_BAND", 5)
    template = words(60, 1)
    pages = [cleaned(f"{template}\n\n{words(60, 100 + n)}", f"{n}") for n in range(12)]
    for start in range(0, 12, 3):
        load(warehouse, *pages[start : start + 3])
    assert rows(warehouse, "SELECT count(*) > 0 FROM band WHERE wording_id = 0") == [(1,)]
    held = "SELECT max(held) FROM (SELECT count(*) AS held FROM band GROUP BY key)"
    assert rows(warehouse, held)[0][0] <= 5
    assert warehouse.check() == []
    # What is not the template's still finds a copy, and a page can be cleaned again.
    (copy,) = load(warehouse, cleaned(pages[3].page.text + " and more", "copy"))
    assert copy.canonical_for == 4
    recleaned(warehouse, {5: pages[5].page.text, 6: words(80, 300)})
    assert rows(warehouse, "SELECT cluster_id FROM documents WHERE id = 5") == [(5,)]


def test_pages_of_other_figures_are_not_compared_word_by_word(warehouse: Warehouse) -> None:
    load(warehouse, *(cleaned(report(n), f"{n}") for n in range(5)))
    with patch("cleaners.text.sketch.Text.likeness") as likeness:
        load(warehouse, cleaned(report(9), "9"))
    likeness.assert_not_called()


def recleaned(warehouse: Warehouse, texts: dict[int, str]) -> None:
    batch = [Recleaned(n, made := page(text), signed(made)) for n, text in texts.items()]
    with patch("cleaners.VERSION", 2):
        warehouse.replace_records(warehouse.begin_run("reclean"), batch)
    assert warehouse.check() == []


def test_a_cluster_falls_apart_when_what_joined_it_reads_differently(warehouse: Warehouse) -> None:
    first = words(200, 1)
    between = edited(first, 0.2)
    last = between.rsplit(" ", 40)[0] + " " + words(40, 8)
    load(warehouse, cleaned(first, "a"), cleaned(between, "b", at=MORNING), cleaned(last, "c"))
    assert rows(warehouse, "SELECT DISTINCT cluster_id FROM documents") == [(2,)]
    recleaned(warehouse, {2: words(90, 40)})
    assert rows(warehouse, "SELECT id, cluster_id FROM documents") == [(1, 1), (2, 2), (3, 3)]
    recleaned(warehouse, {2: between})
    assert rows(warehouse, "SELECT DISTINCT cluster_id FROM documents") == [(2,)]
    recleaned(warehouse, {2: "Now it is too short."})
    assert rows(warehouse, "SELECT id, cluster_id FROM documents") == [(1, 1), (2, 2), (3, 3)]


@pytest.mark.parametrize("seed", range(6))
def test_cleaning_again_ends_where_cleaning_so_at_first_would_have(
    tmp_path: Path, expected: list[tuple[object, ...]], seed: int
) -> None:
    source = random.Random(seed)
    pages = {one.capture.key.sha256: one for one in reversed(corpus())}
    chosen = list(pages.values())
    wrong = [
        cleaned(
            source.choice([words(150, 3), words(60, 900 + n), one.page.text, "Short."]),
            one.capture.locator,
            at=one.capture.captured_at,
            payload=one.payload,
        )
        for n, one in enumerate(chosen)
    ]
    with open_warehouse(tmp_path / "again.db") as warehouse:
        load(warehouse, *wrong)
        load(warehouse, *corpus())
        order = list(range(1, len(chosen) + 1))
        source.shuffle(order)
        for start in range(0, len(order), 7):
            recleaned(warehouse, {n: chosen[n - 1].page.text for n in order[start : start + 7]})
        assert rows(warehouse, BY_HASH) == expected
