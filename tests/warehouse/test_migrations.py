"""A warehouse of an older version opens with everything in it, compared by the newer rules."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from tests.warehouse.conftest import MORNING, cleaned, load, rows, words
from tests.warehouse.test_duplicates import BY_HASH
from warehouse import WarehouseError, open_readonly, open_warehouse
from warehouse.schema import migrations, statements


def as_of_version_1(path: Path) -> None:
    """Give a warehouse back the tables of its first version, duplicates filled as that did."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("UPDATE document SET wording_id = NULL")
    for table in ("link", "band", "wording"):
        db.execute(f"DROP TABLE {table}")
    later = "".join(script for number, script in migrations() if number > 2)
    for table in re.findall(r"CREATE TABLE (\w+)", later):
        db.execute(f"DROP TABLE {table}")
    for view in re.findall(r"CREATE VIEW (\w+)", dict(migrations())[4]):
        db.execute(f"DROP VIEW {view}")
    for statement in statements(dict(migrations())[1]):
        if re.search(r"CREATE (TABLE|INDEX) (wording|band|link)(_| )", statement):
            db.execute(statement)
    db.execute("INSERT INTO wording VALUES (1, 7, zeroblob(256), 1, 1)")
    db.execute("INSERT INTO band VALUES (5, 1)")
    db.execute("UPDATE document SET wording_id = 1 WHERE id = 1")
    db.execute("UPDATE setting SET value = '4' WHERE name = 'rows'")
    db.execute("PRAGMA user_version = 1")
    db.close()


def test_the_first_version_s_pages_are_clustered_anew(path: Path) -> None:
    told = [words(40, n) for n in range(5)]
    pages = [cleaned("\n\n".join(told[: 5 - n]), f"{n}", at=MORNING) for n in range(3)]
    with open_warehouse(path) as warehouse:
        load(warehouse, *pages, *(cleaned(words(50, 90 + n), f"alone-{n}") for n in range(3)))
        expected = rows(warehouse, BY_HASH)
    as_of_version_1(path)
    with pytest.raises(WarehouseError, match="older presswash"):
        open_readonly(path)
    with open_warehouse(path) as warehouse:
        assert rows(warehouse, BY_HASH) == expected
        assert warehouse.check() == []
        (again, *_) = load(warehouse, cleaned(pages[0].page.text + " and more", "more"))
        assert again.duplicate_of == 1
