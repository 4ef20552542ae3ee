"""What a guarded process does: it cleans the pages that it is sent, one after the other."""

from __future__ import annotations

import gc
import os
import pickle
import re
import resource
import select
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import IO, Generic, TypeVar

from cleaners.model import Capture
from flows.workers.pipe import HEADER_BYTES, frame_message

T = TypeVar("T")

# After so long without work the system ends the process; a guard starts another one if need be.
_IDLE_TIMEOUT_S = 600.0


class MessageKind(bytes, Enum):
    """The first byte of what a process says."""

    READY = b"r"
    RESULT = b"="
    LAST_RESULT = b"."
    OUT_OF_MEMORY = b"m"
    START_FAILED = b"!"


@dataclass(frozen=True, slots=True)
class ChildSpec(Generic[T]):
    """What a process is for: functions of modules, so that they can be named to it.

    `prepare` is called first, and does what would make the first page dearer than others. `work`
    cleans a page; it may raise MemoryError and nothing else. `seconds` of a processor's time
    for a page and bytes of `memory` are limits that the system holds, whatever code is running.
    """

    clean: Callable[[Capture], T]
    prepare: Callable[[], None]
    cpu_seconds: float
    memory_bytes: int


def serve(requests: IO[bytes]) -> None:
    """Answers requests, which are lists of captures, for as long as the parent lives."""
    answers = _take_over_stdout()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(
        target=_exit_when_parent_closes, args=(requests.fileno(),), daemon=True
    ).start()
    # As in the parent, see flows.cli: small matrices, and many small objects that all stay.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(100_000, 20, 20)
    try:
        job: ChildSpec[object] = pickle.load(requests)  # noqa: S301 - from the parent
        _limit_memory(job.memory_bytes)
        job.prepare()
    except Exception as error:
        _send(answers, MessageKind.START_FAILED, f"{type(error).__name__}: {error}".encode())
        return
    gc.freeze()
    _send(answers, MessageKind.READY)
    while (captures := _receive_captures(requests)) is not None:
        for capture in captures:
            if not _clean_and_send(job, capture, answers):
                return


def _receive_captures(requests: IO[bytes]) -> list[Capture] | None:
    """The next pages to clean; None where there are no more."""
    signal.setitimer(signal.ITIMER_REAL, _IDLE_TIMEOUT_S)
    head = requests.read(HEADER_BYTES)
    signal.setitimer(signal.ITIMER_REAL, 0)
    if len(head) < HEADER_BYTES:
        return None
    captures: list[Capture] = pickle.loads(requests.read(int.from_bytes(head, "big")))  # noqa: S301
    return captures


def _clean_and_send(job: ChildSpec[object], capture: Capture, answers: IO[bytes]) -> bool:
    """Cleans a page and says what came of it; False where this process has to be replaced."""
    signal.setitimer(signal.ITIMER_PROF, job.cpu_seconds)
    try:
        result = pickle.dumps(job.clean(capture), protocol=5)
    except MemoryError:
        result = None
    signal.setitimer(signal.ITIMER_PROF, 0)
    if result is None:
        _send(answers, MessageKind.OUT_OF_MEMORY)
        return False
    # What one page has taken is never quite given back: the next one shall have enough.
    stays = _peak_memory_bytes() < job.memory_bytes // 2
    _send(answers, MessageKind.RESULT if stays else MessageKind.LAST_RESULT, result)
    return stays


def _take_over_stdout() -> IO[bytes]:
    """The pipe to the parent, in the place of which anything printed goes nowhere."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return answers


def _send(answers: IO[bytes], word: MessageKind, message: bytes = b"") -> None:
    answers.write(frame_message(word.value + message))
    answers.flush()


def _exit_when_parent_closes(requests: int) -> None:
    """Ends this process when nobody holds the other end of a pipe, whatever it is doing."""
    poll = select.poll()
    poll.register(requests, 0)
    poll.poll()
    os._exit(1)


def _limit_memory(memory: int) -> None:
    """Makes the system refuse more memory than that, also to code that isn't Python's."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _peak_memory_bytes() -> int:
    """The most bytes of memory that this process has had at a time."""
    if found := re.search(rb"VmHWM:\s+(\d+) kB", _proc_status()):
        return int(found[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _proc_status() -> bytes:
    """What Linux tells of this process: its ru_maxrss is the parent's, if that was larger."""
    try:
        with open("/proc/self/status", "rb") as file:  # noqa: PTH123 - quick, after every page
            return file.read()
    except OSError:
        return b""
