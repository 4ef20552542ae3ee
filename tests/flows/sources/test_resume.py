"""What is done is not read again: files, archives record by record, and what --force does."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.runs import steps
from flows.runs.batches import ReadBatch
from flows.sources import files
from flows.sources.archives import read_archive as archives
from flows.sources.archives.reader import ArchiveRecord, ReadOptions
from flows.sources.discover import InputRef
from flows.sources.file_formats import Format
from tests.flows.archive_writers import (
    dated,
    html,
    pages_warc,
    write_jsonl,
    write_parquet,
    write_zip,
)
from tests.flows.conftest import Presswash, contents, rows, story, write_stories
from tests.slow_cases import all_slow_but
from warehouse.warehouse import Warehouse

DB = Path("presswash.db")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the page files that are read."""
    names: list[str] = []
    real = files._file

    def note(path: str, max_bytes: int) -> object:
        names.append(Path(path).name)
        return real(path, max_bytes)

    monkeypatch.setattr(files, "_file", note)
    return names


def test_a_file_that_is_done_is_not_opened_again(
    presswash: Presswash, stories: Path, opened: list[str]
) -> None:
    first = presswash("ingest", "pages", "--json").json
    before = contents(DB)
    opened.clear()
    again = presswash("ingest", "pages", "--json").json
    assert opened == []
    assert (again["seen"], again["unchanged"]) == (5, 5)
    assert [page["document_id"] for page in again["pages"]] == [
        page["document_id"] for page in first["pages"]
    ]
    assert contents(DB) == before


def test_a_file_that_changed_in_size_or_time_is_read_again(
    presswash: Presswash, stories: Path, opened: list[str]
) -> None:
    presswash("ingest", "pages")
    opened.clear()
    (stories / "story001.txt").write_text(story(101), encoding="utf-8")
    os.utime(stories / "story002.txt", (1_800_000_000, 1_800_000_000))
    assert presswash("ingest", "pages", "--json").json["added"] == 1
    assert opened == ["story001.txt", "story002.txt"]


def test_force_reads_everything_again_and_adds_nothing(
    presswash: Presswash, stories: Path, opened: list[str]
) -> None:
    pages_warc(Path("a.warc.gz"), 3)
    presswash("ingest", "pages", "a.warc.gz")
    before = contents(DB)
    opened.clear()
    again = presswash("ingest", "pages", "a.warc.gz", "--force", "--json").json
    assert (len(opened), again["unchanged"], again["done_before"]) == (5, 8, 0)
    assert contents(DB) == before


def test_the_same_name_in_another_folder_is_another_file(
    presswash: Presswash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = tmp_path / "one.db"
    for folder, number in (("x", 1), ("y", 2)):
        (tmp_path / folder).mkdir()
        monkeypatch.chdir(tmp_path / folder)
        dated(Path("a.html"), html(number))
        assert presswash("ingest", "a.html", "--db", db, "--json").json["added"] == 1


@pytest.mark.parametrize(
    "file", all_slow_but(["a.warc.gz"], ["a.warc.gz", "a.warc", "a.jsonl", "a.parquet", "a.zip"])
)
def test_an_archive_goes_on_with_the_record_after_the_last_that_was_loaded(
    presswash: Presswash, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    path = Path(file)
    if "warc" in file:
        pages_warc(path, 150)
    elif file == "a.zip":
        write_zip(path, {f"{number:03}.html": html(number) for number in range(150)})
    else:
        records = [{"text": story(number)} for number in range(150)]
        (write_jsonl if file == "a.jsonl" else write_parquet)(path, records)
    presswash("ingest", file, "--db", "whole.db")
    real, seen = steps.partition_batch, []

    def partition_batch(warehouse: Warehouse, batch: ReadBatch) -> steps.PartitionedBatch:
        seen.append(len(batch.items))
        if sum(seen) == 128:
            signal.raise_signal(signal.SIGTERM)
        return real(warehouse, batch)

    with monkeypatch.context() as patched:
        patched.setattr(steps, "partition_batch", partition_batch)
        assert presswash("ingest", file).code == 143
    rest = presswash("ingest", file, "--json").json
    assert (rest["done_before"], rest["added"], rest["seen"]) == (64, 86, 86)
    assert contents(DB) == contents(Path("whole.db"))
    ran = presswash("ingest", file)
    assert "150 archive records ingested before and not read again; --force reads them" in ran.out
    assert rows(DB, "SELECT seen FROM runs ORDER BY id DESC LIMIT 1") == [(0,)]


def test_other_options_read_an_archive_anew(presswash: Presswash) -> None:
    write_jsonl(Path("a.jsonl"), [{"text": story(1), "other": story(2)}])
    assert presswash("ingest", "a.jsonl", "--json").json["added"] == 1
    assert presswash("ingest", "a.jsonl", "--map", "text=other", "--json").json["added"] == 1


def test_what_was_rejected_is_tried_again(presswash: Presswash, tmp_path: Path) -> None:
    folder = write_stories(tmp_path / "pages", 1)
    dated(folder / "b.zip", b"no archive")
    for _ in range(2):
        assert presswash("ingest", "pages", "--json").json["rejected"] == 1


def test_a_file_system_that_falters_in_an_archive_costs_no_record(
    presswash: Presswash, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages_warc(Path("a.warc.gz"), 5)
    real, faults = archives._reader(Format.WARC), iter(range(2))

    def falter(found: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
        for number, entry in enumerate(real(found, after, options)):
            if number == 2 and next(faults, None) is not None:
                raise OSError(errno.EIO, "Input/output error")
            yield entry

    monkeypatch.setattr(archives, "_reader", lambda _form: falter)
    monkeypatch.setattr("flows.runs.step_runner.RETRY_DELAYS_S", (0.0, 0.0, 0.0))
    ran = presswash("ingest", "a.warc.gz", "--json").json
    assert (ran["seen"], ran["added"]) == (5, 5)
