"""Finds the configured Prefect API, or starts one local server for each Prefect home."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from flows.errors import ConfigError, RunnerError
from flows.file_lock import FileLock
from flows.orchestration.settings import set_prefect_defaults

UNREACHABLE = (
    "the Prefect API can't be reached: start it, or correct PREFECT_API_URL;"
    " presswash ingest --no-flow runs without it."
)

_HOST = "127.0.0.1"
_USUAL_PORT = 4200
_LOCK = "presswash-server.lock"
_START_TIMEOUT_S = 180.0
# The configured API may just be starting.
_CONFIGURED_TIMEOUT_S = 10.0
_DRAIN_TIMEOUT_S = 10.0
_PROBE_TIMEOUT_S = 3.0
_STOP_TIMEOUT_S = 3.0


class PrefectApi:
    """The Prefect API for this process; `stop` ends a server that this object started.

    All presswash processes with the same Prefect home share one server. The process that starts it
    holds a lock and the server's listening socket, so that a restarted server keeps its port. When
    that process ends, the next one that calls `ensure` starts a server.
    """

    def __init__(self, report: Callable[[str], None]) -> None:
        set_prefect_defaults()
        from prefect.settings import PREFECT_API_URL, PREFECT_HOME

        self._report = report
        self.url = PREFECT_API_URL.value() or ""
        self.is_configured = bool(self.url)
        self.home = PREFECT_HOME.value()
        self._lock = FileLock(self.home / _LOCK)
        self._socket: socket.socket | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def is_healthy(self) -> bool:
        """Whether the API answers."""
        return bool(self.url) and _answers(self.url)

    def is_running(self) -> bool:
        """Whether the server runs or, if another process started it, whether that one does."""
        if self._server:
            return self._server.poll() is None
        return self.is_configured or self._lock.is_holder_alive()

    @property
    def is_own(self) -> bool:
        """Whether this object started the server."""
        return self._server is not None

    def ensure(self) -> None:
        """Find, start or restart the API, and wait until it answers.

        Raises RunnerError if a configured API doesn't answer, and ConfigError if no server can be
        started.
        """
        if self.is_configured:
            deadline = time.monotonic() + _CONFIGURED_TIMEOUT_S
            while not self.is_healthy():
                if time.monotonic() > deadline:
                    raise RunnerError(UNREACHABLE)
                time.sleep(0.5)
            return
        deadline = time.monotonic() + _START_TIMEOUT_S
        self.home.mkdir(parents=True, exist_ok=True)
        while time.monotonic() < deadline:
            if self._socket or self._lock.acquire(self.url):
                self._start(deadline)
                return
            _, self.url = self._lock.holder()
            if self.is_healthy():
                self._report(f"using the Prefect server at {self._page}")
                return
            time.sleep(0.2)
        raise ConfigError(
            f"the Prefect server of {self._lock.describe_holder()} doesn't answer: end it, or set"
            " PREFECT_API_URL to another one."
        )

    def stop(self) -> None:
        """Stop the server, if this object started it."""
        if self._server:
            self._server.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._server.wait(_STOP_TIMEOUT_S)
            self._server.kill()
            self._server.wait()
            self._server = None
        if self._socket:
            self._socket.close()
            self._socket = None
        self._lock.release()

    @property
    def _page(self) -> str:
        return self.url.removesuffix("/api")

    def _start(self, deadline: float) -> None:
        """Start the server with a socket that already listens."""
        if self._server:
            self._server.kill()
            self._server.wait()
            self._report("the Prefect server has ended or hangs: starting it again")
        elif found := _server_of(self.home):
            # A server that a person started.
            self._lock.release()
            self.url = found
            self._report(f"using the Prefect server at {self._page}")
            return
        if not self._socket:
            self._socket = _listening_socket(self.url)
            self.url = f"http://{_HOST}:{self._socket.getsockname()[1]}/api"
            self._lock.write_note(self.url)
        self._server = subprocess.Popen(  # noqa: S603 - nothing in it comes from outside
            [
                *(sys.executable, "-P", "-m", "flows.orchestration.server_process"),
                str(self._socket.fileno()),
            ],
            # The server ends when this pipe closes. It must not get Ctrl-C, because it outlives the
            # runs.
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(self._socket.fileno(),),
            env={**os.environ, "PREFECT_API_URL": self.url},
        )
        while time.monotonic() < deadline and self._server.poll() is None:
            if self.is_healthy():
                self._report(f"started a Prefect server: {self._page} shows the runs")
                return
            time.sleep(0.2)
        self.stop()
        raise ConfigError(
            "a local Prefect server didn't start: run `prefect server start` to see why, or set"
            " PREFECT_API_URL to a running one."
        )


@contextmanager
def prefect_api(report: Callable[[str], None]) -> Iterator[str]:
    """Make an API available to this process, and yield its URL.

    A server that was started for it stops at the end of the context. Prefect's own temporary server
    isn't enough: Ctrl-C would end it before the runs that use it.
    """
    api = PrefectApi(report)
    if api.is_configured:
        yield api.url
        return
    from prefect.settings import PREFECT_API_URL, temporary_settings

    try:
        api.ensure()
        # For workers in other processes, and for this one, which may have cached the setting.
        os.environ["PREFECT_API_URL"] = api.url
        try:
            with temporary_settings({PREFECT_API_URL: api.url}):
                yield api.url
        finally:
            del os.environ["PREFECT_API_URL"]
            _drain_logs()
    finally:
        api.stop()


def _drain_logs() -> None:
    """Send the remaining logs and events; without the server, Prefect would retry forever."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    for worker in (EventsWorker, APILogWorker):
        worker.drain_all(timeout=_DRAIN_TIMEOUT_S)


def _answers(url: str) -> bool:
    """Whether an API answers, even if only to demand a password."""
    try:
        with urlopen(f"{url.rstrip('/')}/health", timeout=_PROBE_TIMEOUT_S):  # noqa: S310 - the user's own
            return True
    except HTTPError as error:
        return error.code < 500
    except URLError as error:
        # Prefect's client may trust a certificate that Python doesn't know.
        return isinstance(error.reason, ssl.SSLError)
    except (OSError, ValueError):
        return False


def _server_of(home: Path) -> str | None:
    """The URL of a running server on Prefect's usual port, if it uses this Prefect home."""
    url = f"http://{_HOST}:{_USUAL_PORT}/api"
    try:
        with urlopen(f"{url}/admin/settings", timeout=_PROBE_TIMEOUT_S) as answer:  # noqa: S310 - loopback
            its_home = json.load(answer)["home"]
            return url if os.path.realpath(its_home) == os.path.realpath(home) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _listening_socket(last_url: str) -> socket.socket:
    """A listening socket on the previous port, Prefect's usual one, or any free one."""
    last_port = last_url.removesuffix("/api").rpartition(":")[2]
    ports = [int(last_port)] if last_port.isdecimal() else []
    for port in (*ports, _USUAL_PORT, 0):
        listening = socket.socket()
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((_HOST, port))
            listening.listen(128)
        except OSError:
            listening.close()
        else:
            return listening
    raise ConfigError("there is no free port on 127.0.0.1 for a local Prefect server.")
