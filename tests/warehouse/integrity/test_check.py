"""The check finds every kind of damage that was planted, and none in a sound warehouse."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest
from zstandard import ZstdCompressor

from tests.warehouse.conftest import EVENING, MORNING, cleaned, edited, load, rows, words
from warehouse import Warehouse, open_readonly, open_warehouse
from warehouse.integrity.records import REFERENCES


@pytest.fixture
def damaged(path: Path) -> Path:
    """A sound warehouse with a cluster of three, for tests to damage."""
    story = words(100)
    with open_warehouse(path) as warehouse:
        load(
            warehouse,
            cleaned(story, "a", at=MORNING),
            cleaned(edited(story, 0.1), "b"),
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
    found = plant(damaged, "UPDATE block SET position = 7 WHERE document_id = 1 AND position = 2")
    assert found == [("the blocks aren't numbered without a gap", "document 1")]


def test_a_document_never_seen_or_seen_at_another_time_is_found(damaged: Path) -> None:
    found = plant(
        damaged,
        "DELETE FROM capture WHERE document_id = 4",
        "UPDATE document SET first_seen = '2020-01-01T00:00:00Z' WHERE id = 1",
    )
    assert ("no capture is recorded", "document 4") in found
    assert any("2020-01-01" in what and where == "document 1" for what, where in found)


def test_an_orphan_band_is_found(damaged: Path) -> None:
    found = plant(damaged, "INSERT INTO band (key, wording_id) VALUES (12345, 99)")
    assert found == [("the index has bands of a text that isn't there", "wording 99")]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM band WHERE rowid_of_one",
        "INSERT INTO band (key, wording_id) VALUES (12345, 2)",
        "UPDATE band SET key = 12345 WHERE wording_id = 2 AND key ="
        " (SELECT min(key) FROM band WHERE wording_id = 2)",
    ],
)
def test_bands_that_do_not_fit_their_signature_are_found(damaged: Path, statement: str) -> None:
    one = "wording_id = 2 AND key = (SELECT max(key) FROM band WHERE wording_id = 2)"
    found = plant(damaged, statement.replace("rowid_of_one", one))
    assert found == [("the index doesn't have the bands of the signature", "wording 2")]


def test_a_wording_without_bands_or_documents_is_found(damaged: Path) -> None:
    found = plant(
        damaged,
        "DELETE FROM band WHERE wording_id = 4",
        "UPDATE document SET wording_id = NULL WHERE id = 4",
    )
    assert ("the index has no bands of this", "wording 4") in found
    assert ("no document has this text", "wording 4") in found


def test_a_full_text_index_that_does_not_fit_the_texts_is_found(damaged: Path) -> None:
    found = plant(
        damaged, "UPDATE block SET text = 'Other.' WHERE document_id = 5 AND position = 1"
    )
    assert found == [("the full-text index doesn't fit the texts", "article_search")]


def test_the_wrong_document_standing_for_a_cluster_is_found(damaged: Path) -> None:
    found = plant(damaged, "UPDATE wording SET cluster_id = 2 WHERE cluster_id = 1")
    assert found[0] == (
        "document 2 stands for a cluster that document 1 should stand for",
        "cluster 2",
    )


def test_a_cluster_that_nothing_holds_together_is_found(damaged: Path) -> None:
    found = plant(damaged, "DELETE FROM link")
    what = "nothing links this to the rest of cluster 1"
    assert found == [(what, "wording 2"), (what, "wording 3")]


def test_a_link_across_clusters_is_found(damaged: Path) -> None:
    found = plant(damaged, "INSERT INTO link VALUES (1, 4, 0.9, 0.9)")
    assert found == [("a link joins two clusters", "wordings 1 and 4")]


def test_pages_of_the_file_that_were_overwritten_are_found(damaged: Path) -> None:
    content = bytearray(damaged.read_bytes())
    db = sqlite3.connect(damaged)
    (root,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'block'").fetchone()
    db.close()
    content[(root - 1) * 4096 : root * 4096] = hashlib.sha256(b"noise").digest() * 128
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
