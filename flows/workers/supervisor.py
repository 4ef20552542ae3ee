"""Cleans pages in a process that is watched, and says what becomes of those that break it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
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
# By the clock, a page may take longer than of a processor's time: others may be using those.
_WALL_CLOCK_FACTOR = 4.0
_CPU_LIMIT_SIGNAL = "SIGPROF"


class SupervisorStopped(KeyboardInterrupt):
    """Raised where pages are being cleaned when another thread ends their guard."""


@dataclass(frozen=True, slots=True)
class WorkerFailure:
    """How a page broke a process; `sure` where nothing else can have been the reason."""

    error: str
    message: str
    is_certain: bool


@dataclass(frozen=True, slots=True)
class WorkerSpec(Generic[T]):
    """How to clean a page, in a process that was prepared, and what to say of one given up.

    The first two are functions of modules. `given_up` gets the kind of error and a sentence.
    """

    clean: Callable[[Capture], T]
    prepare: Callable[[], None]
    on_failure: Callable[[str, str], T]


class Supervisor(Generic[T]):
    """One process that cleans at a time, replaced whenever a page has broken it.

    A page that took too much of a processor's time is given up at once. One that took too long by
    the clock, or too much memory, or whose process died, is cleaned again, alone in a new process,
    because what came before it or somebody else may have brought that about; if it breaks that,
    too, it is given up.
    """

    def __init__(self, crew: WorkerSpec[T], limits: Limits) -> None:
        self._spec, self._limits = crew, limits
        self._child_spec: ChildSpec[object] = ChildSpec(
            crew.clean, crew.prepare, limits.page_seconds, limits.page_memory
        )
        self._process: WorkerProcess | None = None
        self._stopped = False
        self._process_lock, self._cleaning_lock = threading.Lock(), threading.Lock()

    def start(self) -> WorkerProcess:
        """The process, which is started unless it runs, and may not be ready; raises Ended."""
        with self._process_lock:
            if self._stopped:
                raise SupervisorStopped
            self._process = self._process or WorkerProcess(self._child_spec)
            return self._process

    def clean(self, captures: Sequence[Capture]) -> list[T]:
        """What came of each page, in order. Raises WorkerStartError where no process starts."""
        done: list[T] = []
        suspect = -1
        with self._cleaning_lock:
            while (here := len(done)) < len(captures):
                alone = here == suspect
                fault = self._attempt(captures[here : here + 1 if alone else None], done)
                if fault is None:
                    continue
                here = len(done)
                if fault.is_certain or here == suspect:
                    done.append(self._spec.on_failure(fault.error, fault.message))
                suspect = here
        return done

    def stop(self) -> None:
        """Ends the process at once; where it was cleaning, in another thread, that raises Ended."""
        with self._process_lock:
            self._stopped = True
            if self._process:
                self._process.kill()
        with self._cleaning_lock:
            self._replace()

    def _attempt(self, captures: Sequence[Capture], done: list[T]) -> WorkerFailure | None:
        """Cleans pages until one breaks the process, which is that Fault; None if none did."""
        process = self._ready_process()
        fresh = not process.n_cleaned
        limits = self._limits
        try:
            process.send(captures)
            for _ in captures:
                done.append(cast(T, process.receive(limits.page_seconds * _WALL_CLOCK_FACTOR)))
                fresh = False
                if not process.is_reusable:
                    self._replace()
                    return None
        except PipeTimeout:
            self._replace()
            return _too_slow(limits, sure=False)
        except OutOfMemory:
            self._replace()
            return WorkerFailure(
                "TooMuchMemory",
                _limit_message("memory", format_bytes(limits.page_memory)),
                is_certain=fresh and len(captures) == 1,
            )
        except PipeClosed:
            how = self._replace()
            if how == _CPU_LIMIT_SIGNAL:
                return _too_slow(limits, sure=True)
            return WorkerFailure(
                "WorkerDied", f"the process that cleaned it died ({how})", is_certain=False
            )
        except BaseException:
            # It may have answers for nobody now.
            self._replace()
            raise
        return None

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
        """Ends the process, for another one to be started; how it had ended, if it had."""
        with self._process_lock:
            process, self._process = self._process, None
        return process.stop() if process else ""


class SupervisorPool(Generic[T]):
    """As many guards as are cleaning at the same time."""

    def __init__(self, crew: WorkerSpec[T], limits: Limits) -> None:
        self._spec, self._limits = crew, limits
        self._idle: list[Supervisor[T]] = []
        self._all: list[Supervisor[T]] = []
        self._lock = threading.Lock()
        self._stopped = False

    def start(self) -> None:
        """Starts a first process, so that it is ready when there is something to clean."""
        guard = self._acquire()
        guard.start()
        self._idle.append(guard)

    def clean(self, captures: Sequence[Capture]) -> list[T]:
        """What came of each page, in order: see Supervisor."""
        if not captures:
            return []
        guard = self._acquire()
        try:
            return guard.clean(captures)
        finally:
            self._idle.append(guard)

    def stop(self) -> None:
        """Ends all processes."""
        with self._lock:
            self._stopped = True
        for guard in self._all:
            guard.stop()

    def _acquire(self) -> Supervisor[T]:
        with self._lock:
            if self._stopped:
                raise SupervisorStopped
            if self._idle:
                return self._idle.pop()
            guard = Supervisor(self._spec, self._limits)
            self._all.append(guard)
            return guard


def _too_slow(limits: Limits, sure: bool) -> WorkerFailure:
    return WorkerFailure(
        "TooSlow", _limit_message("time", f"{limits.page_seconds:g} seconds"), sure
    )


def _limit_message(what: str, limit: str) -> str:
    setting = {"time": "page_seconds", "memory": "page_memory"}[what]
    return f"cleaning it took more {what} than the limit of {limit} ({setting} in presswash.toml)"
