"""The code of a worker process: cleans the pages that it receives, one after the other."""

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

# An idle process ends after this time. Its supervisor starts another one when needed.
_IDLE_TIMEOUT_S = 600.0


class MessageKind(bytes, Enum):
    """The first byte of each message from a worker."""

    READY = b"r"
    RESULT = b"="
    LAST_RESULT = b"."
    OUT_OF_MEMORY = b"m"
    START_FAILED = b"!"


@dataclass(frozen=True, slots=True)
class ChildSpec(Generic[T]):
    """What a worker process calls, and its limits.

    `prepare` runs once, so that the first page isn't slower than others. `clean` may raise only
    MemoryError. Both must be module-level functions. The operating system enforces `cpu_seconds`
    for each page and `memory_bytes` for the process.
    """

    clean: Callable[[Capture], T]
    prepare: Callable[[], None]
    cpu_seconds: float
    memory_bytes: int


def serve(requests: IO[bytes]) -> None:
    """Clean the captures read from `requests`, one by one, for as long as the parent lives."""
    responses = _take_over_stdout()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(
        target=_exit_when_parent_closes, args=(requests.fileno(),), daemon=True
    ).start()
    # The same settings as in the parent process: see flows.cli.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(100_000, 20, 20)
    try:
        spec: ChildSpec[object] = pickle.load(requests)  # noqa: S301 - from the parent
        _limit_memory(spec.memory_bytes)
        spec.prepare()
    except Exception as error:
        _send(responses, MessageKind.START_FAILED, f"{type(error).__name__}: {error}".encode())
        return
    gc.freeze()
    _send(responses, MessageKind.READY)
    while (capture := _receive_capture(requests)) is not None:
        if not _clean_and_send(spec, capture, responses):
            return


def _receive_capture(requests: IO[bytes]) -> Capture | None:
    """The next page to clean; None if there are no more."""
    signal.setitimer(signal.ITIMER_REAL, _IDLE_TIMEOUT_S)
    head = requests.read(HEADER_BYTES)
    signal.setitimer(signal.ITIMER_REAL, 0)
    if len(head) < HEADER_BYTES:
        return None
    capture: Capture = pickle.loads(requests.read(int.from_bytes(head, "big")))  # noqa: S301
    return capture


def _clean_and_send(spec: ChildSpec[object], capture: Capture, responses: IO[bytes]) -> bool:
    """Clean a page and send the result; False if this process must be replaced."""
    signal.setitimer(signal.ITIMER_PROF, spec.cpu_seconds)
    try:
        result = pickle.dumps(spec.clean(capture), protocol=5)
    except MemoryError:
        result = None
    signal.setitimer(signal.ITIMER_PROF, 0)
    if result is None:
        _send(responses, MessageKind.OUT_OF_MEMORY)
        return False
    # A process doesn't return all memory of a page. Enough must be left for the next one.
    is_reusable = _peak_memory_bytes() < spec.memory_bytes // 2
    _send(responses, MessageKind.RESULT if is_reusable else MessageKind.LAST_RESULT, result)
    return is_reusable


def _take_over_stdout() -> IO[bytes]:
    """The pipe to the parent, which was stdout; from now on, anything printed is discarded."""
    responses = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return responses


def _send(responses: IO[bytes], kind: MessageKind, message: bytes = b"") -> None:
    responses.write(frame_message(kind.value + message))
    responses.flush()


def _exit_when_parent_closes(requests: int) -> None:
    """Exit as soon as the parent's end of a pipe is closed."""
    poll = select.poll()
    poll.register(requests, 0)
    poll.poll()
    os._exit(1)


def _limit_memory(memory: int) -> None:
    """Limit the memory that the system gives this process, including native code."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _peak_memory_bytes() -> int:
    """The peak memory of this process, in bytes."""
    if found := re.search(rb"VmHWM:\s+(\d+) kB", _proc_status()):
        return int(found[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _proc_status() -> bytes:
    """The peak memory from /proc: on Linux, ru_maxrss includes the parent's peak."""
    try:
        with open("/proc/self/status", "rb") as file:  # noqa: PTH123 - quick, after every page
            return file.read()
    except OSError:
        return b""
