"""The main job, through the command line and a real warehouse."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from cleaners.model import Capture
from flows.runs import cleaning, steps
from flows.runs.batches import ReadBatch
from flows.runs.defer_signals import deferred_signals
from flows.runs.ingest import WORKER_SPEC, PageResult
from tests.flows.conftest import (
    ENTRY,
    Presswash,
    contents,
    path_for_others,
    program,
    rows,
    story,
    write_stories,
)
from tests.reliability.signal_timing import started
from warehouse.warehouse import Warehouse

DB = Path("presswash.db")


def test_a_folder_is_ingested_and_each_page_has_its_row(
    presswash: Presswash, stories: Path
) -> None:
    ran = presswash("ingest", "pages")
    assert (ran.code, ran.err) == (0, "")
    for number in range(5):
        assert f"pages/story{number:03}.txt" in ran.out
    assert "5 pages seen: 5 added, 0 unchanged, 0 rejected" in ran.out
    assert "presswash show 1 --explain" in ran.out
    assert len(rows(DB, "SELECT id FROM articles")) == 5


def test_the_same_folder_again_is_unchanged_and_adds_nothing(
    presswash: Presswash, stories: Path
) -> None:
    presswash("ingest", "pages")
    before = contents(DB)
    ran = presswash("ingest", "pages", "--json")
    assert (ran.json["added"], ran.json["unchanged"]) == (0, 5)
    assert {page["verdict"] for page in ran.json["pages"]} == {"unchanged"}
    assert contents(DB) == before


def test_any_order_and_any_number_of_jobs_leave_the_same_warehouse(
    presswash: Presswash, tmp_path: Path
) -> None:
    write_stories(tmp_path / "a", 90)
    write_stories(tmp_path / "b", 70)
    (tmp_path / "b" / "empty.txt").write_bytes(b"")
    presswash("ingest", "a", "b", "--db", "one.db")
    presswash("ingest", "b", "a", "--db", "two.db", "--jobs", "2")
    for name in ("b", "a"):
        presswash("ingest", name, "--db", "three.db")
    one = contents(Path("one.db"))
    assert len(one["documents"]) == 90
    assert len(one["captures"]) == 160
    assert contents(Path("two.db")) == one
    assert contents(Path("three.db")) == one


def test_bad_inputs_are_rejects_and_the_rest_is_ingested(
    presswash: Presswash, stories: Path
) -> None:
    (stories / "bare").mkdir()
    (stories / "empty.html").write_bytes(b"")
    (stories / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (stories / "cut.txt.gz").write_bytes(gzip.compress(os.urandom(4000))[:-9])
    (stories / "wrong.txt").write_bytes(story(77).encode() + b"\xff\xfe\x80 and more\n")
    (stories / "loop").symlink_to(stories, target_is_directory=True)
    ran = presswash("ingest", "pages", "pages/bare", "missing.html", "--json")
    assert ran.code == 0
    assert (ran.json["seen"], ran.json["rejected"]) == (11, 5)
    rejects = rows(DB, "SELECT locator, stage, message FROM rejects ORDER BY locator")
    assert [(locator, stage) for locator, stage, _ in rejects] == [
        ("missing.html", "read"),
        ("pages/bare", "read"),
        ("pages/cut.txt.gz", "read"),
        ("pages/empty.html", "decode"),
        ("pages/picture.html", "decode"),
    ]
    assert all(message for _, _, message in rejects)
    assert len(rows(DB, "SELECT id FROM documents")) == 6


def test_what_was_rejected_and_why_is_printed(presswash: Presswash, stories: Path) -> None:
    ran = presswash("ingest", "pages", "missing.html")
    assert "missing.html: there is no such file or folder" in ran.out
    assert "1 rejected" in ran.out


def test_strict_makes_a_reject_a_failure(presswash: Presswash, stories: Path) -> None:
    assert presswash("ingest", "pages", "missing.html").code == 0
    assert presswash("ingest", "pages", "missing.html", "--strict").code == 1


def test_a_run_in_which_nothing_could_be_read_fails(presswash: Presswash) -> None:
    assert presswash("ingest", "missing.html").code == 1


def test_json_tells_the_run_its_counts_and_every_page(presswash: Presswash, stories: Path) -> None:
    (stories / "empty.txt").write_bytes(b"")
    found = presswash("ingest", "pages", "--json").json
    assert list(found)[:3] == ["run_id", "status", "seen"]
    assert (found["status"], found["seen"], found["added"], found["rejected"]) == (
        "completed",
        6,
        5,
        1,
    )
    verdicts = {page["locator"]: page["verdict"] for page in found["pages"]}
    assert verdicts["pages/empty.txt"] == "rejected"
    assert rows(DB, f"SELECT seen, added, rejected FROM runs WHERE id = {found['run_id']}") == [
        (6, 5, 1)
    ]


def test_near_duplicates_are_added_and_named(presswash: Presswash, stories: Path) -> None:
    again = story(1, paragraphs=12)
    (stories / "wire1.txt").write_text(again, encoding="utf-8")
    (stories / "wire2.txt").write_text(again.replace("Monday", "Tuesday", 1), encoding="utf-8")
    ran = presswash("ingest", "pages")
    assert "7 added (1 near-duplicate)," in ran.out
    assert "duplicate" in ran.out


def test_a_row_says_who_stands_for_a_near_duplicate_once_it_is_in(
    presswash: Presswash, tmp_path: Path
) -> None:
    times = {"b": 1_700_000_000, "a": 1_600_000_000, "c": 1_800_000_000}
    for number, (name, time) in enumerate(times.items()):
        file = tmp_path / f"{name}.txt"
        file.write_text(story(1, paragraphs=8) + f"\nEdition {number}.\n", encoding="utf-8")
        os.utime(file, (time, time))
    presswash("ingest", "b.txt")
    assert "(canonical for b.txt (id 1), " in presswash("ingest", "a.txt").out
    assert "(same as a.txt (id 2), " in presswash("ingest", "c.txt").out
    assert rows(DB, "SELECT id, duplicate_of FROM documents") == [(1, 2), (2, None), (3, 2)]


def test_skipped_files_are_counted(presswash: Presswash, stories: Path) -> None:
    for name in ("notes.md", "picture.png", ".hidden.html"):
        (stories / name).write_text("text", encoding="utf-8")
    for options in ([], ["--dry-run"]):
        ran = presswash("ingest", "pages", *options)
        assert "5 pages seen" in ran.out
        assert "3 files skipped: " in ran.out
        assert presswash("ingest", "pages", "--json", *options).json["passed_over"] == 3


def test_json_is_written_in_utf_8(presswash: Presswash, tmp_path: Path) -> None:
    (tmp_path / "паром.txt").write_text(story(1), encoding="utf-8")
    assert "паром.txt" in presswash("ingest", "паром.txt", "--json").out


CHROME = "Home\nSport\nContact us\nShare this page\n© 2024 All rights reserved\n"


def test_a_page_without_an_article_is_told_from_success(
    presswash: Presswash, stories: Path
) -> None:
    (stories / "chrome.txt").write_text(CHROME, encoding="utf-8")
    ran = presswash("ingest", "pages")
    (row,) = [line for line in ran.out.splitlines() if line.startswith("pages/chrome.txt")]
    assert row.split()[1:3] == ["no", "article"]
    assert "6 pages seen: 6 added (1 without an article), 0 unchanged" in ran.out
    again = presswash("ingest", "pages")
    assert "no article" not in again.out
    assert "0 added, 6 unchanged" in again.out


def test_without_an_article_is_said_beside_near_duplicates_and_added_to_machines(
    presswash: Presswash, stories: Path
) -> None:
    (stories / "chrome.txt").write_text(CHROME, encoding="utf-8")
    wire = story(1, paragraphs=12)
    (stories / "wire1.txt").write_text(wire, encoding="utf-8")
    (stories / "wire2.txt").write_text(wire.replace("Monday", "Tuesday", 1), encoding="utf-8")
    ran = presswash("ingest", "pages", "--dry-run")
    assert "8 added (1 without an article)" in ran.out
    ran = presswash("ingest", "pages", "--db", "other.db")
    assert "8 added (1 near-duplicate, 1 without an article)" in ran.out
    pages = presswash("ingest", "pages", "--json").json["pages"]
    (page,) = [page for page in pages if page["locator"] == "pages/chrome.txt"]
    assert (page["verdict"], page["n_words"]) == ("added", 0)


def test_a_dry_run_says_what_would_come_of_each_page_and_writes_nothing(
    presswash: Presswash, stories: Path
) -> None:
    ran = presswash("ingest", "pages", "--dry-run")
    assert "Dry run, nothing was written: 5 pages seen: 5 added" in ran.out
    assert not DB.exists()
    presswash("ingest", "pages/story000.txt", "pages/story001.txt")
    before = contents(DB)
    shutil.copy(stories / "story004.txt", stories / "copy.txt")
    (stories / "empty.txt").write_bytes(b"")
    found = presswash("ingest", "pages", "--dry-run", "--json").json
    assert (found["added"], found["unchanged"], found["rejected"]) == (3, 3, 1)
    assert contents(DB) == before


def test_many_pages_are_counted_and_only_rejects_are_listed(
    presswash: Presswash, tmp_path: Path
) -> None:
    folder = write_stories(tmp_path / "many", 45)
    (folder / "empty.txt").write_bytes(b"")
    ran = presswash("ingest", "many")
    assert "story" not in ran.out.split("Next:")[0]
    assert "many/empty.txt: " in ran.out
    assert "46 pages seen: 45 added" in ran.out


def test_standard_input_is_ingested(tmp_path: Path) -> None:
    ran = program("ingest", "-", "--json", cwd=tmp_path, stdin=story(3).encode())
    assert [page["locator"] for page in json.loads(ran.stdout)["pages"]] == ["-"]


def test_an_unsupported_source_is_refused_before_a_warehouse_is_made(presswash: Presswash) -> None:
    ran = presswash("ingest", "ftp://example.org/")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("presswash: ftp://example.org/ is a URL")
    assert ran.err.count("\n") == 1
    assert not DB.exists()


def test_a_file_that_is_no_warehouse_is_an_error_and_stays_as_it_is(
    presswash: Presswash, stories: Path
) -> None:
    DB.write_text("precious notes", encoding="utf-8")
    ran = presswash("ingest", "pages")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert DB.read_text(encoding="utf-8") == "precious notes"


def failing_on_two(capture: Capture) -> PageResult:
    """Cleans as always, but for a page that the cleaners can't cope with."""
    if capture.locator.endswith("story002.txt"):
        with patch("cleaners.clean", side_effect=RecursionError("too deep")):
            return cleaning.clean_and_sketch(capture)
    return cleaning.clean_and_sketch(capture)


