"""Messages to and from a process that may hang or die at any moment: each whole, and in time."""

from __future__ import annotations

import os
import select
import time
from contextlib import suppress
from typing import IO

HEAD = 8  # bytes, big-endian: the length of what follows

# Linux's largest pipe for everybody: a process needn't wait until its answers are read.
_PIPE = 1 << 20
_SLICE = 1.0


class Late(Exception):
    """There was no time left."""


class Gone(Exception):
    """The process has closed its end, or died."""


def framed(message: bytes) -> bytes:
    """A message as it goes through a pipe."""
    return len(message).to_bytes(HEAD, "big") + message


class Line:
    """The parent's ends of two pipes, one to a process and one from it."""

    def __init__(self, to: IO[bytes], back: IO[bytes]) -> None:
        self._to, self._back = to, back
        self._can_write, self._can_read = select.poll(), select.poll()
        self._can_write.register(to, select.POLLOUT)
        self._can_read.register(back, select.POLLIN)
        self._got = bytearray()
        for end in (to, back):
            os.set_blocking(end.fileno(), False)
            _widen(end)

    def send(self, message: bytes, seconds: float) -> None:
        """Sends a message; raises Late and Gone."""
        left = seconds
        rest = memoryview(framed(message))
        while rest:
            left = _wait(self._can_write, left)
            try:
                rest = rest[os.write(self._to.fileno(), rest[:_PIPE]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise Gone from error

    def receive(self, seconds: float) -> bytes:
        """The next message; raises Late and Gone."""
        left = seconds
        length = HEAD
        while True:
            if len(self._got) >= HEAD:
                length = HEAD + int.from_bytes(self._got[:HEAD], "big")
            if len(self._got) >= length > HEAD:
                message = bytes(memoryview(self._got)[HEAD:length])
                del self._got[:length]
                return message
            left = _wait(self._can_read, left)
            with suppress(BlockingIOError):
                piece = os.read(self._back.fileno(), _PIPE)
                if not piece:
                    raise Gone
                self._got += piece

    def close(self) -> None:
        """Closes this end, which ends the process."""
        for end in (self._to, self._back):
            with suppress(OSError):
                end.close()


def _wait(poll: select.poll, left: float) -> float:
    """Waits until a pipe can be used, and gives the seconds left; raises Late.

    Time in which this process itself was stopped doesn't count: a slice never costs more than it
    was meant to take.
    """
    while True:
        a_while = min(_SLICE, left)
        began = time.monotonic()
        ready = poll.poll(max(0.0, a_while) * 1000)
        left -= min(a_while, time.monotonic() - began)
        if ready:
            return left
        if left <= 0:
            raise Late


def _widen(end: IO[bytes]) -> None:
    import fcntl

    with suppress(OSError, AttributeError):
        fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, _PIPE)
