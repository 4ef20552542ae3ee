"""Delays Ctrl-C and SIGTERM during what must not be interrupted halfway."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def deferred_signals() -> Iterator[None]:
    """Delivers a signal when the block ends, and a second signal of its kind at once.

    The block must bear the second one, as a transaction does that is rolled back. Python delivers
    signals to the main thread only, so that in other threads there is nothing to do.
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
        # A signal may come before all handlers are restored: from here on, `note` delivers it.
        over = True
        for number, handler in before.items():
            signal.signal(number, handler)
        for late in dict.fromkeys(arrived):
            signal.raise_signal(late)
