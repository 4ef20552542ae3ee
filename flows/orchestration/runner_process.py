"""The process that serves a configuration's deployments: `python -m … PATH PIPE`.

Its flow runs are child processes in its process group. It ends them all when the pipe to its parent
closes. Through the second pipe, PIPE, it shows each second that its event loop runs, and reports
each time that it has polled for due runs.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flows.config.config import Config
from flows.errors import ConfigError
from flows.file_lock import FileLock
from flows.orchestration.alerts import WEBHOOK_VARIABLE
from flows.orchestration.artifacts import SERVE_VARIABLE
from flows.orchestration.owner import DeploymentOwner, owner_of
from flows.orchestration.schedule import load_schedules
from flows.orchestration.scheduled_run import STALL_SIGNAL
from flows.orchestration.server_process import end_with_parent
from flows.runs.lock import run_lock_path

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment
    from prefect.runner import Runner

# The exit code for an invalid configuration.
CONFIG_ERROR = 2
# What the process writes to its parent each second, and after each poll for due runs.
BEAT = b"."
POLLED = b"p"
# How long a stalled run may take to end by itself before it is killed.
_END_TIMEOUT_S = 5.0
_POLL_S = 1.0


def main() -> None:
    """Deploy the schedules in a file, and run them until this process is killed."""
    end_with_parent()
    path, polls = Path(sys.argv[1]), int(sys.argv[2])
    try:
        config = load_schedules(path)
        owner = owner_of(path, config)
        if config.alerts.webhook:
            os.environ[WEBHOOK_VARIABLE] = config.alerts.webhook
        os.environ[SERVE_VARIABLE] = config.serve.url
        from prefect.runner import Runner

        from flows.orchestration.deployments import deploy

        # At each poll, Prefect would say that due runs are skipped, while they wait for their turn.
        logging.getLogger("prefect.runner").setLevel(logging.WARNING)
        # Each schedule has a runner of its own, for one run at a time; the runs take turns at the
        # warehouse. In a common runner, the due runs of a schedule whose runs take longer than its
        # interval would take the places of all others.
        runners: list[Runner] = []

        def add(deployment: RunnerDeployment) -> Any:
            runners.append(Runner(owner.tag, limit=1, pause_on_shutdown=False))
            return runners[-1].add_deployment(deployment)

        deploy(config, owner, add)
    except ConfigError as error:
        _tell(str(error))
        sys.exit(CONFIG_ERROR)
    # Before the message, so that a process that stops right after it is seen to have stopped.
    os.write(polls, BEAT)
    _tell("the schedules are being served")
    threading.Thread(target=_watch_runs, args=(config, owner), daemon=True).start()
    threading.Thread(target=_report_polls, args=(runners, polls), daemon=True).start()
    asyncio.run(_serve(runners, polls))


async def _serve(runners: list[Runner], pipe: int) -> None:
    """Run what is due until the process is killed, and show that the event loop isn't blocked."""

    async def beat() -> None:
        while True:
            os.write(pipe, BEAT)
            await asyncio.sleep(_POLL_S)

    beating = asyncio.create_task(beat())
    try:
        await asyncio.gather(*(runner.start() for runner in runners))
    finally:
        beating.cancel()


def _report_polls(runners: list[Runner], pipe: int) -> None:
    """Write a byte to the pipe each time that all runners have polled for due runs."""
    last = [runner.last_polled for runner in runners]
    while True:
        polled = [runner.last_polled for runner in runners]
        if all(new != old for new, old in zip(polled, last, strict=True)):
            last = polled
            os.write(pipe, POLLED)
        time.sleep(_POLL_S)


def _tell(message: str) -> None:
    sys.stderr.write(f"presswash: {message}\n")
    sys.stderr.flush()


def _watch_runs(config: Config, owner: DeploymentOwner) -> None:
    """End the run that holds the warehouse if it makes no progress.

    The other runs are waiting for their turn.
    """
    limit = config.stall_timeout.total_seconds()
    db = str(owner.warehouse)
    progress = Progress([Path(f"{db}{suffix}") for suffix in ("", "-wal", ".lock")])
    lock = FileLock(run_lock_path(db))
    while True:
        time.sleep(_POLL_S)
        pid, flow_run = lock.holder()
        if pid is None or not _is_own(pid):
            continue
        if progress.seconds_since() > limit:
            with suppress(ProcessLookupError):
                end_stalled(pid, flow_run, limit)


class Progress:
    """Shows that the files of a warehouse change; SQLite may delete some at any moment.

    It counts elapsed time, as the computer's clock may be set while a run works.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self._files = list(files)
        self._seen: list[int] = []
        self._since = time.monotonic()

    def seconds_since(self) -> float:
        """The seconds since a call first found the files as they are now."""
        found = []
        for file in self._files:
            with suppress(FileNotFoundError):
                found.append(file.stat().st_mtime_ns)
        if found != self._seen:
            self._seen, self._since = found, time.monotonic()
        return time.monotonic() - self._since


def end_stalled(pid: int, flow_run: str, limit: float) -> None:
    """Ask a run to fail by itself; if it doesn't, kill it and mark it as failed."""
    _tell(f"the run in process {pid} made no progress for {limit:g} seconds: ending it")
    os.kill(pid, STALL_SIGNAL)
    deadline = time.monotonic() + _END_TIMEOUT_S
    while _is_own(pid):
        if time.monotonic() > deadline:
            _fail(flow_run, f"It made no progress for {limit:g} seconds, and was killed.")
            os.kill(pid, signal.SIGKILL)
            return
        time.sleep(0.1)


def _fail(flow_run: str, why: str) -> None:
    """Mark a flow run as failed, if the API accepts it."""
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.states import Failed

    try:
        with get_client(sync_client=True) as client:
            client.set_flow_run_state(UUID(flow_run), Failed(message=why), force=True)
    except httpx.HTTPError as error:
        _tell(f"the end of flow run {flow_run} couldn't be recorded: {error}")


def _is_own(pid: int) -> bool:
    """Whether a process is alive and in this process group."""
    try:
        return os.getpgid(pid) == os.getpgrp()
    except ProcessLookupError:
        return False


if __name__ == "__main__":
    main()
