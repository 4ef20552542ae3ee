"""What isn't a warehouse is refused in a sentence, and left as it was."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.warehouse.conftest import cleaned, load, rows
from warehouse.errors import WarehouseBusy, WarehouseError
from warehouse.opening import open_readonly, open_warehouse


def test_a_warehouse_is_made_where_there_is_none(path: Path) -> None:
    with open_warehouse(path) as warehouse:
        load(warehouse, cleaned("Some text."))
    with open_readonly(path) as warehouse:
        assert rows(warehouse, "SELECT text FROM articles") == [("Some text.",)]


def test_an_empty_file_becomes_a_warehouse(path: Path) -> None:
    path.touch()
    with open_warehouse(path) as warehouse:
        assert warehouse.check() == []


def test_nothing_is_made_where_only_an_old_warehouse_will_do(path: Path) -> None:
    with pytest.raises(WarehouseError, match="there is no warehouse"):
        open_warehouse(path, create=False)
    with pytest.raises(WarehouseError, match="there is no warehouse"):
        open_readonly(path)
    assert not path.exists()


def test_names_that_mean_something_in_an_address_are_names(tmp_path: Path) -> None:
    path = tmp_path / "what? 100% #1.db"
    with open_warehouse(path) as warehouse:
        load(warehouse, cleaned("Some text."))
        assert rows(warehouse, "SELECT count(*) FROM documents") == [(1,)]
    assert path.exists()


def newer(path: Path) -> None:
    open_warehouse(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()


def foreign(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE bookmark (url TEXT)")
    db.close()


def foreign_with_log(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE bookmark (url TEXT)")
    db.close()


def foreign_id(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA application_id = 252006673")
    db.execute("PRAGMA user_version = 3")
    db.close()


def other_shingles(path: Path) -> None:
    open_warehouse(path).close()
    db = sqlite3.connect(path)
    db.execute("UPDATE setting SET value = '5' WHERE name = 'shingle_words'")
    db.commit()
    db.close()


def text(path: Path) -> None:
    path.write_text("Dear diary, " * 100)


def cut_short(path: Path) -> None:
    open_warehouse(path).close()
    path.write_bytes(path.read_bytes()[:50])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (newer, "was made by a newer presswash"),
        (foreign, "another program's database"),
        (foreign_with_log, "another program's database"),
        (foreign_id, "another program's database"),
        (other_shingles, "was built with shingle words = 5.*ingest"),
        (text, "nor another SQLite database"),
        (cut_short, "nor another SQLite database|is damaged"),
    ],
)
@pytest.mark.parametrize("opener", [open_warehouse, open_readonly])
def test_what_is_no_warehouse_of_ours_is_refused_and_left_as_it_was(
    path: Path, make: object, sentence: str, opener: object
) -> None:
    make(path)  # type: ignore[operator]
    before = path.read_bytes()
    with pytest.raises(WarehouseError, match=sentence):
        opener(path)  # type: ignore[operator]
    assert path.read_bytes() == before
    assert make is other_shingles or list(path.parent.iterdir()) == [path]


def test_a_folder_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="is a folder"):
        open_warehouse(tmp_path)
    with pytest.raises(WarehouseError, match=r"folder .*nowhere doesn't exist"):
        open_warehouse(tmp_path / "nowhere" / "a.db")
    assert not (tmp_path / "nowhere").exists()


# Root may do anything, so where the tests run as root another user is asked, who may not even
# read the Python library: it opens a warehouse of its own beforehand.
OPEN_AS_ANOTHER = """
import os, sys
from warehouse.errors import WarehouseError
from warehouse.opening import open_readonly, open_warehouse
open_warehouse(sys.argv[2]).close()
if os.geteuid() == 0:
    os.setuid(65534)
try:
    {open}(sys.argv[1]).close()
    print("opened")
except WarehouseError as error:
    print(error)
