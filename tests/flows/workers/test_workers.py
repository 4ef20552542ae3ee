"""Guarded processes: order, bounds, and pages that break the process that cleans them."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cleaners.model import Capture
from flows.errors import WorkerStartError
from flows.runs.pipeline import in_order
from flows.workers.limits import Limits
from flows.workers.pool import ProcessPool
from flows.workers.supervisor import SupervisorPool, SupervisorStopped, WorkerSpec
from tests.flows.conftest import ROOT, path_for_others
from tests.slow_cases import all_slow_but

MB = 1024 * 1024


def spin() -> str:
    while True:
        pass


def print_noise() -> str:
    os.write(1, b"noise" * 1000)
    return "PRINT"


# What breaks a process, as bugs in C code do, and what tells of it. A call of C code by PyDLL or
# `re` holds the interpreter's lock: no other thread of the process can do anything.
DEEDS: dict[bytes, Callable[[], object]] = {
    b"kill": lambda: os._exit(9),
    b"crash": lambda: ctypes.string_at(0),
    b"hang": lambda: threading.Event().wait(),
    b"hang in C": lambda: ctypes.PyDLL(None).sleep(600),
    b"busy": spin,
    b"busy in C": lambda: re.match(r"(a+)+$", "a" * 60 + "b"),
    b"memory": lambda: len(bytearray(1 << 40)),
    b"large": lambda: len(bytearray(300 * MB)),
    b"pid": os.getpid,
    b"print": print_noise,
}


def upper(capture: Capture) -> str:
    """Stands for cleaning."""
    deed = DEEDS.get(capture.payload)
    return str(deed()) if deed else capture.payload.decode().upper()


def nothing() -> None:
    """What it takes to be prepared for that."""


def impossible() -> None:
    raise ImportError("there is no such library")


def dying() -> None:
    os._exit(3)


def given_up(error: str, _message: str) -> str:
    return error


UPPER = WorkerSpec(upper, nothing, given_up)
LIMITS = Limits(page_seconds=60, page_memory=512 * MB)


def captures(words: str) -> list[Capture]:
    return [Capture(str(number), word.encode()) for number, word in enumerate(words.split(","))]


def batches(*batches: str) -> Iterator[list[Capture]]:
    yield from map(captures, batches)


def cleaned(jobs: int, *words: str, limits: Limits = LIMITS) -> list[str]:
    source = batches(*words)
    with ProcessPool(UPPER, jobs, limits) as workers:
        found = in_order(lambda: next(source, None), lambda batch: batch, workers)
        return [",".join(results) for _, results in found]


@pytest.fixture
def guards() -> Iterator[SupervisorPool[str]]:
    made = SupervisorPool(UPPER, LIMITS)
    yield made
    made.stop()


def test_results_come_in_the_order_of_the_batches_with_any_number_of_processes() -> None:
    words = [",".join(f"w{n}x{k}" for k in range(20)) for n in range(7)]
    expected = [batch.upper() for batch in words]
    assert cleaned(1, *words) == expected
    assert cleaned(2, *words) == expected


def test_pages_are_cleaned_in_other_processes_one_for_each_job() -> None:
    assert len(set(cleaned(1, "pid", "pid"))) == 1
    pids = {pid for batch in cleaned(2, *["pid," * 30 + "pid"] * 20) for pid in batch.split(",")}
    assert len(pids) <= 2
    assert str(os.getpid()) not in pids


def test_no_more_than_two_batches_a_worker_are_read_ahead() -> None:
    taken = 0

    def take() -> list[Capture] | None:
        nonlocal taken
        taken += 1
        return captures("x") if taken <= 20 else None

    with ProcessPool(UPPER, 2, LIMITS) as workers:
        results = in_order(take, lambda batch: batch, workers)
        next(results)
        assert taken <= 5
        assert len(list(results)) == 19


@pytest.mark.parametrize("jobs", all_slow_but([2], [1, 2]))
def test_a_page_that_kills_its_process_is_given_up_alone(jobs: int) -> None:
    assert cleaned(jobs, "a,b", "c,kill,d", "crash", "e,f", "kill,kill", "i") == [
        "A,B",
        "C,WorkerDied,D",
        "WorkerDied",
        "E,F",
        "WorkerDied,WorkerDied",
        "I",
    ]


@pytest.mark.parametrize(
    "hanging", all_slow_but(["hang in C", "busy in C"], ["hang", "hang in C", "busy", "busy in C"])
)
def test_a_page_over_the_limit_of_time_is_given_up_alone(hanging: str) -> None:
    limits = Limits(page_seconds=0.5, page_memory=512 * MB)
    assert cleaned(1, f"a,{hanging},b", limits=limits) == ["A,TooSlow,B"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_only_the_page_that_broke_its_process_is_to_blame_for_it(jobs: int) -> None:
    limits = Limits(page_seconds=0.5, page_memory=512 * MB)
    words = [f"w{n}" for n in range(24)]
    words[5], words[6], words[14], words[20] = "busy", "kill", "busy", "memory"
    expected = [word.upper() for word in words]
    expected[5] = expected[14] = "TooSlow"
    expected[6], expected[20] = "WorkerDied", "TooMuchMemory"
    assert cleaned(jobs, ",".join(words), limits=limits) == [",".join(expected)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_pages_larger_than_a_pipe_come_and_go(jobs: int) -> None:
    words = [f"{n}{'x' * 5 * MB}" for n in range(9)]
    assert cleaned(jobs, ",".join(words)) == [",".join(words).upper()]


def test_each_process_takes_pages_until_none_is_left() -> None:
    """While one process is busy with a page, the other one cleans the rest."""
    limits = Limits(page_seconds=2, page_memory=512 * MB)
    first, *others = cleaned(2, ",".join(["busy", *["pid"] * 60]), limits=limits)[0].split(",")
    assert first == "TooSlow"
    assert max(map(others.count, others)) >= 60 - 4


def test_a_page_over_the_limit_of_memory_is_given_up_alone() -> None:
    assert cleaned(1, "a,memory,b") == ["A,TooMuchMemory,B"]


def test_a_process_that_a_page_has_made_large_is_replaced() -> None:
    first, _, second = cleaned(1, "pid,large,pid")[0].split(",")
    assert first != second


def test_what_a_page_makes_a_library_print_disturbs_nobody() -> None:
    assert cleaned(1, "a,print,b") == ["A,PRINT,B"]


def test_a_process_killed_from_outside_costs_nothing(guards: SupervisorPool[str]) -> None:
    (pid,) = guards.clean(captures("pid"))
    os.kill(int(pid), signal.SIGKILL)
    assert guards.clean(captures("a,b")) == ["A", "B"]


def test_pages_in_hand_are_dropped_when_the_guards_end(guards: SupervisorPool[str]) -> None:
    (pid,) = guards.clean(captures("pid"))
    raised: list[type[BaseException]] = []

    def clean() -> None:
        try:
            guards.clean(captures("hang"))
        except BaseException as error:
            raised.append(type(error))

    thread = threading.Thread(target=clean)
    thread.start()
    guards.stop()
    thread.join(60)
    assert raised == [SupervisorStopped]
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


@pytest.mark.parametrize(
    ("crew", "why"),
    [
        (WorkerSpec(upper, impossible, given_up), "ImportError: there is no such library"),
        (WorkerSpec(upper, dying, given_up), "ended 3 times before it was ready .exit code 3"),
    ],
)
def test_a_process_that_cannot_start_is_an_error_and_no_page_is_to_blame(
    crew: WorkerSpec[str], why: str
) -> None:
    for jobs in (1, 2):
        with ProcessPool(crew, jobs, LIMITS) as workers, pytest.raises(WorkerStartError, match=why):
            workers.submit(captures("a"))()


def test_modules_in_the_current_folder_are_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pickle.py").write_text("raise SystemExit('let in')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cleaned(1, "a") == ["A"]


def test_processes_go_when_their_parent_is_killed() -> None:
    script = """
import time
from tests.flows.workers.test_workers import LIMITS, UPPER, captures
from flows.workers.pool import ProcessPool
with ProcessPool(UPPER, 2, LIMITS) as workers:
    print(workers.submit(captures("pid"))()[0], flush=True)
    workers.submit(captures("hang"))
    time.sleep(600)
"""
    command = [sys.executable, "-c", script]
    environment = {**os.environ, "PYTHONPATH": path_for_others(), "PRESSWASH_DEBUG": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=environment
    ) as parent:
        assert parent.stdout is not None
        assert parent.stderr is not None
        assert int(parent.stdout.readline()) != parent.pid
        parent.send_signal(signal.SIGKILL)
        # The process has the pipe's other end too: the end comes when both are gone.
        assert parent.stderr.read() == b""
