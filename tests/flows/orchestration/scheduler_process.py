"""`presswash schedule` as a process, in a folder with a configuration and a Prefect home."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen
from uuid import uuid4

from tests.flows.conftest import ENTRY, path_for_others, rows
from warehouse.errors import WarehouseError

# Every process that a scheduler starts inherits it.
_MARK = "SCHEDULER_OF_TEST"


@dataclass(slots=True)
class Scheduler:
    """A running scheduler, its log, and a mark in the environment of all its processes."""

    folder: Path
    process: subprocess.Popen[bytes]
    mark: str = field(default_factory=lambda: str(uuid4()))

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")

    def processes(self) -> dict[int, str]:
        """The command lines of its processes by process id, its own among them."""
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                if (
                    entry.name.isdecimal()
                    and self.mark.encode() in (entry / "environ").read_bytes()
                ):
                    found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
        return found

    def process_of(self, module: str) -> int:
        """The process id of the one process that runs a module."""
        (pid,) = (pid for pid, command in self.processes().items() if module in command)
        return pid

    def wait_for(self, text: str, seconds: float = 180) -> None:
        """Waits until the log has a text."""
        until(lambda: text in self.log, seconds, lambda: f"no {text!r} in: {self.log}")

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 10) -> int:
        """Sends a signal and waits for the exit code."""
        self.process.send_signal(number)
        return self.process.wait(seconds)


@cache
def _migrated_home() -> Path:
    """A Prefect home with its database: to make that takes most of a server's first start."""
    home = Path(mkdtemp(prefix="prefect-home-"))
    atexit.register(shutil.rmtree, home)
    subprocess.run(
        [sys.executable, "-m", "prefect", "server", "database", "upgrade", "-y"],
        env={**os.environ, "PREFECT_HOME": str(home)},
        capture_output=True,
        check=True,
    )
    return home


@contextmanager
def scheduling(folder: Path, home: Path, **variables: str) -> Iterator[Scheduler]:
    """`presswash schedule` in a process group of its own, as a terminal starts it.

    A Prefect home that doesn't exist is made, as an earlier start would have left it.
    """
    mark = str(uuid4())
    if not home.exists():
        shutil.copytree(_migrated_home(), home)
    environment = {
        **os.environ,
        "PYTHONPATH": path_for_others(),
        "PREFECT_HOME": str(home),
        "PREFECT_RUNNER_POLL_FREQUENCY": "2",
        _MARK: mark,
        **variables,
    }
    command = [sys.executable, "-c", ENTRY, "schedule"]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        ) as process,
    ):
        scheduler = Scheduler(folder, process, mark)
        try:
            yield scheduler
        finally:
            for pid in scheduler.processes():
                os.kill(pid, signal.SIGKILL)


def until(call: Callable[[], Any], seconds: float, why: Callable[[], str]) -> Any:
    """The first answer that is true; asks again for so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and "unexpected error" not in why():
        if found := call():
            return found
        time.sleep(0.25)
    raise AssertionError(why())


def asked(url: str, body: object) -> Any:
    """The answer of an API to a POST."""
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=10) as answer:
        return json.load(answer)


def is_up(url: str) -> bool:
    """Whether an API answers."""
    try:
        with urlopen(f"{url}/health", timeout=5):
            return True
    except URLError:
        return False


def rows_so_far(db: Path, text: str) -> list[tuple[object, ...]]:
    """The rows of a query; none while the first run has yet to make the warehouse."""
    try:
        return rows(db, text)
    except WarehouseError as error:
        if "there is no warehouse" in str(error) or "not a warehouse yet" in str(error):
            return []
        raise
