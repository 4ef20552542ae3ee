"""Interrupts ingest runs as a terminal or a service manager does, and checks their summaries."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.cli_process import (
    CommandResult,
    Program,
    document_count,
    query_rows,
    wait_for_exit,
)
from tests.reliability.kill_trials import ReferenceRun, assert_sound
from tests.reliability.signal_timing import Process, after_seconds, random_moment

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

    def was_handled(self, ended: CommandResult) -> bool:
        """Whether presswash handled it: while Python starts, the signal kills the process."""
        if ended.code == 128 + self.number:
            return True
        assert ended.code == -self.number or "init_import_site" in ended.err, ended
        return False

    def send(self, process: Process, pause: float) -> bool:
        """Send it `times` times with a pause between; returns whether the process was running."""
        if process.poll() is not None:
            return False
        for number in range(self.times):
            if number:
                after_seconds(pause)(process, Path())
            if self.number == signal.SIGTERM:
                process.send_signal(self.number)
            elif process.poll() is None:
                os.killpg(process.pid, self.number)
        return True


CTRL_C = Interrupt(signal.SIGINT)
CTRL_C_TWICE = Interrupt(signal.SIGINT, 2)
TERM = Interrupt(signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class InterruptedRun:
    """Its result, whether it handled the signal, its row, seconds to its end."""

    result: CommandResult
    handled: bool
    entries: list[tuple[object, ...]]
    seconds: float


def interrupt_run(
    program: Program,
    command: Sequence[str],
    reference: ReferenceRun,
    rng: random.Random,
    interrupt: Interrupt,
    db: str,
) -> InterruptedRun | None:
    """Interrupt a run at a random moment and check the warehouse; None if the run had ended."""
    path = program.folder / db
    last = _last_run(path)
    _, moment = random_moment(rng, reference.timings, document_count(path))
    with program.running(*command, "--db", db) as process:
        moment(process, path)
        sent, began = interrupt.send(process, rng.uniform(0, 0.4)), time.monotonic()
        ended, took = wait_for_exit(process), round(time.monotonic() - began, 1)
    assert_sound(program, db)
    entries = query_rows(path, f"SELECT status, seen FROM run WHERE id > {last}")
    if not sent or ended.code == 0:
        assert ended.code == 0, ended
        assert entries[0][0] == "completed"
        return None
    handled = interrupt.was_handled(ended)
    if handled:
        lines = ended.err.splitlines()
        assert all(line.startswith("presswash: interrupted") for line in lines), ended
        assert 1 <= len(lines) <= interrupt.times, ended
    return InterruptedRun(ended, handled, entries, took)


def assert_summary_is_true(program: Program, left: InterruptedRun) -> None:
    """Assert that the summary agrees with the table of runs, and that no batch was split."""
    if not left.handled or left.result.err == "presswash: interrupted\n":
        # Before there was a run, or when all that was left to do was to tell of it.
        assert [status for status, _ in left.entries] in ([], ["completed"]), left
        return
    said = SUMMARY.fullmatch(left.result.err)
    assert said, left.result
    ((status, seen),) = left.entries or [("interrupted", 0)]
    assert status == ("completed" if said["end"] else "interrupted"), left
    assert int(said["seen"].replace(",", "")) == seen, left
    assert isinstance(seen, int)
    assert seen == 0 or said["last"], left
    assert said["end"] or seen % program.pages == 0 or not said["dropped"], left


def _last_run(db: Path) -> int:
    return max([0, *(int(str(row[0])) for row in query_rows(db, "SELECT id FROM run"))])
