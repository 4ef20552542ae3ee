"""Every kind of damage that is planted is found, and what can be derived is made again."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flows.cli import run
from flows.runs.ingest import ingest
from flows.runs.jobs import CheckJob, IngestJob
from flows.runs.repair import repair_warehouse
from tests.flows.conftest import ROOT, Presswash, contents, write_stories
from tests.flows.fault_injection import DAMAGES, Damage
from tests.slow_cases import all_slow_but

# One for each kind of repair, and one that nothing repairs.
FAST = (
    "application",
    "no view",
    "index without a row",
    "figures",
    "block of nothing",
    "block of a negative ID",
    "first seen",
    "no blocks",
    "published",
    "disagreement",
    "search data",
    "signature",
    "raw garbage",
    "lost string",
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds, ingested."""
    path = tmp_path_factory.mktemp("sound") / "presswash.db"
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(ROOT)
        assert run(["ingest", "--no-flow", "seeds", "--db", str(path)]) == 0
    return path


@pytest.mark.parametrize(
    "damage",
    all_slow_but([one for one in DAMAGES if one.name in FAST], DAMAGES),
    ids=lambda damage: damage.name,
)
def test_damage_is_found_and_repaired(presswash: Presswash, sound: Path, damage: Damage) -> None:
    path = Path("presswash.db")
    shutil.copy(sound, path)
    damage.plant(path)
    before = path.read_bytes()
    options = ["--deep"] if damage.deep else []

    found = presswash("check", "--json", *options)
    assert (found.code, found.err) == (1, "")
    problems = found.json["problems"]
    assert any(damage.finds in one["what"] and damage.at in one["where"] for one in problems)
    assert all(one["remedy"] for one in problems)
    assert path.read_bytes() == before

    ran = presswash("check", "--repair", "--json", *options)
    assert ran.err == ""
    left = ran.json["problems"]
    assert (ran.code, ran.json["sound"]) == ((1, False) if damage.left else (0, True)), left
    assert bool(left) is bool(damage.left)
    assert all(damage.left in one["what"] for one in left), left
    if "*" not in damage.lost:
        now, then = contents(path), contents(sound)
        differing = {view for view in now if now[view] != then[view]}
        assert differing == set(damage.lost)
    again = presswash("check", "--json", *options)
    assert again.json["problems"] == left


def test_a_capture_gets_its_time_back_from_the_book_of_sources(tmp_path: Path) -> None:
    pages = write_stories(tmp_path / "pages", 1)
    (pages / "again.txt").write_bytes((pages / "story000.txt").read_bytes())
    for name, at in (("story000.txt", 1_500_000_000), ("again.txt", 1_600_000_000)):
        os.utime(pages / name, (at, at))
    db = tmp_path / "news.db"
    ingest(IngestJob((str(pages),), str(db)))
    seen = "SELECT locator, captured_at FROM capture ORDER BY locator"
    with closing(sqlite3.connect(db)) as warehouse:
        expected = warehouse.execute(seen).fetchall()
        wrong = "UPDATE capture SET captured_at = ? WHERE locator LIKE '%again%'"
        warehouse.execute(wrong, ("2020-99-13T12:26:40Z",))
        warehouse.commit()
    assert repair_warehouse(CheckJob(str(db))).left == ()
    with closing(sqlite3.connect(db)) as warehouse:
        assert warehouse.execute(seen).fetchall() == expected
