"""A Prefect server on loopback that lives as long as the program that started it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.error import URLError
from urllib.request import urlopen

from flows.errors import ConfigError
from flows.orchestration.settings import has_prefect_api, set_prefect_defaults

_USUAL_PORT = 4200
_START_TIMEOUT_S = 180.0
_DRAIN_TIMEOUT_S = 10.0
_HOST = "127.0.0.1"


@contextmanager
def prefect_api(report: Callable[[str], None]) -> Iterator[None]:
    """The configured Prefect API, or that of a server that runs until the context ends.

    Prefect's own temporary server isn't enough: Ctrl-C ends it before the runs that use it.
    """
    set_prefect_defaults()
    from prefect.settings import PREFECT_API_URL, temporary_settings

    if has_prefect_api() or PREFECT_API_URL.value():
        yield
        return
    with local_server() as url:
        report(f"started a Prefect server: {url.removesuffix('/api')} shows the runs")
        # For flow runs in other processes, and for this one, which may have cached the setting.
        os.environ["PREFECT_API_URL"] = url
        try:
            with temporary_settings({PREFECT_API_URL: url}):
                yield
        finally:
            del os.environ["PREFECT_API_URL"]
            _drain_logs()


@contextmanager
def local_server() -> Iterator[str]:
    """Starts a server, gives the address of its API, and stops it when the context ends."""
    set_prefect_defaults()
    port = _free_port()
    url = f"http://{_HOST}:{port}/api"
    command = [sys.executable, "-m", "prefect", "server", "start"]
    command += ["--host", _HOST, "--port", str(port)]
    # Ctrl-C is for the program that started it: the server must outlive the runs.
    server = subprocess.Popen(  # noqa: S603 - nothing in it comes from outside
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "PREFECT_API_URL": url},
    )
    try:
        _wait_for(url, server)
        yield url
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(10)
        if server.poll() is None:
            server.kill()
            server.wait()


def _drain_logs() -> None:
    """Sends the remaining logs and events: without the server, Prefect would retry for ever."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    for worker in (EventsWorker, APILogWorker):
        worker.drain_all(timeout=_DRAIN_TIMEOUT_S)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urlopen(f"{url}/health", timeout=5):  # noqa: S310 - our own, on loopback
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise ConfigError(
        "a local Prefect server didn't start: run `prefect server start` to see why, or set"
        " PREFECT_API_URL to a running one."
    )


def _free_port() -> int:
    """Prefect's usual port, or another one if that is taken."""
    for port in (_USUAL_PORT, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ConfigError("there is no free port on 127.0.0.1 for a local Prefect server.")
