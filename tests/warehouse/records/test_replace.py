"""What an older version cleaned can be cleaned again, in place."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from tests.warehouse.conftest import cleaned, load, page, rows, signed, words
from warehouse.errors import WarehouseError
from warehouse.model import PageKey, Recleaned, Rejected, Stored, Verdict
from warehouse.sqlite.transaction import transaction
from warehouse.warehouse import Warehouse


@pytest.fixture
def newer() -> Iterator[int]:
    """The cleaners are of a newer version than what is stored."""
    with patch("cleaners.VERSION", 1000):
        yield 1000


def again(document: int, text: str, **facts: object) -> Recleaned:
    made = page(text, **facts)  # type: ignore[arg-type]
    return Recleaned(document, made, signed(made))


def test_outdated_pages_come_in_pieces_with_all_that_cleaning_needs(warehouse: Warehouse) -> None:
    batch = [cleaned(f"Text {n}.", f"{n}.txt", url=f"https://example.org/{n}") for n in range(5)]
    load(warehouse, *batch)
    first = warehouse.outdated_pages(1000, None, after_id=0, limit=3)
    rest = warehouse.outdated_pages(1000, None, after_id=first[-1].document_id, limit=3)
    assert [one.document_id for one in first + rest] == [1, 2, 3, 4, 5]
    assert all(isinstance(one, Stored) for one in first + rest)
    assert [one.payload for one in first + rest] == [one.payload for one in batch]
    assert rest[-1].key == PageKey(batch[-1].capture.key.sha256, batch[-1].page.media_type)
    assert (rest[-1].url, rest[-1].locator) == ("https://example.org/4", "4.txt")


def test_what_was_cleaned_again_is_outdated_no_more(warehouse: Warehouse, newer: int) -> None:
    with patch("cleaners.VERSION", 1):
        load(warehouse, cleaned("One."), cleaned("Two."))
    warehouse.replace_records(warehouse.begin_run("reclean"), [again(1, "One.")])
    assert [one.document_id for one in warehouse.outdated_pages(newer, None, 0, 10)] == [2]
    assert rows(warehouse, "SELECT cleaner_version FROM documents") == [(1000,), (1,)]


def test_a_changed_record_takes_the_place_of_the_old_one(warehouse: Warehouse, newer: int) -> None:
    load(warehouse, cleaned("Share this zebra.\n\nBody.", "a.txt"), cleaned("Other."))
    run = warehouse.begin_run("reclean")
    changed, same = warehouse.replace_records(
        run, [again(1, "Body with a giraffe.", title="New"), again(2, "Other.")]
    )
    assert (changed.verdict, same.verdict) == (Verdict.ADDED, Verdict.UNCHANGED)
    assert (changed.locator, changed.title, changed.n_words) == ("a.txt", "New", 4)
    record = warehouse.record(1)
    assert record is not None
    assert (record.title, record.text) == ("New", "Body with a giraffe.")
    assert rows(warehouse, f"SELECT seen, added, unchanged FROM runs WHERE id = {run}") == [
        (2, 1, 1)
    ]


def test_search_finds_the_new_text_and_not_the_old(warehouse: Warehouse, newer: int) -> None:
    load(warehouse, cleaned("A zebra.\n\nBody.", title="Stripes"), cleaned("A horse."))
    warehouse.replace_records(
        warehouse.begin_run("reclean"), [again(1, "A giraffe.", title="Spots")]
    )
    found = {word: [hit.id for hit in warehouse.search(word)] for word in ("zebra", "stripes")}
    assert found == {"zebra": [], "stripes": []}
    assert [hit.id for hit in warehouse.search("spots giraffe")] == [1]
    assert [hit.id for hit in warehouse.search("horse")] == [2]
    assert warehouse.check() == []


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("UPDATE raw SET bytes = x'00112233' WHERE id = 2", "can't be decompressed"),
        (
            "UPDATE raw SET bytes = substr((SELECT bytes FROM raw WHERE id = 1), 1, 9)"
            " WHERE id = 2",
            "can't be decompressed",
        ),
        ("UPDATE raw SET pack_id = 7 WHERE id = 2", "missing"),
        ("UPDATE raw SET pack_start = pack_start + 1 WHERE id = 2", "SHA-256"),
        ("UPDATE raw SET pack_start = 1 << 60 WHERE id = 2", "SHA-256"),
        # A frame that says it holds 2^62 bytes.
        (
            "UPDATE raw SET bytes = x'28b52ffde00000000000000040010000' WHERE id = 2",
            "SHA-256",
        ),
        (
            "UPDATE raw SET bytes = (SELECT bytes FROM raw WHERE id = 1),"
            " size = (SELECT size FROM raw WHERE id = 1), pack_start = 0 WHERE id = 2",
            "SHA-256",
        ),
        ("DELETE FROM raw WHERE id = 2", "missing"),
    ],
)
def test_what_has_damaged_bytes_comes_among_the_outdated_and_says_so(
    warehouse: Warehouse, damage: str, message: str
) -> None:
    load(warehouse, *(cleaned(f"Text of page {n}.", f"{n}.txt") for n in range(3)))
    warehouse._db.execute("PRAGMA foreign_keys = OFF")
    warehouse._db.execute(damage)
    found = warehouse.outdated_pages(1000, None, 0, 10)
    assert [one.document_id for one in found] == [1, 2, 3]
    assert [isinstance(one, Rejected) for one in found] == [False, True, False]
    assert found[1].locator == "1.txt"
    assert message in found[1].message
    with pytest.raises(WarehouseError, match="are damaged: run"):
        warehouse.raw(2)


def test_what_can_not_be_cleaned_again_is_entered_with_the_batch(
    warehouse: Warehouse, newer: int
) -> None:
    load(warehouse, cleaned("One."), cleaned("Two."))
    run = warehouse.begin_run("reclean")
    reject = Rejected("b.txt", None, "read", "DamagedBytes", "the raw bytes are missing")
    one, other = warehouse.replace_records(run, [again(1, "One.")], [reject])
    assert (one.verdict, other.verdict) == (Verdict.UNCHANGED, Verdict.REJECTED)
    assert (other.locator, other.error) == ("b.txt", "DamagedBytes")
    assert rows(warehouse, f"SELECT seen, unchanged, rejected FROM runs WHERE id = {run}") == [
        (2, 1, 1)
    ]
    assert rows(warehouse, "SELECT locator, stage, run_id FROM rejects") == [("b.txt", "read", run)]


def test_a_record_of_another_quality_is_a_changed_one(warehouse: Warehouse, newer: int) -> None:
    load(warehouse, cleaned("One."), cleaned("Two.", quality=0.25, notes=("short",)))
    run = warehouse.begin_run("reclean")
    one, two = warehouse.replace_records(
        run,
        [
            again(1, "One.", quality=0.5, notes=("doubtful",)),
            again(2, "Two.", quality=0.25, notes=("short",)),
        ],
    )
    assert (one.verdict, two.verdict) == (Verdict.ADDED, Verdict.UNCHANGED)
    record = warehouse.record(1)
    assert record is not None
    assert (record.quality, record.notes) == (0.5, ("doubtful",))
    assert warehouse.check() == []


def test_a_record_of_unknown_disagreement_gets_it_without_a_change(
    warehouse: Warehouse, newer: int
) -> None:
    load(warehouse, cleaned("One."), cleaned("Two."))
    with transaction(warehouse._db):
        warehouse._db.execute("UPDATE document SET disagreement = NULL WHERE id = 1")
    again_with = [
        again(number, text, disagreement=0.25) for number, text in ((1, "One."), (2, "Two."))
    ]
    assert warehouse.differing_records(again_with) == {2: "disagreement"}
    one, two = warehouse.replace_records(warehouse.begin_run("reclean"), again_with)
    assert (one.verdict, two.verdict) == (Verdict.UNCHANGED, Verdict.ADDED)
    known = rows(warehouse, "SELECT disagreement FROM quality ORDER BY document_id")
    assert known == [(0.25,), (0.25,)]
    assert warehouse.check() == []


def test_a_reload_that_fails_changes_nothing(warehouse: Warehouse, newer: int) -> None:
    load(warehouse, cleaned(words(50)))
    with pytest.raises(WarehouseError, match="there is no document 9"):
        warehouse.replace_records(
            warehouse.begin_run("reclean"), [again(1, "New."), again(9, "New.")]
        )
    record = warehouse.record(1)
    assert record is not None
    assert record.text == words(50)
    assert warehouse.check() == []
