"""Starts a worker process, exchanges messages with it, and stops it."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from contextlib import suppress

from cleaners.model import Capture
from flows.errors import WorkerStartError
from flows.workers.child import ChildSpec, MessageKind
from flows.workers.pipe import Pipe, PipeClosed, PipeTimeout

# Modules are imported from this program's paths, never from the current folder, which may contain a
# pickle.py.
_CHILD_PROGRAM = (
    "import pickle, sys\n"
    "sys.path[:] = pickle.load(sys.stdin.buffer)\n"
    "from flows.workers.child import serve\n"
    "serve(sys.stdin.buffer)"
)
_RESPONSE_TIMEOUT_S = 120.0


class OutOfMemory(Exception):
    """A page needed more memory than the limit."""


class WorkerProcess:
    """A worker process. It starts at once; `wait_until_ready` waits until it is prepared."""

    def __init__(self, spec: ChildSpec[object]) -> None:
        # In its own process group it doesn't get the Ctrl-C that is meant for its parent.
        self._process = subprocess.Popen(  # noqa: S603 - nothing in it comes from outside
            [sys.executable, "-P", "-c", _CHILD_PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get("PRESSWASH_DEBUG") else subprocess.DEVNULL,
            bufsize=0,
            process_group=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._pipe = Pipe(self._process.stdin, self._process.stdout)
        self._spec = spec
        self._ready = False
        self.n_cleaned = 0
        self.is_reusable = True
        with suppress(OSError):
            # Short enough for the pipe's buffer. If writing fails, the next message reports it.
            self._process.stdin.write(pickle.dumps(sys.path) + pickle.dumps(spec))

    def wait_until_ready(self) -> None:
        """Wait until the process is prepared; raises PipeClosed and WorkerStartError."""
        if self._ready:
            return
        try:
            message = self._pipe.receive(_RESPONSE_TIMEOUT_S)
        except PipeTimeout as error:
            raise PipeClosed from error
        if message[:1] == MessageKind.START_FAILED.value:
            raise WorkerStartError(
                "the worker process can't start"
                f" ({message[1:].decode('utf-8', 'replace')}): give it more memory with page_memory"
                " in presswash.toml, or check that presswash is installed completely."
            )
        self._ready = True

    def send(self, capture: Capture) -> None:
        """Send a page to be cleaned after those that were sent before."""
        self._pipe.send(pickle.dumps(capture, protocol=5))

    def receive(self, seconds: float) -> object:
        """The result of the next page; raises PipeTimeout, OutOfMemory and PipeClosed."""
        message = self._pipe.receive(seconds)
        kind = MessageKind(message[:1])
        if kind is MessageKind.OUT_OF_MEMORY:
            raise OutOfMemory
        self.n_cleaned += 1
        self.is_reusable = kind is MessageKind.RESULT
        return pickle.loads(memoryview(message)[1:])  # noqa: S301 - from our own process

    def kill(self) -> None:
        """Kill the process, whatever it is doing; `stop` must follow."""
        self._process.kill()

    def stop(self) -> str:
        """Stop the process; if it had already ended by itself, returns how, otherwise ''."""
        self._process.kill()
        self._pipe.close()
        return _exit_description(self._process.wait())


def _exit_description(code: int) -> str:
    """How a process ended: the name of a signal, or the exit code.

    >>> _exit_description(-9), _exit_description(1)
    ('SIGKILL', 'exit code 1')
    """
    if code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"
