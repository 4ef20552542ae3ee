"""Cleans pages in supervised worker processes; a page that breaks its process becomes a failure."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from cleaners.model import Capture
from flows.errors import WorkerStartError
from flows.workers.child import ChildSpec
from flows.workers.limits import Limits, format_bytes
from flows.workers.pipe import PipeClosed, PipeTimeout
from flows.workers.process import OutOfMemory, WorkerProcess

T = TypeVar("T")

_START_ATTEMPTS = 3
# The wall-clock time allowed for each second of processor time, because other programs use the
# processors, too.
_WALL_CLOCK_FACTOR = 4.0
_CPU_LIMIT_SIGNAL = "SIGPROF"
# Pages that a process has at once: the one that it cleans, and those that wait in its pipe. Other
# processes can't take these over, even if the first page takes long.
_PAGES_AHEAD = 4

TakePage = Callable[[], Capture | None]
"""Returns the next page to clean; None if there is none now."""


class SupervisorStopped(KeyboardInterrupt):
    """Raised in the cleaning thread when another thread stops its supervisor."""


@dataclass(frozen=True, slots=True)
class WorkerFailure:
    """Why a page broke its process; `is_certain` if only the page can be the cause."""

    error: str
    message: str
    is_certain: bool


@dataclass(frozen=True, slots=True)
class WorkerSpec(Generic[T]):
    """How a worker cleans a page and prepares itself, and the result for a failed page.

    `clean` and `prepare` must be module-level functions, so that they can be pickled. `on_failure`
    is called with the kind of error and a message.
    """

    clean: Callable[[Capture], T]
    prepare: Callable[[], None]
    on_failure: Callable[[str, str], T]


class Supervisor(Generic[T]):
    """One worker process at a time, which is replaced whenever a page has broken it.

    A page that exceeds the limit of processor time fails at once. If a page exceeds the wall-clock
    or memory limit, or its process dies, an earlier page or another program may be the cause. So
    the page is tried again, alone in a new process, and fails only if it breaks that one, too.
    """

    def __init__(self, spec: WorkerSpec[T], limits: Limits) -> None:
        self._spec, self._limits = spec, limits
        self._child_spec: ChildSpec[object] = ChildSpec(
            spec.clean, spec.prepare, limits.page_seconds, limits.page_memory
        )
        self._process: WorkerProcess | None = None
        self._stopped = False
        self._process_lock, self._cleaning_lock = threading.Lock(), threading.Lock()

    def start(self) -> WorkerProcess:
        """The process, started if necessary and possibly not ready yet.

        Raises SupervisorStopped.
        """
        with self._process_lock:
            if self._stopped:
                raise SupervisorStopped
            self._process = self._process or WorkerProcess(self._child_spec)
            return self._process

    def clean(self, take: TakePage, on_result: Callable[[T], None]) -> None:
        """Clean pages until `take` returns None; `on_result` gets the result of each, in order.

        Raises WorkerStartError if no process starts.
        """
        waiting: deque[Capture] = deque()  # pages that were taken and have no result yet
        alone = False
        with self._cleaning_lock:
            while waiting or _add(waiting, take):
                failure = self._attempt(waiting, alone, take, on_result)
                if failure and (failure.is_certain or alone):
                    waiting.popleft()
                    on_result(self._spec.on_failure(failure.error, failure.message))
                    failure = None
                alone = failure is not None

    def stop(self) -> None:
        """Stop the process at once; a thread that is using it gets SupervisorStopped."""
        with self._process_lock:
            self._stopped = True
            if self._process:
                self._process.kill()
        with self._cleaning_lock:
            self._replace()

    def _attempt(
        self, waiting: deque[Capture], alone: bool, take: TakePage, on_result: Callable[[T], None]
    ) -> WorkerFailure | None:
        """Clean the first page `alone`, or all until one breaks the process; returns that failure.

        Returns None early if the process must be replaced.
        """
        process = self._ready_process()
        limits = self._limits
        try:
            for result in self._results(process, waiting, 1 if alone else _PAGES_AHEAD, take):
                waiting.popleft()
                on_result(result)
                if not process.is_reusable:
                    self._replace()
                if alone or not process.is_reusable:
                    break
        except PipeTimeout:
            self._replace()
            return _too_slow(limits, is_certain=False)
        except OutOfMemory:
            self._replace()
            return WorkerFailure(
                "TooMuchMemory",
                _limit_message("memory", format_bytes(limits.page_memory)),
                is_certain=not process.n_cleaned,  # pages that wait in the pipe take no memory
            )
        except PipeClosed:
            how = self._replace()
            if how == _CPU_LIMIT_SIGNAL:
                return _too_slow(limits, is_certain=True)
            return WorkerFailure("WorkerDied", f"its worker process died ({how})", is_certain=False)
        except BaseException:
            # The process may still send results for these pages.
            self._replace()
            raise
        return None

    def _results(
        self, process: WorkerProcess, waiting: deque[Capture], most: int, take: TakePage
    ) -> Iterator[T]:
        """The results of the waiting pages, which the caller removes, and of those taken.

        The process has up to `most` pages, so that it never waits for the next one.
        """
        n_sent = 0
        while True:
            while n_sent < most and (n_sent < len(waiting) or _add(waiting, take)):
                process.send(waiting[n_sent])
                n_sent += 1
            if not n_sent:
                return
            result = process.receive(self._limits.page_seconds * _WALL_CLOCK_FACTOR)
            n_sent -= 1
            yield cast(T, result)

    def _ready_process(self) -> WorkerProcess:
        how = ""
        for _ in range(_START_ATTEMPTS):
            process = self.start()
            try:
                process.wait_until_ready()
            except PipeClosed:
                how = self._replace()
            else:
                return process
        raise WorkerStartError(
            f"the worker process ended {_START_ATTEMPTS} times before it was ready ({how})."
        )

    def _replace(self) -> str:
        """Stop the process; if it had already ended by itself, returns how, otherwise ''."""
        with self._process_lock:
            process, self._process = self._process, None
        return process.stop() if process else ""


class SupervisorPool(Generic[T]):
    """A supervisor for each thread that cleans at the same time."""

    def __init__(self, spec: WorkerSpec[T], limits: Limits) -> None:
        self._spec, self._limits = spec, limits
        self._idle: list[Supervisor[T]] = []
        self._all: list[Supervisor[T]] = []
        self._lock = threading.Lock()
        self._stopped = False

    def start(self) -> None:
        """Start the first process early, so that it is ready for the first page."""
        supervisor = self._acquire()
        supervisor.start()
        self._idle.append(supervisor)

    def clean(self, captures: Sequence[Capture]) -> list[T]:
        """The result of each page, in order: see Supervisor."""
        results: list[T] = []
        if captures:
            pages = iter(captures)
            self.clean_taken(lambda: next(pages, None), results.append)
        return results

    def clean_taken(self, take: TakePage, on_result: Callable[[T], None]) -> None:
        """Clean pages until `take` returns None: see Supervisor."""
        supervisor = self._acquire()
        try:
            supervisor.clean(take, on_result)
        finally:
            self._idle.append(supervisor)

    def stop(self) -> None:
        """Stop all processes."""
        with self._lock:
            self._stopped = True
        for supervisor in self._all:
            supervisor.stop()

    def _acquire(self) -> Supervisor[T]:
        with self._lock:
            if self._stopped:
                raise SupervisorStopped
            if self._idle:
                return self._idle.pop()
            supervisor = Supervisor(self._spec, self._limits)
            self._all.append(supervisor)
            return supervisor


def _add(waiting: deque[Capture], take: TakePage) -> bool:
    """Add the next page; False if there is none now."""
    if (page := take()) is None:
        return False
    waiting.append(page)
    return True


def _too_slow(limits: Limits, is_certain: bool) -> WorkerFailure:
    return WorkerFailure(
        "TooSlow", _limit_message("time", f"{limits.page_seconds:g} seconds"), is_certain
    )


def _limit_message(what: str, limit: str) -> str:
    setting = {"time": "page_seconds", "memory": "page_memory"}[what]
    return f"cleaning it took more {what} than the limit of {limit} ({setting} in presswash.toml)"
