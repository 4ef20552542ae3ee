"""Kills ingestions over and over, and holds what they leave against what none has disturbed."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.reliability.cli_process import Program, documents, end, kill, runs
from tests.reliability.signal_timing import Life, is_written, some, started
from tests.reliability.warehouse_contents import Holdings, assert_same, holdings

KILLS_A_WAREHOUSE = 8


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A run that nobody disturbed: how it went, and what it left."""

    life: Life
    held: Holdings


@dataclass(frozen=True, slots=True)
class Kill:
    """A kill: how its moment was chosen, whether it hit, and how far things were.

    `begun` tells whether the run was in the book; `writing`, whether a transaction was cut.
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


def undisturbed(program: Program, sources: Sequence[str], *options: str) -> Undisturbed:
    """What a run leaves that goes from its beginning to its end."""
    path = program.folder / "undisturbed.db"
    began = time.monotonic()
    with program.running("ingest", *sources, *options, "--db", path.name) as process:
        started(process, path)
        start_s = time.monotonic() - began
        ended = end(process)
    seconds = time.monotonic() - began
    assert ended.code == 0, ended
    held = holdings(path)
    return Undisturbed(Life(start_s, seconds, held["documents"].total()), held)


def kill_over_and_over(
    program: Program,
    command: Sequence[str],
    whole: Undisturbed,
    dice: random.Random,
    db: str,
    kills: int = KILLS_A_WAREHOUSE,
) -> Iterator[Kill]:
    """Kills a command time and again, then lets it end, and asks for a warehouse like the whole."""
    path = program.folder / db
    for _ in range(kills):
        held, earlier = documents(path), len(runs(path))
        chosen, moment = some(dice, whole.life, held)
        with program.running(*command, "--db", db) as process:
            moment(process, path)
            cut = is_written(path)
            hit = kill(process)
            ended = end(process)
        assert hit or ended.code == 0, ended
        assert_sound(program, db)
        found = runs(path)
        assert "running" not in found[:-1], found
        begun = len(found) > earlier
        yield Kill(chosen, hit, documents(path), whole.life.documents, begun, hit and cut)
    ended = program.run(*command, "--db", db)
    assert ended.code == 0, ended
    assert_sound(program, db)
    assert set(runs(path)) <= {"completed", "interrupted"}
    assert runs(path)[-1] == "completed"
    assert_same(holdings(path), whole.held)


def assert_sound(program: Program, db: str) -> None:
    """`presswash check` finds nothing wrong, or nothing at all where nothing was made yet."""
    checked = program.run("check", "--db", db)
    if documents(program.folder / db) >= 0:
        assert (checked.code, checked.out, checked.err) == (0, f"{db} is sound\n", ""), checked
    else:
        assert "there is no warehouse" in checked.err or "not a warehouse yet" in checked.err


def phases(kills: Sequence[Kill]) -> dict[str, int]:
    """How many kills fell into each phase."""
    return dict(sorted(Counter(one.phase for one in kills).items()))
