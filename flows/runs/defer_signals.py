"""Holds Ctrl-C and SIGTERM back while something must not be cut in half."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def deferred_signals() -> Iterator[None]:
    """A signal that comes meanwhile is delivered at the end; a second one of its kind at once.

    What runs inside must bear the second: a transaction is rolled back. Only the main thread gets
    signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []
    over = False

    def note(number: int, _frame: FrameType | None) -> None:
        if not over and number not in arrived:
            arrived.append(number)
            return
        signal.signal(number, before[number])
        signal.raise_signal(number)

    before = {int(number): signal.getsignal(number) for number in _SIGNALS}
    for number in before:
        signal.signal(number, note)
    try:
        yield
    finally:
        # From here on `note` passes everything on: an interrupt may come before all is put back.
        over = True
        for number, handler in before.items():
            signal.signal(number, handler)
        for late in dict.fromkeys(arrived):
            signal.raise_signal(late)
