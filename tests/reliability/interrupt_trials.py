"""Interrupts ingestions as a terminal or a service manager does, and reads what they say of it."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.cli_process import Ended, Program, ask, documents, end
from tests.reliability.kill_trials import Undisturbed, assert_sound
from tests.reliability.signal_timing import Process, after, some

# What a summary says: where it stopped, how many pages are in, how to go on.
SUMMARY = re.compile(
    r"presswash: interrupted (?:after (?P<last>.+?)|before the first batch was loaded): "
    r"(?P<end>that was the last; )?(?P<seen>[\d,]+) pages? loaded into (?P<db>[\w.-]+)"
    r"(?:, (?P<dropped>[\d,]+) more read and dropped)?(?:, [\d,]+ other files? skipped)?"
    r"(?:; run the same command again to go on with the rest)?\n"
)


@dataclass(frozen=True, slots=True)
class Interrupt:
    """A signal to send: to the process alone, as `kill` does, or, as Ctrl-C, to its group."""

    number: int
    times: int = 1

    def was_heard(self, ended: Ended) -> bool:
        """Whether presswash was there to hear it: Python ends by itself while it starts."""
        if ended.code == 128 + self.number:
            return True
        assert ended.code == -self.number or "init_import_site" in ended.err, ended
        return False

    def send(self, process: Process, pause: float) -> bool:
        """Sends it, so often and with such a pause; whether there was anyone to get it."""
        if process.poll() is not None:
            return False
        for number in range(self.times):
            if number:
                after(pause)(process, Path())
            if self.number == signal.SIGTERM:
                process.send_signal(self.number)
            elif process.poll() is None:
                os.killpg(process.pid, self.number)
        return True


CTRL_C = Interrupt(signal.SIGINT)
CTRL_C_TWICE = Interrupt(signal.SIGINT, 2)
TERM = Interrupt(signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class Interrupted:
    """What an interrupted run left: how it ended, its entry in the book, and what it took."""

    ended: Ended
    heard: bool
    entries: list[tuple[object, ...]]
    seconds: float


def interrupted(
    program: Program,
    command: Sequence[str],
    whole: Undisturbed,
    dice: random.Random,
    interrupt: Interrupt,
    db: str,
) -> Interrupted | None:
    """Interrupts a run at some moment and looks that all is in order; None if it had ended."""
    path = program.folder / db
    last = _last_run(path)
    _, moment = some(dice, whole.life, documents(path))
    with program.running(*command, "--db", db) as process:
        moment(process, path)
        sent, began = interrupt.send(process, dice.uniform(0, 0.4)), time.monotonic()
        ended, took = end(process), round(time.monotonic() - began, 1)
    assert_sound(program, db)
    entries = ask(path, f"SELECT status, seen FROM run WHERE id > {last}")
    if not sent or ended.code == 0:
        assert ended.code == 0, ended
        assert entries[0][0] == "completed"
        return None
    heard = interrupt.was_heard(ended)
    if heard:
        lines = ended.err.splitlines()
        assert all(line.startswith("presswash: interrupted") for line in lines), ended
        assert 1 <= len(lines) <= interrupt.times, ended
    return Interrupted(ended, heard, entries, took)


def assert_summary_is_true(program: Program, left: Interrupted) -> None:
    """The summary says what the book says, and batches are in whole or not at all."""
    if not left.heard or left.ended.err == "presswash: interrupted\n":
        # Before there was a run, or when all that was left to do was to tell of it.
        assert [status for status, _ in left.entries] in ([], ["completed"]), left
        return
    said = SUMMARY.fullmatch(left.ended.err)
    assert said, left.ended
    ((status, seen),) = left.entries or [("interrupted", 0)]
    assert status == ("completed" if said["end"] else "interrupted"), left
    assert int(said["seen"].replace(",", "")) == seen, left
    assert isinstance(seen, int)
    assert seen == 0 or said["last"], left
    assert said["end"] or seen % program.pages == 0 or not said["dropped"], left


def _last_run(db: Path) -> int:
    return max([0, *(int(str(row[0])) for row in ask(db, "SELECT id FROM run"))])
