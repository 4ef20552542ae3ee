"""The indexes whose rows move from a small table to a large one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.warehouse.conftest import cleaned, load, rows, words
from warehouse.dedup import band_storage
from warehouse.model import Cleaned
from warehouse.warehouse import Warehouse


def story(number: int, locator: str = "") -> Cleaned:
    text = f"{words(40, number)}\n\n{words(40, number + 10_000)}"
    return cleaned(
        text, locator or f"{number}.txt", url=f"https://{number % 3}.example.org/{number}"
    )


def count(warehouse: Warehouse, table: str) -> int:
    ((found,),) = rows(warehouse, f"SELECT count(*) FROM {table}")
    assert isinstance(found, int)
    return found


def n_bands(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return band_storage.count(db)


def test_rows_move_to_the_large_tables_as_pages_come(path: Path, warehouse: Warehouse) -> None:
    few = 20
    load(warehouse, *map(story, range(few)))
    assert (count(warehouse, "band_pack"), count(warehouse, "merged_site_block")) == (0, 0)
    load(warehouse, *map(story, range(few, 700)))
    assert count(warehouse, "band_pack") > 0
    moved = count(warehouse, "merged_site_block")
    assert moved > 0
    assert moved + count(warehouse, "site_block") == count(warehouse, "every_site_block")
    assert n_bands(path) == 700 * 32
    assert warehouse.check() == []


def test_a_copy_is_found_wherever_the_rows_of_its_original_are(warehouse: Warehouse) -> None:
    load(warehouse, *map(story, range(5000, 5400)))
    originals = (5000, 5100, 5200, 5300, 5399)
    copies = [
        cleaned(
            f"{words(40, n)}\n\n{words(40, n + 10_000)} And more.",
            f"copy of {n}",
            at="2025-01-01T00:00:00Z",
        )
        for n in originals
    ]
    found = load(warehouse, *copies)
    assert [one.duplicate_of for one in found] == [n - 4999 for n in originals]


def test_a_batch_moves_a_slice_however_small_the_batches_are(
    path: Path, warehouse: Warehouse
) -> None:
    for number in range(64):
        load(warehouse, story(number))
        assert count(warehouse, "merged_site_block") == 0 or number == 63
        assert count(warehouse, "band_pack") == 0
    load(warehouse, story(64))
    assert count(warehouse, "band_pack") > 0
    assert n_bands(path) == 65 * 32


def test_a_replaced_page_leaves_no_rows_in_either_table(path: Path, warehouse: Warehouse) -> None:
    from cleaners.text.sketch import Sketch

    load(warehouse, *map(story, range(400)))
    other = story(900).page
    assert other is not None
    pages = [(number, other, Sketch.of(other.text)) for number in range(1, 301)]
    warehouse.replace_records(warehouse.begin_run("reclean"), pages)
    assert n_bands(path) == 101 * 32
    assert warehouse.check() == []
