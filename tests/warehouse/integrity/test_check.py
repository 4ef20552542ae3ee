"""The check finds every kind of damage that was planted, and none in a sound warehouse."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest
from zstandard import ZstdCompressor

from tests.warehouse.band_entries import add_band, change_band, remove_bands
from tests.warehouse.conftest import EVENING, MORNING, cleaned, load, rows, words
from warehouse.dedup.bands import BANDS
from warehouse.integrity.records import REFERENCES
from warehouse.opening import open_readonly, open_warehouse
from warehouse.warehouse import Warehouse


@pytest.fixture
def damaged(path: Path) -> Path:
    """A sound warehouse with a cluster of three, for tests to damage."""
    story = words(100)
    with open_warehouse(path) as warehouse:
        load(
            warehouse,
            cleaned(story, "a", at=MORNING),
            cleaned(f"{words(10, 7)} {story}", "b"),
            cleaned(story + " more", "c", at=EVENING),
            cleaned(words(100, 5), "alone"),
            cleaned("Short.", "short"),
        )
        assert warehouse.check() == []
    return path


def plant(path: Path, *statements: str, values: tuple[object, ...] = ()) -> list[tuple[str, str]]:
    """Run statements that no program of ours would, and check."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA ignore_check_constraints = ON")
    for statement in statements:
        db.execute(statement, values)
    db.close()
    with open_readonly(path) as warehouse:
        readonly = warehouse.check()
    with open_warehouse(path) as warehouse:
        problems = warehouse.check()
    assert problems == readonly
    assert all(problem.remedy for problem in problems)
    return [(problem.what, problem.where) for problem in problems]


def test_a_new_warehouse_is_sound(warehouse: Warehouse) -> None:
    assert warehouse.check() == []


def test_missing_raw_bytes_are_found(damaged: Path) -> None:
    found = plant(damaged, "DELETE FROM raw WHERE id = 2")
    assert found == [("the raw bytes are missing", "document 2")]


def test_raw_bytes_that_cannot_be_decompressed_are_found(damaged: Path) -> None:
    ((what, where),) = plant(damaged, "UPDATE raw SET bytes = x'00112233' WHERE id = 3")
    assert ("can't be decompressed" in what, where) == (True, "document 3")


def test_raw_bytes_that_are_others_are_found(damaged: Path) -> None:
    other = ZstdCompressor().compress(b"other bytes")
    found = plant(damaged, "UPDATE raw SET bytes = ? WHERE id = 3", values=(other,))
    assert found == [("the raw bytes don't have the SHA-256 recorded", "document 3")]


def test_a_gap_between_blocks_is_found(damaged: Path) -> None:
    found = plant(damaged, "UPDATE block SET id = (1 << 20) + 7 WHERE id = (1 << 20) + 2")
    assert found == [("the blocks aren't numbered without a gap", "document 1")]


def test_a_document_never_seen_or_seen_at_another_time_is_found(damaged: Path) -> None:
    found = plant(
        damaged,
        "DELETE FROM capture WHERE document_id = 4",
        "UPDATE document SET first_seen = '2020-01-01T00:00:00Z' WHERE id = 1",
    )
    assert ("no capture is recorded", "document 4") in found
    assert any("2020-01-01" in what and where == "document 1" for what, where in found)


def test_a_band_that_no_signature_has_is_found(damaged: Path) -> None:
    found = plant(damaged, add_band(99, 12345))
    assert found == [("the index has bands that no signature has", "1 bands")]


@pytest.mark.parametrize("statement", [remove_bands(4), change_band(4, 12345)])
def test_bands_that_do_not_fit_their_signature_are_found(damaged: Path, statement: str) -> None:
    found = plant(damaged, statement)
    assert found == [("the index doesn't have the bands of the signature", "text 4")]


def test_a_text_without_bands_or_documents_is_found(damaged: Path) -> None:
    found = plant(
        damaged,
        remove_bands(4, BANDS),
        "UPDATE document SET text_id = NULL WHERE id = 4",
    )
    assert ("the index doesn't have the bands of the signature", "text 4") in found
    assert ("no document has this text", "text 4") in found


def test_a_full_text_index_that_does_not_fit_the_texts_is_found(damaged: Path) -> None:
    found = plant(damaged, "UPDATE block SET text = 'Other.' WHERE id = (5 << 20) + 1")
    assert found == [("the full-text index doesn't fit the texts", "article_search")]


def test_a_folded_text_that_is_not_that_of_the_page_is_found(damaged: Path) -> None:
    found = plant(
        damaged,
        "UPDATE block SET folded = 'Other.' WHERE id = (5 << 20) + 1",
        "INSERT INTO article_search (article_search) VALUES ('rebuild')",
    )
    assert found == [("the text to search isn't the text of the page", "document 5")]


_PLACE = "the text's place in its cluster isn't the right one"


def test_the_wrong_canonical_text_is_found(damaged: Path) -> None:
    found = plant(
        damaged,
        "UPDATE distinct_text SET canonical_id = 2, relation = NULL WHERE id = 2",
        "UPDATE distinct_text SET canonical_id = 2, relation = 'same' WHERE id = 1",
    )
    assert found[:2] == [(_PLACE, "text 1"), (_PLACE, "text 2")]


def test_members_without_a_pair_are_found(damaged: Path) -> None:
    found = plant(damaged, "DELETE FROM duplicate_pair")
    assert found == [(_PLACE, "text 2"), (_PLACE, "text 3")]


def test_a_pair_that_no_band_proposes_is_found(damaged: Path) -> None:
    found = plant(damaged, "INSERT INTO duplicate_pair VALUES (1, 4, 'same', 0.9, 0.9)")
    assert ("no band of the index proposes this pair", "texts 1 and 4") in found
    assert ("the relation recorded isn't that of the texts", "texts 1 and 4") in found


def test_pages_of_the_file_that_were_overwritten_are_found(damaged: Path) -> None:
    content = bytearray(damaged.read_bytes())
    db = sqlite3.connect(damaged)
    (root,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'block'").fetchone()
    (size,) = db.execute("PRAGMA page_size").fetchone()
    db.close()
    content[(root - 1) * size : root * size] = hashlib.sha256(b"noise").digest() * (size // 32)
    damaged.write_bytes(content)
    with open_readonly(damaged) as warehouse:
        problems = warehouse.check()
    assert {problem.what for problem in problems} == {"the file is damaged"}


def test_every_reference_of_the_schema_is_followed(warehouse: Warehouse) -> None:
    tables = rows(warehouse, "SELECT name FROM pragma_table_list WHERE schema = 'main'")
    declared = {
        (table, column, parent)
        for (table,) in tables
        for column, parent in rows(
            warehouse, f'SELECT "from", "table" FROM pragma_foreign_key_list(\'{table}\')'
        )
    }
    assert declared - {one[:3] for one in REFERENCES} == {("document", "raw_id", "raw")}


def test_checking_changes_nothing(damaged: Path) -> None:
    before = damaged.read_bytes()
    with open_readonly(damaged) as warehouse:
        assert warehouse.check() == []
    assert damaged.read_bytes() == before
