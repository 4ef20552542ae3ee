"""Kills ingest runs repeatedly, and compares the warehouse with one of an undisturbed run."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.reliability.cli_process import (
    Program,
    document_count,
    kill_group,
    run_statuses,
    wait_for_exit,
)
from tests.reliability.signal_timing import RunTimings, is_write_locked, random_moment, started
from tests.reliability.warehouse_contents import Contents, assert_same_contents, read_contents

KILLS_PER_WAREHOUSE = 8


@dataclass(frozen=True, slots=True)
class ReferenceRun:
    """An undisturbed run: its timings, and the contents of its warehouse."""

    timings: RunTimings
    contents: Contents


@dataclass(frozen=True, slots=True)
class KillTrial:
    """A kill: how its moment was chosen, whether the run was still going, and how far it was.

    `begun`: whether the run was in the table of runs; `writing`: whether a transaction was cut.
    """

    chosen: str
    hit: bool
    documents: int
    total: int
    begun: bool
    writing: bool

    @property
    def phase(self) -> str:
        """How far the run and the warehouse were when it was killed."""
        if not self.hit:
            return "missed: had ended"
        if self.documents < 0:
            return "no warehouse yet"
        if not self.begun:
            return "starting"
        if self.documents == self.total:
            return "all documents in"
        return f"{10 * self.documents // self.total * 10:2} % of documents in"


def reference_run(program: Program, sources: Sequence[str], *options: str) -> ReferenceRun:
    """Ingest the sources without disturbance, and read the warehouse."""
    path = program.folder / "undisturbed.db"
    began = time.monotonic()
    with program.running("ingest", *sources, *options, "--db", path.name) as process:
        started(process, path)
        start_s = time.monotonic() - began
        ended = wait_for_exit(process)
    seconds = time.monotonic() - began
    assert ended.code == 0, ended
    held = read_contents(path)
    return ReferenceRun(RunTimings(start_s, seconds, held["documents"].total()), held)


def kill_repeatedly(
    program: Program,
    command: Sequence[str],
    reference: ReferenceRun,
    rng: random.Random,
    db: str,
    kills: int = KILLS_PER_WAREHOUSE,
) -> Iterator[KillTrial]:
    """Kill a command `kills` times, then let it finish; assert the contents of the reference."""
    path = program.folder / db
    for _ in range(kills):
        held, earlier = document_count(path), len(run_statuses(path))
        chosen, moment = random_moment(rng, reference.timings, held)
        with program.running(*command, "--db", db) as process:
            moment(process, path)
            cut = is_write_locked(path)
            hit = kill_group(process)
            ended = wait_for_exit(process)
        assert hit or ended.code == 0, ended
        assert_sound(program, db)
        found = run_statuses(path)
        assert "running" not in found[:-1], found
        begun = len(found) > earlier
        yield KillTrial(
            chosen, hit, document_count(path), reference.timings.documents, begun, hit and cut
        )
    ended = program.run(*command, "--db", db)
    assert ended.code == 0, ended
    assert_sound(program, db)
    assert set(run_statuses(path)) <= {"completed", "interrupted"}
    assert run_statuses(path)[-1] == "completed"
    assert_same_contents(read_contents(path), reference.contents)


def assert_sound(program: Program, db: str) -> None:
    """Assert that `presswash check` finds no problem, or no warehouse if none was made yet."""
    checked = program.run("check", "--db", db)
    if document_count(program.folder / db) >= 0:
        assert (checked.code, checked.out, checked.err) == (0, f"{db} is sound\n", ""), checked
    else:
        assert "there is no warehouse" in checked.err or "not a warehouse yet" in checked.err


def count_phases(kills: Sequence[KillTrial]) -> dict[str, int]:
    """How many kills fell into each phase."""
    return dict(sorted(Counter(one.phase for one in kills).items()))
