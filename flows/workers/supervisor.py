"""Cleans pages in a process that is watched, and says what becomes of those that break it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from cleaners.model import Capture
from flows.errors import GuardError
from flows.workers.child import Job
from flows.workers.limits import Limits, size
from flows.workers.pipe import Gone, Late
from flows.workers.process import NoMemory, Process

T = TypeVar("T")

_ATTEMPTS = 3
# By the clock, a page may take longer than of a processor's time: others may be using those.
_PATIENCE = 4.0
_OVERDUE = "SIGPROF"


class Ended(KeyboardInterrupt):
    """Raised where pages are being cleaned when another thread ends their guard."""


@dataclass(frozen=True, slots=True)
class Fault:
    """How a page broke a process; `sure` where nothing else can have been the reason."""

    error: str
    message: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Crew(Generic[T]):
    """How to clean a page, in a process that was prepared, and what to say of one given up.

    The first two are functions of modules. `given_up` gets the kind of error and a sentence.
    """

    work: Callable[[Capture], T]
    prepare: Callable[[], None]
    given_up: Callable[[str, str], T]


class Guard(Generic[T]):
    """One process that cleans at a time, replaced whenever a page has broken it.

    A page that took too much of a processor's time is given up at once. One that took too long by
    the clock, or too much memory, or whose process died, is cleaned again, alone in a new process,
    because what came before it or somebody else may have brought that about; if it breaks that,
    too, it is given up.
    """

    def __init__(self, crew: Crew[T], limits: Limits) -> None:
        self._crew, self._limits = crew, limits
        self._job: Job[object] = Job(
            crew.work, crew.prepare, limits.page_seconds, limits.page_memory
        )
        self._process: Process | None = None
        self._ended = False
        self._changing, self._cleaning = threading.Lock(), threading.Lock()

    def start(self) -> Process:
        """The process, which is started unless it runs, and may not be ready; raises Ended."""
        with self._changing:
            if self._ended:
                raise Ended
            self._process = self._process or Process(self._job)
            return self._process

    def clean(self, captures: Sequence[Capture]) -> list[T]:
        """What came of each page, in order. Raises GuardError where no process starts."""
        done: list[T] = []
        suspect = -1
        with self._cleaning:
            while (here := len(done)) < len(captures):
                alone = here == suspect
                fault = self._attempt(captures[here : here + 1 if alone else None], done)
                if fault is None:
                    continue
                here = len(done)
                if fault.sure or here == suspect:
                    done.append(self._crew.given_up(fault.error, fault.message))
                suspect = here
        return done

    def end(self) -> None:
        """Ends the process at once; where it was cleaning, in another thread, that raises Ended."""
        with self._changing:
            self._ended = True
            if self._process:
                self._process.kill()
        with self._cleaning:
            self._replace()

    def _attempt(self, captures: Sequence[Capture], done: list[T]) -> Fault | None:
        """Cleans pages until one breaks the process, which is that Fault; None if none did."""
        process = self._ready()
        fresh = not process.cleaned
        limits = self._limits
        try:
            process.ask(captures)
            for _ in captures:
                done.append(cast(T, process.answer(limits.page_seconds * _PATIENCE)))
                fresh = False
                if not process.stays:
                    self._replace()
                    return None
        except Late:
            self._replace()
            return _too_slow(limits, sure=False)
        except NoMemory:
            self._replace()
            return Fault(
                "TooMuchMemory",
                _over("memory", size(limits.page_memory)),
                sure=fresh and len(captures) == 1,
            )
        except Gone:
            how = self._replace()
            if how == _OVERDUE:
                return _too_slow(limits, sure=True)
            return Fault("WorkerDied", f"the process that cleaned it died ({how})", sure=False)
        except BaseException:
            # It may have answers for nobody now.
            self._replace()
            raise
        return None

    def _ready(self) -> Process:
        how = ""
        for _ in range(_ATTEMPTS):
            process = self.start()
            try:
                process.wait_until_ready()
            except Gone:
                how = self._replace()
            else:
                return process
        raise GuardError(
            f"the process that cleans pages ended {_ATTEMPTS} times before it was ready ({how})."
        )

    def _replace(self) -> str:
        """Ends the process, for another one to be started; how it had ended, if it had."""
        with self._changing:
            process, self._process = self._process, None
        return process.end() if process else ""


class Guards(Generic[T]):
    """As many guards as are cleaning at the same time."""

    def __init__(self, crew: Crew[T], limits: Limits) -> None:
        self._crew, self._limits = crew, limits
        self._idle: list[Guard[T]] = []
        self._all: list[Guard[T]] = []
        self._lock = threading.Lock()
        self._ended = False

    def start(self) -> None:
        """Starts a first process, so that it is ready when there is something to clean."""
        guard = self._take()
        guard.start()
        self._idle.append(guard)

    def clean(self, captures: Sequence[Capture]) -> list[T]:
        """What came of each page, in order: see Guard."""
        if not captures:
            return []
        guard = self._take()
        try:
            return guard.clean(captures)
        finally:
            self._idle.append(guard)

    def end(self) -> None:
        """Ends all processes."""
        with self._lock:
            self._ended = True
        for guard in self._all:
            guard.end()

    def _take(self) -> Guard[T]:
        with self._lock:
            if self._ended:
                raise Ended
            if self._idle:
                return self._idle.pop()
            guard = Guard(self._crew, self._limits)
            self._all.append(guard)
            return guard


def _too_slow(limits: Limits, sure: bool) -> Fault:
    return Fault("TooSlow", _over("time", f"{limits.page_seconds:g} seconds"), sure)


def _over(what: str, limit: str) -> str:
    setting = {"time": "page_seconds", "memory": "page_memory"}[what]
    return f"cleaning it took more {what} than the limit of {limit} ({setting} in presswash.toml)"
