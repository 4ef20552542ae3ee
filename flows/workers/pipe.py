"""Exchanges messages with a process that may hang or die, with a time limit for each message."""

from __future__ import annotations

import os
import select
import time
from collections import deque
from contextlib import suppress
from typing import IO

# A big-endian number: the length of the message that follows.
HEADER_BYTES = 8

# The largest pipe that Linux allows every user. With it, a worker rarely waits for its parent.
_PIPE_BYTES = 1 << 20
_POLL_SLICE_S = 1.0


class PipeTimeout(Exception):
    """The time limit was exceeded."""


class PipeClosed(Exception):
    """The process closed its end, or died."""


def frame_message(message: bytes) -> bytes:
    """The message, preceded by its length."""
    return len(message).to_bytes(HEADER_BYTES, "big") + message


class Pipe:
    """The parent's ends of two pipes, one to a process and one from it."""

    def __init__(self, to: IO[bytes], back: IO[bytes]) -> None:
        self._to, self._back = to, back
        self._poll = select.poll()
        self._poll.register(back, select.POLLIN)
        self._unsent: deque[memoryview] = deque()
        self._received = bytearray()
        for end in (to, back):
            os.set_blocking(end.fileno(), False)
            _enlarge_pipe(end)

    def send(self, message: bytes) -> None:
        """Send as much of a message as the pipe holds at once; `receive` sends the rest.

        If the process has closed its end, `receive` reports it, after all messages that came.
        """
        self._unsent.append(memoryview(frame_message(message)))
        self._write()

    def _write(self) -> None:
        try:
            while self._unsent:
                rest = self._unsent[0]
                written = os.write(self._to.fileno(), rest[:_PIPE_BYTES])
                if written == len(rest):
                    self._unsent.popleft()
                else:
                    self._unsent[0] = rest[written:]
        except BlockingIOError:
            self._poll.register(self._to, select.POLLOUT)
        except OSError:
            self._unsent.clear()
        if not self._unsent:
            with suppress(KeyError):
                self._poll.unregister(self._to)

    def receive(self, seconds: float) -> bytes:
        """The next message; raises PipeTimeout and PipeClosed."""
        left = seconds
        length = HEADER_BYTES
        while True:
            if len(self._received) >= HEADER_BYTES:
                length = HEADER_BYTES + int.from_bytes(self._received[:HEADER_BYTES], "big")
            if len(self._received) >= length > HEADER_BYTES:
                message = bytes(memoryview(self._received)[HEADER_BYTES:length])
                del self._received[:length]
                return message
            left = _wait_until_ready(self._poll, left)
            self._write()
            with suppress(BlockingIOError):
                piece = os.read(self._back.fileno(), _PIPE_BYTES)
                if not piece:
                    raise PipeClosed
                self._received += piece

    def close(self) -> None:
        """Close this end, which makes the process exit."""
        for end in (self._to, self._back):
            with suppress(OSError):
                end.close()


def _wait_until_ready(poll: select.poll, left: float) -> float:
    """Wait until a pipe is ready; returns the seconds left. Raises PipeTimeout.

    It waits in slices, and counts each slice as no longer than planned. So time in which this
    process was itself stopped doesn't count.
    """
    while True:
        a_while = min(_POLL_SLICE_S, left)
        began = time.monotonic()
        ready = poll.poll(max(0.0, a_while) * 1000)
        left -= min(a_while, time.monotonic() - began)
        if ready:
            return left
        if left <= 0:
            raise PipeTimeout


def _enlarge_pipe(end: IO[bytes]) -> None:
    import fcntl

    with suppress(OSError, AttributeError):
        fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
