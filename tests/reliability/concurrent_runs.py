"""Many processes at work on one warehouse at once: ingestions, a reader, reclean and maintain."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.cli_process import Ended, Program, ask, documents, end, runs
from tests.reliability.concurrent_reader import Reader, Seen
from tests.reliability.kill_trials import Undisturbed, assert_sound
from tests.reliability.warehouse_contents import assert_same, holdings


@dataclass(frozen=True, slots=True)
class Together:
    """What came of it: how every command ended, in order, and what the reader saw."""

    ended: list[Ended]
    seen: Seen


def overlapping(sources: Sequence[str]) -> list[list[str]]:
    """Four orders for the same sources: all forwards, all backwards, two halves that overlap."""
    middle = len(sources) // 2
    return [
        [*sources],
        [*reversed(sources)],
        [*sources[: middle + 1]],
        [*sources[middle - 1 :]],
    ]


def ingest_together(
    program: Program, orders: Sequence[Sequence[str]], besides: Sequence[Sequence[str]], db: str
) -> Together:
    """Starts all orders at once, and a reader and other commands as soon as there is something."""
    path = program.folder / db
    with ExitStack() as stack:
        processes = [
            stack.enter_context(program.running("ingest", *order, "--db", db)) for order in orders
        ]
        while documents(path) < 1 and any(process.poll() is None for process in processes):
            processes[0].poll()
        reader = stack.enter_context(Reader(path))
        processes += [stack.enter_context(program.running(*other, "--db", db)) for other in besides]
        ended = [end(process) for process in processes]
        # The reader reads on until all the others are done.
        stack.pop_all().close()
    return Together(ended, reader.seen)


def assert_as_one(program: Program, together: Together, whole: Undisturbed, db: str) -> None:
    """All went well, and left what one run alone does; every document was added by one run."""
    for ended in together.ended:
        assert ended.code == 0, ended
        assert "locked" not in ended.err, ended
        assert "in use by" not in ended.err, ended
    assert (together.seen.errors, together.seen.lost) == ([], 0)
    path = program.folder / db
    assert_sound(program, db)
    assert set(runs(path)) == {"completed"}
    found = holdings(path)
    assert_same(found, whole.held)
    added = "SELECT sum(added) FROM run WHERE flow = 'ingest'"
    assert ask(path, added) == [(found["documents"].total(),)]


def backup_of(folder: Path) -> Path:
    """The one backup in a folder."""
    (backup,) = folder.iterdir()
    return backup
