"""Looking after a warehouse: a sound one is recleaned, optimised and backed up; others are not."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from tests.flows.conftest import Presswash, contents, rows
from warehouse.opening import open_warehouse

DB = Path("presswash.db")


@pytest.fixture
def filled(presswash: Presswash, stories: Path) -> Path:
    assert presswash("ingest", "pages").code == 0
    return DB


def backups() -> list[Path]:
    return sorted(Path("backups").iterdir())


@pytest.mark.usefixtures("filled")
def test_a_backup_holds_what_the_warehouse_does(presswash: Presswash) -> None:
    ran = presswash("maintain", "--json")
    assert (ran.code, ran.json["recleaned"], ran.json["removed"]) == (0, 0, [])
    (backup,) = backups()
    assert str(backup) == ran.json["backup"]
    assert contents(backup) == contents(DB)
    assert presswash("check", "--db", backup).code == 0
    assert rows(DB, "SELECT flow, status FROM runs WHERE flow = 'maintain'") == [
        ("maintain", "completed")
    ]


@pytest.mark.usefixtures("filled")
def test_only_the_newest_backups_are_kept(presswash: Presswash) -> None:
    Path("backups").mkdir()
    mine = Path("backups", "presswash-mine.db")
    mine.write_text("mine", encoding="utf-8")
    made = [presswash("maintain", "--keep", "2", "--json").json["backup"] for _ in range(4)]
    assert [str(path) for path in backups()] == sorted([*made[-2:], str(mine)])


@pytest.mark.usefixtures("filled")
def test_what_a_killed_backup_left_goes_with_the_next(presswash: Presswash) -> None:
    Path("backups").mkdir()
    for ending in ("", "-journal"):
        left = Path("backups", f"presswash-20240501T093000000000Z.db.part{ending}")
        left.write_bytes(b"half")
    made = presswash("maintain", "--json").json["backup"]
    assert [str(path) for path in backups()] == [made]


@pytest.mark.usefixtures("filled")
def test_what_older_cleaners_cleaned_is_cleaned_again(
    presswash: Presswash, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cleaners.VERSION", 10_000)
    assert presswash("maintain", "--json").json["recleaned"] == 5
    assert "0 documents recleaned" in presswash("maintain").out


@pytest.mark.usefixtures("filled")
def test_an_unsound_warehouse_is_left_alone_and_not_backed_up(presswash: Presswash) -> None:
    with sqlite3.connect(DB) as db:
        db.execute("DELETE FROM capture WHERE document_id = 2")
    db.close()
    ran = presswash("maintain")
    assert (ran.code, ran.out) == (1, "")
    assert "was left unchanged" in ran.err
    assert not Path("backups").exists()
    assert rows(DB, "SELECT status FROM runs WHERE flow = 'maintain'") == [("failed",)]


@pytest.mark.usefixtures("filled")
def test_a_backup_taken_while_others_write_is_sound(presswash: Presswash) -> None:
    stop = threading.Event()

    def write() -> None:
        with open_warehouse(DB) as warehouse:
            while not stop.is_set():
                warehouse.begin_run("test")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with open_warehouse(DB) as warehouse:
            warehouse.backup("copy.db")
    finally:
        stop.set()
        writer.join()
    assert presswash("check", "--db", "copy.db").code == 0


def test_without_a_warehouse_there_is_nothing_to_maintain(presswash: Presswash) -> None:
    assert presswash("maintain").code == 1
    assert list(Path().iterdir()) == []
