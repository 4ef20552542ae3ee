"""Lets flow runs that are only starting, or have ended, leave Ctrl-C alone.

A flow run is a process of its own, which a terminal's Ctrl-C reaches too. It imports Prefect for
seconds, and hands over its logs at the end; an interrupt then is Python's traceback. Signals that
are blocked stay so in what a process starts: it takes them up when it is ready.
"""

from __future__ import annotations

import _thread
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_INTERRUPT = frozenset({signal.SIGINT})
_ITS_RUN = "PREFECT__FLOW_RUN_ID"  # by which Prefect tells a process what it is for
_NUDGE = signal.SIGWINCH  # nobody means anything by it where it has no handler


@contextmanager
def kept_from_children() -> Iterator[None]:
    """What is started meanwhile hears no Ctrl-C until it asks to; this, the main thread, does."""
    main = threading.get_ident()
    over = threading.Event()

    def pass_on() -> None:
        while signal.sigwait(_INTERRUPT) and not over.is_set():
            # As if it had come here; what the thread is waiting for has to be broken off as well.
            _thread.interrupt_main(signal.SIGINT)
            signal.pthread_kill(main, _NUDGE)

    before = signal.signal(_NUDGE, lambda _number, _frame: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPT)
    listener = threading.Thread(target=pass_on, daemon=True)
    listener.start()
    try:
        yield
    finally:
        over.set()
        assert listener.ident is not None
        signal.pthread_kill(listener.ident, signal.SIGINT)
        listener.join()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPT)
        signal.signal(_NUDGE, before)


def take_up() -> None:
    """Hears interrupts from now on; one that came before ends this process, which did nothing."""
    if signal.SIGINT in signal.sigpending():
        os._exit(128 + signal.SIGINT)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPT)


@contextmanager
def until_done() -> Iterator[None]:
    """Where a process is a flow run's own, an interrupt after the run comes for nothing."""
    try:
        yield
    finally:
        if _ITS_RUN in os.environ and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, signal.SIG_IGN)
