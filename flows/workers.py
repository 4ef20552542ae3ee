"""Runs cleaning in this process or in a pool of others; survives a page that kills its worker."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Generic, Protocol, Self, TypeVar

from cleaners.model import Capture

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Work = Callable[[Sequence[Capture]], list[T]]
Pending = Callable[[], list[T]]


class Future(Protocol[T_co]):
    """What is asked of a submitted batch: its result, or BrokenExecutor if its worker died."""

    def result(self) -> T_co: ...


class Pool(Protocol[T]):
    """Processes that clean: `submit` doesn't wait, `close` does unless told to kill."""

    def submit(self, captures: Sequence[Capture]) -> Future[list[T]]: ...
    def close(self, kill: bool) -> None: ...


class Lifeline:
    """A pipe whose end tells workers to go: when asked to, or when this process was killed.

    A pool's workers hold each other's queues open: without it they would outlive their parent.
    """

    def __init__(self) -> None:
        self.watched, self._held = get_context("spawn").Pipe(duplex=False)

    def cut(self) -> None:
        """Ends every worker that holds on to this line."""
        self._held.close()
        self.watched.close()


def hold_on(line: Connection) -> None:
    """What a worker does first: leaves Ctrl-C to its parent, and goes when the parent goes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_wait_for_end, args=(line,), daemon=True).start()


def _wait_for_end(line: Connection) -> None:
    try:
        line.recv()
    except (EOFError, OSError):
        os._exit(1)


class ProcessPool(Generic[T]):
    """Worker processes of this program's own, started anew: nothing of this process is shared."""

    def __init__(self, work: Work[T], jobs: int) -> None:
        self._work = work
        self._line = Lifeline()
        self._executor = ProcessPoolExecutor(
            jobs, get_context("spawn"), initializer=hold_on, initargs=(self._line.watched,)
        )

    def submit(self, captures: Sequence[Capture]) -> Future[list[T]]:
        return self._executor.submit(self._work, captures)

    def close(self, kill: bool) -> None:
        if kill:
            self._line.cut()
        self._executor.shutdown(wait=True, cancel_futures=True)
        if not kill:
            self._line.cut()


@dataclass(frozen=True, slots=True)
class Crew(Generic[T]):
    """How to clean: a batch here, in a pool of n processes, and what to say of a lost page."""

    work: Work[T]
    lost: Callable[[Capture], T]
    start: Callable[[int], Pool[T]]


class Workers(Generic[T]):
    """Batches in, results out; one job is done in this process, more in as many others.

    When a worker dies, its batch is cleaned again in a process of its own, and if that dies too,
    page by page: the page that kills its process is `lost`, the others are not.
    """

    def __init__(self, crew: Crew[T], jobs: int) -> None:
        self._crew, self._jobs = crew, jobs
        self._pool: Pool[T] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._close(kill=error is not None)

    def submit(self, captures: Sequence[Capture]) -> Pending[T]:
        """Hands a batch over; the call that comes back waits for the results, in order."""
        if self._jobs == 1 or not captures:
            return partial(self._crew.work, captures)
        self._pool = self._pool or self._crew.start(self._jobs)
        try:
            future = self._pool.submit(captures)
        except BrokenExecutor:
            self._close(kill=True)
            self._pool = self._crew.start(self._jobs)
            future = self._pool.submit(captures)
        return partial(self._result, future, self._pool, captures)

    def _result(
        self, future: Future[list[T]], pool: Pool[T], captures: Sequence[Capture]
    ) -> list[T]:
        try:
            return future.result()
        except BrokenExecutor:
            if self._pool is pool:
                self._close(kill=True)
            return self._rescue(captures)

    def _rescue(self, captures: Sequence[Capture]) -> list[T]:
        with _Nurse(self._crew.start) as nurse:
            results = nurse.attempt(captures)
            if results is None:
                alone = [(capture, nurse.attempt([capture])) for capture in captures]
                results = [done[0] if done else self._crew.lost(capture) for capture, done in alone]
        return results

    def _close(self, kill: bool) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close(kill)


class _Nurse(Generic[T]):
    """One worker process for the pages that others died over; replaced whenever it dies too."""

    def __init__(self, start: Callable[[int], Pool[T]]) -> None:
        self._start = start
        self._pool: Pool[T] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._close(kill=error is not None)

    def attempt(self, captures: Sequence[Capture]) -> list[T] | None:
        """The results, or None if the process died over them."""
        self._pool = self._pool or self._start(1)
        try:
            return self._pool.submit(captures).result()
        except BrokenExecutor:
            self._close(kill=True)
            return None

    def _close(self, kill: bool) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close(kill)
