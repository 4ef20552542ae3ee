"""What `presswash reclean` changes, and what it leaves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from cleaners.model import Capture, Rejection, Stage
from flows.runs import cleaning
from flows.runs.ingest import WORKER_SPEC, PageResult
from tests.flows.conftest import (
    Presswash,
    contents,
    damage,
    rows,
    write_stories,
)


def test_reclean_does_what_is_outdated_and_all_when_asked(
    presswash: Presswash, filled: Path
) -> None:
    assert "0 documents recleaned" in presswash("reclean").out
    found = presswash("reclean", "--all", "--json").json
    assert (found["seen"], found["unchanged"], found["status"]) == (5, 5, "completed")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_reclean_leaves_a_document_whose_bytes_are_damaged_and_does_the_rest(
    presswash: Presswash, filled: Path, jobs: str
) -> None:
    locator = damage(filled, 3)
    before = contents(filled)
    ran = presswash("reclean", "--all", "--jobs", jobs)
    assert (ran.code, ran.err) == (1, "")
    assert f"{locator}: left as it was: the raw bytes can't be decompressed" in ran.out
    assert "4 documents recleaned: 0 changed, 4 unchanged; 1 document left" in ran.out
    assert "presswash check" in ran.out
    assert rows(filled, "SELECT locator, stage, error FROM rejects") == [
        (locator, "read", "DamagedBytes")
    ]
    after = contents(filled)
    assert {**after, "rejects": []} == before
    last = "SELECT status, seen, unchanged, rejected FROM runs ORDER BY id DESC LIMIT 1"
    assert rows(filled, last) == [("completed", 5, 4, 1)]
    assert presswash("show", "3").code == 0


def test_reclean_of_nothing_but_damaged_bytes_gives_counts_to_machines(
    presswash: Presswash, tmp_path: Path
) -> None:
    write_stories(tmp_path / "one", 1)
    presswash("ingest", "one")
    damage(Path("presswash.db"), 1)
    ran = presswash("reclean", "--all", "--json")
    assert ran.code == 1
    assert (ran.json["status"], ran.json["seen"], ran.json["rejected"]) == ("completed", 1, 1)


def rejecting(capture: Capture) -> PageResult:
    """Cleans as a version would that has come to reject the page."""
    rejection = Rejection(Stage.CLEAN, "TooDeep", "it is too deep for this version")
    with patch("cleaners.clean", side_effect=rejection):
        return cleaning.clean_and_sketch(capture)


def test_a_page_that_can_not_be_cleaned_any_more_stays_as_it_was(
    presswash: Presswash, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(filled)
    monkeypatch.setattr("flows.runs.reclean.WORKER_SPEC", replace(WORKER_SPEC, clean=rejecting))
    ran = presswash("reclean", "--all")
    assert ran.code == 1
    assert "pages/story000.txt: left as it was: it is too deep" in ran.out
    assert {**contents(filled), "rejects": []} == before
    assert len(rows(filled, "SELECT * FROM rejects WHERE stage = 'clean'")) == 5
