"""The band index holds what was added and not removed, wherever its rows are."""

from __future__ import annotations

import random
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing

import pytest

from warehouse.dedup import band_storage
from warehouse.dedup.band_index import (
    add_to_index,
    holders_of,
    is_common,
    remove_from_index,
    texts_missing,
)
from warehouse.dedup.parameters import MAX_TEXTS_PER_BAND
from warehouse.schema.objects import expected_objects


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as found:
        for one in expected_objects():
            if one.name in band_storage.BAND_TABLES:
                found.execute(one.sql)
        yield found


def assert_holds(db: sqlite3.Connection, texts: dict[int, set[int]], absent: int) -> None:
    """The index has exactly the keys of these texts."""
    holders: dict[int, set[int]] = defaultdict(set)
    for text, keys in texts.items():
        for key in keys:
            holders[key].add(text)
    found = holders_of(db, [*holders, absent])
    assert found.pop(absent) == []
    for key, some in found.items():
        if len(holders[key]) > MAX_TEXTS_PER_BAND:
            assert is_common(some)
            assert holders[key].issuperset(some)
        else:
            assert some == sorted(holders[key])
    assert band_storage.count(db) == sum(map(len, texts.values()))
    assert texts_missing(db, texts) == []


@pytest.mark.parametrize("turn", [16, 100])
@pytest.mark.parametrize("bucket", [8, 128])
@pytest.mark.parametrize("first_id", [1, (1 << 24) - 700, 1 << 31])
def test_the_index_holds_what_was_added_and_not_removed(
    db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, turn: int, bucket: int, first_id: int
) -> None:
    monkeypatch.setattr(band_storage, "ENTRIES_PER_TURN", turn)
    monkeypatch.setattr(band_storage, "_ENTRIES_PER_BUCKET", bucket)
    source = random.Random(turn + bucket)
    absent, *shared = (source.randrange(1 << 32) for _ in range(4))
    texts: dict[int, set[int]] = {}
    for step in range(60):
        if texts and source.random() < 0.3:
            gone = source.sample(sorted(texts), min(len(texts), source.randrange(1, 90)))
            remove_from_index(db, {text: texts.pop(text) for text in gone})
        else:
            following = max(texts, default=first_id - 1) + 1
            new = {
                text: {source.randrange(1 << 32), source.choice(shared)}
                for text in range(following, following + source.randrange(1, 60))
            }
            add_to_index(db, new)
            texts |= new
        if step % 10 == 9:
            assert_holds(db, texts, absent)
    remove_from_index(db, texts)
    assert_holds(db, {}, absent)
    assert texts_missing(db, {7: {absent}}) == [7]


def test_a_key_that_thousands_of_texts_have_takes_few_of_them_in_a_bucket(
    db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(band_storage, "ENTRIES_PER_TURN", 16)
    add_to_index(db, {text: {5} for text in range(1, 3001)})
    (size,) = db.execute("SELECT max(length(entries)) FROM band_pack").fetchone()
    assert size <= 6 * (MAX_TEXTS_PER_BAND + 1)
    assert is_common(holders_of(db, [5])[5])
    remove_from_index(db, {text: {5} for text in range(1, 2900)})
    assert holders_of(db, [5])[5] == [*range(2900, 3001)]


def test_buckets_are_divided_as_the_index_grows(
    db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(band_storage, "_ENTRIES_PER_BUCKET", 16)
    source = random.Random(1)
    sizes = []
    for first in (1, 2001):
        texts = {
            text: {source.randrange(1 << 32) for _ in range(32)}
            for text in range(first, first + 2000 * (1 + first // 1000))
        }
        add_to_index(db, texts)
        sizes += db.execute("SELECT count(*), avg(length(entries)) / 6 FROM band_pack")
    (few, before), (many, after) = sizes
    assert many > 2 * few
    assert 8 <= before <= 16
    assert 8 <= after <= 16
