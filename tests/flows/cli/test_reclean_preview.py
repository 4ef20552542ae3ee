"""`reclean --preview` shows what would change, and changes no record."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from flows.runs.jobs import RecleanJob
from flows.runs.preview import preview_reclean
from flows.runs.report import Observer
from tests.flows.conftest import Presswash, contents, rows, write_stories
from warehouse.model import Loaded, PageOutcome

LABEL = "Share on every network"


ADVERT = "INSERT INTO removal VALUES (999, 0, 'advert', 'phrases', 'x', 1)"


def change(db: Path, statement: str, *values: str) -> None:
    """Make records what an older version might have made of their pages."""
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute(statement, values)


@pytest.fixture
def current(presswash: Presswash, tmp_path: Path) -> Path:
    """A warehouse with three records, the first of which has a label that is removed."""
    pages = write_stories(tmp_path / "pages", 3)
    first = pages / "story000.txt"
    first.write_text(f"{LABEL}\n\n{first.read_text(encoding='utf-8')}", encoding="utf-8")
    assert presswash("ingest", "--no-flow", "pages").code == 0
    return tmp_path / "presswash.db"


@pytest.fixture
def outdated(current: Path) -> Path:
    """The same, with a first record of an older version: it kept the label, not a paragraph."""
    change(current, "UPDATE document SET cleaner_version = 1 WHERE id = 1")
    change(current, "UPDATE block SET removal_id = NULL WHERE text = ?", LABEL)
    change(current, ADVERT)
    change(
        current,
        "UPDATE block SET removal_id = 999 WHERE id >> 20 = 1 AND text LIKE '%in part 1 of%'",
    )
    return current


def test_what_would_change_is_shown_and_no_record_changes(
    presswash: Presswash, outdated: Path
) -> None:
    before = contents(outdated)
    found = presswash("reclean", "--preview", "--json").json
    assert (found["documents"], found["changed"], found["rejected"]) == (1, 1, 0)
    assert found["reasons"] == {"advert": [1, 0], "share": [0, 1]}
    [example] = found["examples"]
    assert example["lost"] == [LABEL]
    assert "in part 1 of its report" in example["gained"][0]
    assert example["what"] == ["text", "reasons"]
    assert found["losses"] == []
    assert contents(outdated) == before
    shown = presswash("reclean", "--preview").out
    assert shown.startswith("1 of 1 document would change\n")
    assert f"- {LABEL}" in shown
    assert "Next: presswash reclean does it" in shown


def test_a_recleaning_changes_what_the_preview_showed(presswash: Presswash, current: Path) -> None:
    change(current, ADVERT)
    change(current, "UPDATE block SET removal_id = 999 WHERE text = ?", LABEL)
    found = presswash("reclean", "--all", "--preview", "--json").json
    assert found["reasons"] == {"advert": [1, 0], "share": [0, 1]}
    ran = presswash("reclean", "--all", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["added"] == found["changed"] == 1
    assert presswash("reclean", "--all", "--preview").out == "0 of 3 documents would change\n"


def test_a_program_learns_what_would_become_of_each_page(current: Path) -> None:
    class Loads(Observer):
        def on_loaded(self, _: Sequence[PageOutcome], loaded: Sequence[Loaded]) -> None:
            seen.extend(loaded)

    seen: list[Loaded] = []
    change(current, "UPDATE document SET title = 'Another' WHERE id = 2")
    preview_reclean(RecleanJob(str(current), everything=True, jobs=1), Loads())
    verdicts = {Path(one.locator).name: one.verdict.value for one in seen}
    assert verdicts == {
        "story000.txt": "unchanged",
        "story001.txt": "added",
        "story002.txt": "unchanged",
    }


def test_the_largest_losses_are_shown(presswash: Presswash, outdated: Path) -> None:
    change(outdated, "UPDATE block SET text = text || ' more' WHERE id >> 20 = 2")
    change(outdated, "UPDATE block SET text = text || ' and more' WHERE id >> 20 = 3")
    found = presswash("reclean", "--all", "--preview", "--json").json
    assert [loss["id"] for loss in found["losses"]] == [3, 2]


def test_what_a_person_corrected_counts_as_it_is(presswash: Presswash, outdated: Path) -> None:
    texts = rows(outdated, "SELECT position FROM blocks WHERE document_id = 2 AND position > 1")
    presswash("correct", 2, "--remove", texts[0][0])
    found = presswash("reclean", "--all", "--preview", "--json").json
    assert [example["id"] for example in found["examples"]] == [1]