"""


def opened_by_another(path: Path, opener: str) -> str:
    # pytest makes folders that only their owner may enter.
    for folder in path.parents:
        if "pytest" in str(folder):
            folder.chmod(folder.stat().st_mode | 0o055)
    own = path.parent.parent / "own.db"
    done = subprocess.run(
        [sys.executable, "-c", OPEN_AS_ANOTHER.format(open=opener), str(path), str(own)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


def test_a_warehouse_in_a_folder_that_cannot_be_written_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    open_warehouse(folder / "a.db").close()
    folder.chmod(0o555)
    said = opened_by_another(folder / "a.db", "open_readonly")
    folder.chmod(0o755)
    assert said == "opened\n"
    assert [file.name for file in folder.iterdir()] == ["a.db"]


def test_a_log_in_a_folder_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    with open_warehouse(folder / "a.db") as warehouse:
        load(warehouse, cleaned("Some text."))
        # As a process leaves it that is killed.
        log = (folder / "a.db-wal").read_bytes()
    (folder / "a.db-wal").write_bytes(log)
    folder.chmod(0o555)
    said = opened_by_another(folder / "a.db", "open_readonly")
    folder.chmod(0o755)
    assert "copy the warehouse to a folder" in said


def test_a_file_that_may_not_be_read_is_explained(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    path = folder / "a.db"
    open_warehouse(path).close()
    path.chmod(0)
    said = opened_by_another(path, "open_warehouse")
    path.chmod(0o644)
    assert "can't be read (Permission denied)" in said


def test_a_reader_neither_waits_for_a_writer_nor_sees_half_a_batch(path: Path) -> None:
    with open_warehouse(path) as writer, open_readonly(path) as reader:
        load(writer, cleaned("One."))
        writer._db.execute("BEGIN IMMEDIATE")
        writer._db.execute("DELETE FROM block")
        assert rows(reader, "SELECT count(*) FROM blocks") == [(3,)]
        record = reader.record(1)
        assert record is not None
        assert record.text == "One."
        writer._db.execute("ROLLBACK")


def test_a_reader_cannot_write(path: Path) -> None:
    open_warehouse(path).close()
    with open_readonly(path) as reader, pytest.raises(WarehouseError, match="can't be written"):
        reader.begin_run("test")


def test_a_writer_that_waits_too_long_says_who_is_in_the_way(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.sqlite.transaction.WRITE_LOCK_TIMEOUT_S", 0.0)
    with open_warehouse(path) as first, open_warehouse(path) as second:
        first._db.execute("BEGIN IMMEDIATE")
        with pytest.raises(WarehouseBusy, match="in use by another process"):
            second.begin_run("test")
        first._db.execute("ROLLBACK")


def test_processes_that_make_the_same_warehouse_at_once_make_one(path: Path) -> None:
    script = (
        "import sys; from warehouse.opening import open_warehouse;"
        "w = open_warehouse(sys.argv[1]); w.begin_run('test'); w.close()"
    )
    started = [subprocess.Popen([sys.executable, "-c", script, str(path)]) for _ in range(4)]
    assert [one.wait() for one in started] == [0, 0, 0, 0]
    with open_warehouse(path) as warehouse:
        assert rows(warehouse, "SELECT count(*) FROM runs") == [(4,)]
        assert warehouse.check() == []


def test_a_migration_that_fails_leaves_the_file_without_a_version(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [(1, "CREATE TABLE half (a);\nCREATE TABLE half (a);\n")]
    with monkeypatch.context() as patched:
        patched.setattr("warehouse.schema.migrate.migrations", lambda: broken)
        with pytest.raises(WarehouseError, match=r"already exists.*check --repair"):
            open_warehouse(path)
    with open_warehouse(path) as warehouse:
        assert warehouse.check() == []


def test_an_older_warehouse_is_brought_up_to_date_by_a_writer_only(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warehouse.schema.migrate import migrations, newest

    with open_warehouse(path) as warehouse:
        load(warehouse, cleaned("Some text."))
    two = [*migrations(), (newest() + 1, "CREATE TABLE extra (a TEXT) STRICT;\n")]
    monkeypatch.setattr("warehouse.schema.migrate.migrations", lambda: two)
    with pytest.raises(WarehouseError, match="older presswash"):
        open_readonly(path)
    with open_warehouse(path) as warehouse:
        assert rows(warehouse, "SELECT count(*) FROM extra") == [(0,)]
    with open_readonly(path) as warehouse:
        assert rows(warehouse, "SELECT text FROM articles") == [("Some text.",)]


def test_opening_and_answering_import_no_heavy_library() -> None:
    heavy = "{'numpy', 'pyarrow', 'zstandard', 'datasketch'}"
    imports = "import sys, warehouse.opening, warehouse.answers"
    code = f"{imports}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