def test_a_cleaner_that_fails_on_a_page_costs_that_page(
    presswash: Presswash, stories: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.runs.ingest.WORKER_SPEC", replace(WORKER_SPEC, clean=failing_on_two))
    assert presswash("ingest", "pages", "--json").json["added"] == 4
    assert rows(DB, "SELECT locator, stage, error FROM rejects") == [
        ("pages/story002.txt", "clean", "RecursionError")
    ]


def test_a_page_rejected_once_is_tried_again_and_its_reject_stays_one_row(
    presswash: Presswash, stories: Path
) -> None:
    (stories / "empty.txt").write_bytes(b"")
    for _ in range(2):
        assert presswash("ingest", "pages", "--json").json["rejected"] == 1
    assert len(rows(DB, "SELECT * FROM rejects")) == 1


def test_an_interrupt_drops_the_batch_in_hand_and_the_summary_says_where_it_stopped(
    presswash: Presswash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_stories(tmp_path / "many", 150)
    real = steps.partition_batch

    def partition_batch(warehouse: Warehouse, batch: ReadBatch) -> steps.PartitionedBatch:
        if batch.items[0].locator == "many/story128.txt":
            signal.raise_signal(signal.SIGTERM)
        return real(warehouse, batch)

    with monkeypatch.context() as patched:
        patched.setattr(steps, "partition_batch", partition_batch)
        ran = presswash("ingest", "many")
    assert ran.code == 143
    assert ran.err.startswith("presswash: interrupted after many/story127.txt: 128 pages loaded")
    assert ran.err.count("\n") == 1
    assert rows(DB, "SELECT status, seen FROM runs") == [("interrupted", 128)]
    assert len(rows(DB, "SELECT id FROM documents")) == 128
    assert presswash("ingest", "many", "--json").json["added"] == 22


def test_an_interrupted_run_says_what_was_dropped_and_what_was_skipped(
    presswash: Presswash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_stories(tmp_path / "many", 150)
    (folder / "a.md").write_text("no page", encoding="utf-8")
    real = steps.partition_batch

    def partition_batch(warehouse: Warehouse, batch: ReadBatch) -> steps.PartitionedBatch:
        if batch.items[0].locator == "many/story128.txt":
            raise KeyboardInterrupt
        return real(warehouse, batch)

    monkeypatch.setattr(steps, "partition_batch", partition_batch)
    for options in ([], ["--json"]):
        ran = presswash("ingest", "many", "--force", *options)
        assert ran.code == 130
        assert ran.err == (
            "presswash: interrupted after many/story127.txt: 128 pages loaded into presswash.db,"
            " 22 more read and dropped, 1 other file skipped; run"
            " the same command again to go on with the rest\n"
        )
    assert (ran.json["passed_over"], ran.json["dropped"]) == (1, 22)


def test_an_interrupt_that_waited_for_a_load_counts_what_was_loaded(
    presswash: Presswash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_stories(tmp_path / "many", 70)
    real = Warehouse.load

    def load(warehouse: Warehouse, *arguments: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return real(warehouse, *arguments)

    monkeypatch.setattr(Warehouse, "load", load)
    ran = presswash("ingest", "many")
    assert (ran.code, ran.err.count("\n")) == (130, 1)
    assert ran.err.startswith("presswash: interrupted after many/story063.txt: 64 pages loaded")
    assert rows(DB, "SELECT status, seen FROM runs") == [("interrupted", 64)]


def test_an_interrupted_dry_run_says_that_nothing_was_written_and_json_names_the_run(
    presswash: Presswash, stories: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def partition_batch(_warehouse: Warehouse, _batch: ReadBatch) -> steps.PartitionedBatch:
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "partition_batch", partition_batch)
    ran = presswash("ingest", "pages", "--dry-run")
    assert (ran.code, ran.err.count("\n")) == (130, 1)
    assert "nothing was written" in ran.err
    assert "presswash.db" not in ran.err
    ran = presswash("ingest", "pages", "--json")
    assert (ran.code, ran.json["run_id"], ran.json["status"]) == (130, 1, "interrupted")


def test_a_signal_while_a_batch_is_loaded_waits_until_it_is_in() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), deferred_signals():
        signal.raise_signal(signal.SIGINT)
        done.append("whole")
    assert done == ["whole"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_in_a_terminal_ends_all_processes_with_one_line(tmp_path: Path, jobs: str) -> None:
    write_stories(tmp_path / "pages", 100)
    # The last page comes through a pipe that stays open: the run can't end before the signal.
    reading, writing = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", ENTRY, "ingest", "pages", "-", "--jobs", jobs],
        cwd=tmp_path,
        stdin=reading,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path_for_others()},
        start_new_session=True,
    ) as running:
        try:
            started(running, tmp_path / DB)
            os.killpg(running.pid, signal.SIGINT)
            # Ends when the last process that could write to them is gone.
            _, err = running.communicate()
        finally:
            running.kill()
            os.close(reading)
            os.close(writing)
    assert (running.returncode, err.count("\n")) == (130, 1), err
    assert err.startswith("presswash: interrupted ")
    assert rows(tmp_path / DB, "SELECT status FROM runs") == [("interrupted",)]
