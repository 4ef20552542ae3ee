"""Runs several commands on one warehouse at once: ingest, reclean, maintain and a reader."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.cli_process import (
    CommandResult,
    Program,
    document_count,
    query_rows,
    run_statuses,
    wait_for_exit,
)
from tests.reliability.concurrent_reader import Reader, ReaderResult
from tests.reliability.kill_trials import ReferenceRun, assert_sound
from tests.reliability.warehouse_contents import assert_same_contents, read_contents


@dataclass(frozen=True, slots=True)
class ConcurrentResult:
    """The result of every command, in order, and of the reader."""

    results: list[CommandResult]
    reader: ReaderResult


def overlapping_sources(sources: Sequence[str]) -> list[list[str]]:
    """The same sources four times: forwards, backwards, and as two halves that overlap."""
    middle = len(sources) // 2
    return [
        [*sources],
        [*reversed(sources)],
        [*sources[: middle + 1]],
        [*sources[middle - 1 :]],
    ]


def ingest_concurrently(
    program: Program,
    source_lists: Sequence[Sequence[str]],
    other_commands: Sequence[Sequence[str]],
    db: str,
) -> ConcurrentResult:
    """Ingest all lists at once; start a reader and other commands once a document is loaded."""
    path = program.folder / db
    with ExitStack() as stack:
        processes = [
            stack.enter_context(program.running("ingest", *sources, "--db", db))
            for sources in source_lists
        ]
        while document_count(path) < 1 and any(process.poll() is None for process in processes):
            processes[0].poll()
        reader = stack.enter_context(Reader(path))
        processes += [
            stack.enter_context(program.running(*other, "--db", db)) for other in other_commands
        ]
        ended = [wait_for_exit(process) for process in processes]
        # The reader reads on until all the others are done.
        stack.pop_all().close()
    return ConcurrentResult(ended, reader.seen)


def assert_same_as_one_run(
    program: Program, result: ConcurrentResult, reference: ReferenceRun, db: str
) -> None:
    """Asserts that all succeeded and left what one run leaves, each document added exactly once."""
    for ended in result.results:
        assert ended.code == 0, ended
        assert "locked" not in ended.err, ended
        assert "in use by" not in ended.err, ended
    assert (result.reader.errors, result.reader.lost) == ([], 0)
    path = program.folder / db
    assert_sound(program, db)
    assert set(run_statuses(path)) == {"completed"}
    found = read_contents(path)
    assert_same_contents(found, reference.contents)
    added = "SELECT sum(added) FROM run WHERE flow = 'ingest'"
    assert query_rows(path, added) == [(found["documents"].total(),)]


def backup_of(folder: Path) -> Path:
    """The one backup in a folder."""
    (backup,) = folder.iterdir()
    return backup
