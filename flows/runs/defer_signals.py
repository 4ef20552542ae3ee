"""Delays Ctrl-C and SIGTERM during code that must not be interrupted halfway."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def deferred_signals() -> Iterator[None]:
    """Deliver a signal when the block ends, but a second signal of the same kind at once.

    The block must tolerate the second one, for example because it is a transaction that is rolled
    back. Python delivers signals only to the main thread, so in other threads this does nothing.
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
        # A signal may arrive before all handlers are restored. From now on, `note` delivers it at
        # once.
        over = True
        for number, handler in before.items():
            signal.signal(number, handler)
        for late in dict.fromkeys(arrived):
            signal.raise_signal(late)
