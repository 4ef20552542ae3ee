"""Pools of processes: order, bounds, and pages that kill the process that cleans them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import partial

import pytest

from cleaners.model import Capture
from flows.pipeline import in_order
from flows.workers import Crew, ProcessPool
from tests.flows.conftest import ROOT, path_for_others


def upper(captures: Sequence[Capture]) -> list[str]:
    """Stands for cleaning: some payloads end the process, as a bug in C code does."""
    for capture in captures:
        if capture.payload == b"kill":
            os._exit(9)
    return [capture.payload.decode().upper() for capture in captures]


def name_pid(captures: Sequence[Capture]) -> list[str]:
    return [str(os.getpid()) for _ in captures]


def lost(capture: Capture) -> str:
    return f"lost {capture.locator}"


UPPER = Crew(upper, lost, partial(ProcessPool, upper))
PIDS = Crew(name_pid, lost, partial(ProcessPool, name_pid))


def batches(*payloads: str) -> Iterator[list[Capture]]:
    for number, letters in enumerate(payloads):
        words = letters.split()
        yield [Capture(f"{number}.{k}", word.encode()) for k, word in enumerate(words)]


def cleaned(crew: Crew[str], jobs: int, *payloads: str) -> list[list[str]]:
    source = batches(*payloads)
    take = partial(next, source, None)
    return [results for _, results in in_order(take, lambda batch: batch, crew, jobs)]


def test_results_come_in_the_order_of_the_batches_with_any_number_of_processes() -> None:
    payloads = [f"a{n} b{n}" for n in range(7)]
    expected = [[f"A{n}", f"B{n}"] for n in range(7)]
    assert cleaned(UPPER, 1, *payloads) == expected
    assert cleaned(UPPER, 2, *payloads) == expected


def test_one_batch_or_one_job_needs_no_other_process() -> None:
    here = str(os.getpid())
    assert cleaned(PIDS, 2, "a b") == [[here, here]]
    assert cleaned(PIDS, 1, "a", "b") == [[here], [here]]


def test_more_batches_are_cleaned_in_other_processes() -> None:
    assert str(os.getpid()) not in [pid for pids in cleaned(PIDS, 2, "a", "b", "c") for pid in pids]


def test_no_more_than_two_batches_a_worker_are_read_ahead() -> None:
    taken = 0

    def take() -> list[Capture] | None:
        nonlocal taken
        taken += 1
        return [Capture("x", b"x")] if taken <= 20 else None

    results = in_order(take, lambda batch: batch, UPPER, 2)
    next(results)
    assert taken <= 5
    assert len(list(results)) == 19


def test_a_page_that_kills_its_process_is_lost_alone() -> None:
    payloads = ["a b", "c kill d", "e f", "g h", "kill kill", "i"]
    assert cleaned(UPPER, 2, *payloads) == [
        ["A", "B"],
        ["C", "lost 1.1", "D"],
        ["E", "F"],
        ["G", "H"],
        ["lost 4.0", "lost 4.1"],
        ["I"],
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX processes")
def test_workers_go_when_their_parent_is_killed() -> None:
    script = """
import sys, time
from tests.flows.test_workers import PIDS, batches
from flows.workers import Workers
if __name__ == "__main__":
    with Workers(PIDS, 2) as workers:
        (pid,) = workers.submit(next(batches("a")))()
        print(pid, flush=True)
        time.sleep(600)
"""
    command = [sys.executable, "-c", script]
    environment = {**os.environ, "PYTHONPATH": path_for_others()}
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment) as parent:
        assert parent.stdout is not None
        assert int(parent.stdout.readline()) != parent.pid
        parent.send_signal(signal.SIGKILL)
        # The worker has the pipe's other end too: the end comes when both are gone.
        assert parent.stdout.read() == b""
