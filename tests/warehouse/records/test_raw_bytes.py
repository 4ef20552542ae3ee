"""The bytes of several pages are compressed together, and each page is read by itself."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.warehouse.conftest import cleaned, load, rows, words
from warehouse.errors import WarehouseError
from warehouse.opening import open_warehouse
from warehouse.records import raw_bytes
from warehouse.warehouse import Warehouse

MENU = words(300, 99)
PAGES = [
    cleaned(words(50, n), f"{n}.txt", payload=f"{MENU}\n{words(200, n)}".encode()) for n in range(6)
]


def packs(warehouse: Warehouse) -> list[tuple[int, ...]]:
    """The IDs of the pages of each pack."""
    found: dict[int, list[int]] = {}
    for raw, pack in rows(warehouse, "SELECT id, coalesce(pack_id, id) FROM raw ORDER BY id"):
        found.setdefault(pack, []).append(raw)  # type: ignore[call-overload]
    return [*map(tuple, found.values())]


def test_the_pages_of_a_batch_share_a_pack_and_come_out_as_they_went_in(
    warehouse: Warehouse,
) -> None:
    load(warehouse, *PAGES[:4])
    load(warehouse, *PAGES[2:])
    assert packs(warehouse) == [(1, 2, 3, 4), (5, 6)]
    assert [warehouse.raw(n) for n in (6, 2, 1, 4, 3, 5)] == [
        PAGES[n - 1].payload for n in (6, 2, 1, 4, 3, 5)
    ]
    assert warehouse.check() == []


def test_a_pack_is_smaller_than_its_pages_by_themselves(tmp_path: Path) -> None:
    stored = []
    for batches in ([PAGES], [[one] for one in PAGES]):
        with open_warehouse(tmp_path / f"{len(batches)}.db") as warehouse:
            for batch in batches:
                load(warehouse, *batch)
            stored.append(rows(warehouse, "SELECT sum(length(bytes)) FROM raw")[0][0])
    together, apart = stored
    assert together < 0.6 * apart


def test_a_large_page_has_a_pack_of_its_own(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(PAGES[0].payload)
    large = cleaned(words(50, 9), "large.txt", payload=words(4000, 9).encode())
    monkeypatch.setattr("warehouse.records.raw_bytes.PACK_BYTES", int(2.5 * size))
    load(warehouse, *PAGES[:3], large, *PAGES[3:])
    assert packs(warehouse) == [(1, 2), (3,), (4,), (5, 6), (7,)]
    assert warehouse.raw(4) == large.payload
    assert warehouse.check() == []


def test_pages_of_a_site_share_a_pack_whatever_their_order(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.records.raw_bytes.PACK_BYTES", 3 * len(PAGES[0].payload) + 99)
    sites = [f"https://{site}.example/" for site in ("one", "two") * 3]
    load(
        warehouse,
        *(
            replace(page, capture=replace(page.capture, url=url))
            for page, url in zip(PAGES, sites, strict=True)
        ),
    )
    assert [len(pack) for pack in packs(warehouse)] == [3, 3]
    assert [warehouse.raw(n) for n in range(1, 7)] == [page.payload for page in PAGES]
    query = "SELECT DISTINCT coalesce(r.pack_id, r.id), d.site FROM raw AS r JOIN document AS d"
    assert len(rows(warehouse, f"{query} ON d.raw_id = r.id")) == 2


def test_pages_of_a_site_that_came_one_at_a_time_are_combined(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.records.raw_bytes.PACK_BYTES", 3 * len(PAGES[0].payload) + 99)
    for number, page in enumerate(PAGES):
        site = "one" if number in {0, 1, 3, 4, 5} else "two"
        load(
            warehouse, replace(page, capture=replace(page.capture, url=f"https://{site}.example/"))
        )
    assert len(packs(warehouse)) == 6
    for _ in range(2):
        warehouse.optimise()
        assert packs(warehouse) == [(1, 2, 4), (3,), (5, 6)]
        assert [warehouse.raw(n) for n in range(1, 7)] == [page.payload for page in PAGES]
        assert warehouse.check() == []


def test_a_damaged_pack_is_not_combined_with_others(warehouse: Warehouse) -> None:
    for page in PAGES[:3]:
        load(warehouse, replace(page, capture=replace(page.capture, url="https://one.example/")))
    warehouse._db.execute("UPDATE raw SET bytes = x'00' WHERE id = 2")
    warehouse.optimise()
    assert packs(warehouse) == [(1,), (2,), (3,)]
    assert [one.where for one in warehouse.check()] == ["document 2"]


def test_a_damaged_pack_is_told_with_all_its_pages_and_no_others(warehouse: Warehouse) -> None:
    load(warehouse, *PAGES[:3])
    load(warehouse, *PAGES[3:])
    warehouse._db.execute("UPDATE raw SET bytes = substr(bytes, 1, 99) WHERE id = 1")
    problems = warehouse.check()
    assert [one.where for one in problems] == ["document 1", "document 2", "document 3"]
    assert all("can't be decompressed" in one.what for one in problems)
    with pytest.raises(WarehouseError, match="document 2 are damaged"):
        warehouse.raw(2)
    assert warehouse.raw(4) == PAGES[3].payload


def test_a_page_that_lost_its_row_takes_no_other_with_it(warehouse: Warehouse) -> None:
    load(warehouse, *PAGES[:3])
    warehouse._db.execute("PRAGMA foreign_keys = OFF")
    warehouse._db.execute("DELETE FROM raw WHERE id = 2")
    assert [one.where for one in warehouse.check()] == ["document 2"]
    assert [warehouse.raw(n) for n in (1, 3)] == [PAGES[0].payload, PAGES[2].payload]


def test_runs_that_combine_packs_at_once_lose_no_page(
    warehouse: Warehouse, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_site = [
        replace(page, capture=replace(page.capture, url="https://one.example/")) for page in PAGES
    ]
    load(warehouse, of_site[0])
    load(warehouse, of_site[1])
    begin = raw_bytes.transaction

    def late(db: sqlite3.Connection) -> AbstractContextManager[None]:
        """Begin after another process has stored a third page and combined all three."""
        monkeypatch.setattr(raw_bytes, "transaction", begin)
        with open_warehouse(path) as other:
            load(other, of_site[2])
            other.optimise()
        return begin(db)

    monkeypatch.setattr(raw_bytes, "transaction", late)
    warehouse.optimise()
    assert packs(warehouse) == [(1, 2, 3)]
    assert [warehouse.raw(n) for n in (1, 2, 3)] == [page.payload for page in PAGES[:3]]
    assert warehouse.check() == []
