"""Strings that no block refers to any more are counted, and deleted by maintenance."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cleaners.model import Block, Kind, Removal
from cleaners.reasons import Reason
from tests.warehouse.conftest import cleaned, load, page, rows, signed, words
from warehouse.model import Recleaned
from warehouse.opening import open_warehouse
from warehouse.records import unused_strings
from warehouse.warehouse import Warehouse


def replace(warehouse: Warehouse, name: str) -> None:
    """Replace the record of document 1 by one with removed blocks in elements of this name."""
    made = page(words(60))
    gone = Removal(Reason.RELATED, "vocabulary", f"the word {name}", 0.8)
    blocks = [Block(f"See {name}", Kind.LIST_ITEM, gone, f"body/{name}")] * 2
    other = page(words(60), title=name)
    made = type(made)(
        made.media_type, made.encoding, made.encoding_source, (*other.blocks, *blocks), title=name
    )
    warehouse.replace_records(warehouse.begin_run("reclean"), [Recleaned(1, made, signed(made))])


@pytest.fixture
def replaced(warehouse: Warehouse) -> Warehouse:
    load(warehouse, cleaned(words(60)))
    replace(warehouse, "aside")
    replace(warehouse, "nav")
    return warehouse


def test_maintenance_deletes_what_no_block_refers_to(replaced: Warehouse) -> None:
    blocks = rows(replaced, "SELECT * FROM blocks")
    # A path, a text that two blocks had, and a removal.
    assert replaced.unused_strings() == 3
    assert replaced.check() == []
    replaced.optimise()
    assert replaced.unused_strings() == 0
    assert rows(replaced, "SELECT * FROM blocks") == blocks
    assert replaced.check() == []
    replace(replaced, "aside")
    assert rows(replaced, "SELECT count(*) FROM blocks WHERE detail = 'the word aside'") == [(2,)]


def test_a_string_that_another_process_takes_up_meanwhile_stays(
    path: Path, replaced: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unused_strings, "_STEP", 1)
    real = unused_strings.transaction

    def after_another(db: sqlite3.Connection) -> object:
        with open_warehouse(path) as other:
            replace(other, "aside")
        return real(db)

    monkeypatch.setattr(unused_strings, "transaction", after_another)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("INSERT INTO block_string (digest, text) VALUES (1, 'body/nowhere')")
        unused_strings.delete_unused_strings(db)
        # What nobody took up is deleted all the same.
        assert db.execute("SELECT * FROM block_string WHERE digest = 1").fetchall() == []
    assert rows(replaced, "SELECT count(*) FROM blocks WHERE detail = 'the word aside'") == [(2,)]
    assert replaced.check() == []
