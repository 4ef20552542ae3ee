"""The order of pages, the batches, the runs and the workers decide nothing of what is known."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.runs.ingest import ingest
from flows.runs.jobs import IngestJob
from tests.benchmarks.stories import story as article
from tests.flows.conftest import story
from warehouse.opening import open_readonly

CLUSTERS = """
    SELECT d.sha256, c.sha256, d.similarity, d.first_seen, d.locator, d.text
    FROM documents AS d JOIN documents AS c ON c.id = d.cluster_id ORDER BY d.sha256
"""
REASONS = """
    SELECT d.sha256, b.position, b.reason, b.cleaner, b.detail FROM blocks AS b
    JOIN documents AS d ON d.id = b.document_id ORDER BY d.sha256, b.position
"""
CAPTION = "Residents of the town look at the harbour wall on Monday morning."
PAGES = 14

State = dict[str, list[tuple[object, ...]]]


def told() -> list[str]:
    """Two stories as papers print them, with captions and bodies said twice, and others alone."""
    pages = []
    for number in (1, 2):
        parts = story(number, paragraphs=10).split("\n\n")
        captioned = [parts[0], CAPTION, f"{CAPTION} Photo: Anna Lee", *parts[1:]]
        pages += [
            parts,
            parts[:7],
            captioned,
            [parts[0], *parts[1:4], *parts[1:]],
            [parts[0], *reversed(parts[1:])],
        ]
    pages += [story(number).split("\n\n") for number in (3, 4, 5)]
    pages.append([*article(0, "en").text.split("\n\n"), *pages[0][1:3]])
    return ["\n\n".join(part.strip() for part in page) + "\n" for page in pages]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("told")
    found = []
    for number, text in enumerate(told()):
        file = folder / f"{number:02}.txt"
        file.write_text(text, encoding="utf-8")
        # Some were captured in the same second: then the fuller one stands.
        os.utime(file, (1_700_000_000 + number % 3, 1_700_000_000 + number % 3))
        found.append(str(file))
    return found


def ingested(runs: Sequence[Sequence[str]], batch: int, jobs: int = 1) -> State:
    with TemporaryDirectory() as folder:
        db = str(Path(folder) / "any.db")
        for sources in runs:
            if sources:
                with patch("flows.runs.batches.PAGES_PER_BATCH", batch):
                    ingest(IngestJob(tuple(sources), db, jobs=jobs))
        with open_readonly(db) as warehouse:
            assert warehouse.check() == []
            return {query: list(warehouse.sql(query).rows) for query in (CLUSTERS, REASONS)}


@pytest.fixture(scope="module")
def expected(places: list[str]) -> State:
    return ingested([places], 64)


def test_the_pages_show_what_the_test_is_about(expected: State) -> None:
    canonicals = [canonical for _, canonical, *_ in expected[CLUSTERS]]
    sizes = sorted(canonicals.count(canonical) for canonical in set(canonicals))
    assert sizes == [1, 1, 1, 1, 5, 5]
    assert sum(reason == "repeated" for _, _, reason, *_ in expected[REASONS]) >= 4


@settings(max_examples=8)
@given(
    order=st.permutations(range(PAGES)),
    batch=st.sampled_from([1, 3, 5, 64]),
    cuts=st.lists(st.integers(0, PAGES), max_size=3).map(sorted),
)
def test_clusters_canonicals_and_reasons_are_the_same_in_any_order(
    places: list[str], expected: State, order: list[int], batch: int, cuts: list[int]
) -> None:
    shuffled = [places[n] for n in order]
    ends = [0, *cuts, PAGES]
    runs = [shuffled[start:end] for start, end in pairwise(ends)]
    # Pages that are seen again change nothing.
    assert ingested([*runs, shuffled[:3]], batch) == expected


def test_two_workers_leave_the_same_warehouse_as_one(places: list[str], expected: State) -> None:
    assert ingested([places[::-1]], 4, jobs=2) == expected
