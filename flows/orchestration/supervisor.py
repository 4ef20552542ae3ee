"""Keeps the Prefect API and the process that runs a configuration's schedules alive."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from flows.errors import ConfigError, RunnerError
from flows.file_lock import FileLock
from flows.orchestration.owner import owner_of
from flows.orchestration.runner_process import CONFIG_ERROR, POLLED
from flows.orchestration.schedule import describe_schedules, load_schedules
from flows.orchestration.server import UNREACHABLE, PrefectApi

_POLL_S = 1.0
_PROBE_EVERY_S = 3.0
# If the API hasn't answered for this long, it is restarted or, if configured, given up.
_API_TIMEOUT_S = 40.0
# How long flow runs may take to end by themselves before they are killed.
_STOP_TIMEOUT_S = 5.0
# The process of the runs is restarted if it has not polled for this long, as the client may wait
# up to a minute; or if its event loop has stood still for this long.
_POLL_TIMEOUT_S = 90.0
_BEAT_TIMEOUT_S = 30.0
# If the process ends this soon after its start, this many times in a row, the scheduler gives up.
_SOON_S = 60.0
_MAX_SOON = 3


def serve_schedules(path: Path, report: Callable[[str], None]) -> None:
    """Run the schedules in a file until interrupted; `report` is called with messages.

    Waits while another process serves the same configuration, and starts again when the file
    changes. Raises ConfigError, and RunnerError if the API or the process that executes the runs
    can't be kept alive.
    """
    file = ConfigFile(path)
    # Flow runs inherit the working directory.
    os.chdir(file.path.resolve().parent)
    api = PrefectApi(report)
    try:
        while True:
            _serve(file, api, report)
            report(f"{path.name} has changed: starting again with its schedules")
    except KeyboardInterrupt:
        # Ctrl-C, or SIGTERM from a service manager, is the normal way to stop.
        pass
    finally:
        api.stop()


def _serve(file: ConfigFile, api: PrefectApi, report: Callable[[str], None]) -> None:
    """Run the schedules of a configuration until its file changes."""
    owner = owner_of(file.path, file.config)
    for line in describe_schedules(file.config, owner.folder):
        report(line)
    lock = FileLock(owner.lock_path)
    runner = RunnerProcess(owner.path)
    try:
        _stand_by(lock, report)
        if not api.is_healthy():
            api.ensure()
        _keep_running(file, api, runner, report)
    finally:
        runner.stop()
        lock.release()


class ConfigFile:
    """A configuration file that may be edited meanwhile, and the last valid configuration in it.

    Raises ConfigError if it isn't valid at first.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._stamp = self._seen = self._stamp_now()
        self.config = load_schedules(path)
        self.is_valid = True

    def has_changed(self, report: Callable[[str], None]) -> bool:
        """Whether there is another valid configuration; reports one that isn't valid, once."""
        stamp, before = self._stamp_now(), self._seen
        self._seen = stamp
        # An editor may still be writing the file.
        if stamp == self._stamp or stamp != before:
            return False
        self._stamp = stamp
        try:
            config = load_schedules(self.path)
        except ConfigError as error:
            self.is_valid = False
            report(f"{str(error).rstrip('.')}; the schedules stay as they were")
            return False
        self.is_valid = True
        changed, self.config = config != self.config, config
        return changed

    def _stamp_now(self) -> tuple[int, ...]:
        """What changes when the file is written or replaced."""
        try:
            found = self.path.stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_size, found.st_ino


def _stand_by(lock: FileLock, report: Callable[[str], None]) -> None:
    """Wait for the lock of a configuration."""
    if lock.acquire():
        return
    report(f"{lock.describe_holder()} runs these schedules: standing by until it ends")
    while not lock.acquire():
        time.sleep(_POLL_S)
    report("it has ended: taking over")


def _keep_running(
    file: ConfigFile, api: PrefectApi, runner: RunnerProcess, report: Callable[[str], None]
) -> None:
    """Restart whatever has ended, until that is no longer possible or the file has changed."""
    runner.start(api.url)
    last_answer = last_probe = time.monotonic()
    is_waiting = False
    while not file.has_changed(report):
        time.sleep(_POLL_S)
        now = time.monotonic()
        if now - last_probe >= _PROBE_EVERY_S or not api.is_running():
            last_probe = now
            if api.is_healthy():
                last_answer = now
            elif not api.is_configured and (
                not api.is_running() or now - last_answer > _API_TIMEOUT_S
            ):
                was_own = api.is_own
                api.ensure()
                last_answer = last_probe = time.monotonic()
                if not was_own:
                    # Runs that began meanwhile were refused. The new process schedules them again.
                    runner.stop()
            elif now - last_answer > _API_TIMEOUT_S:
                raise RunnerError(UNREACHABLE)
        if last_answer < last_probe:
            runner.note_outage()
        elif file.is_valid and not runner.is_running():
            runner.restart(api.url, report)
        elif not (file.is_valid or is_waiting or runner.is_running()):
            report(f"no runs are executed until {file.path.name} is valid again")
            is_waiting = True


class RunnerProcess:
    """The process that serves the deployments, with its flow runs: one process group."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._process: subprocess.Popen[bytes] | None = None
        self._started = self._last_poll = 0.0
        self._last_beat: float | None = None
        self._polls = -1
        self._soon = 0

    def start(self, url: str) -> None:
        """Start the process, which uses the API at `url`."""
        self._started = self._last_poll = time.monotonic()
        # It imports Prefect and deploys before its first beat.
        self._last_beat = None
        self._polls, writing = os.pipe()
        os.set_blocking(self._polls, False)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - nothing in it comes from outside
                [
                    *(sys.executable, "-P", "-m", "flows.orchestration.runner_process"),
                    *(str(self._path), str(writing)),
                ],
                # The process ends when this pipe closes. In its own session it doesn't get Ctrl-C.
                stdin=subprocess.PIPE,
                stdout=sys.stderr,
                start_new_session=True,
                pass_fds=(writing,),
                env={**os.environ, "PREFECT_API_URL": url},
            )
        finally:
            os.close(writing)

    def is_running(self) -> bool:
        """Whether the process is alive, its event loop runs, and it has polled recently."""
        if self._process is None or self._process.poll() is not None:
            return False
        now = time.monotonic()
        with suppress(BlockingIOError):
            if signs := os.read(self._polls, 1024):
                self._last_beat = now
                if POLLED in signs:
                    self._last_poll = now
        if self._last_beat is not None and now - self._last_beat >= _BEAT_TIMEOUT_S:
            return False
        return now - self._last_poll < _POLL_TIMEOUT_S

    def note_outage(self) -> None:
        """Reset the time since the last sign of life: without an API there can be none."""
        self._last_poll = time.monotonic()
        self._last_beat = None

    def restart(self, url: str, report: Callable[[str], None]) -> None:
        """Start the process again; raises ConfigError or RunnerError if that is pointless."""
        if self._process is not None:
            code = self._process.poll()
            how = "hangs" if code is None else f"has ended (exit code {code})"
            if code == CONFIG_ERROR:
                raise ConfigError("the schedules can't be served: see the message above.")
            self._soon = self._soon + 1 if time.monotonic() - self._started < _SOON_S else 0
            if self._soon >= _MAX_SOON:
                raise RunnerError(
                    f"the process that executes the runs {how}, {_MAX_SOON} times soon after its"
                    " start: see the messages above."
                )
            report(f"the process that executes the runs {how}: starting it again")
            self.stop()
        self.start(url)

    def stop(self) -> None:
        """End the process and all flow runs; those still alive after 5 s are killed."""
        if self._process is None:
            return
        group = self._process.pid
        # Killed without a signal to handle: the process would cancel its runs one after the other.
        self._process.kill()
        self._process.communicate()
        deadline = time.monotonic() + _STOP_TIMEOUT_S
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGTERM)
            while time.monotonic() < deadline:
                # If this is the first process of a container, it inherits the runs as its children.
                with suppress(ChildProcessError):
                    os.waitpid(-group, os.WNOHANG)
                os.killpg(group, 0)
                time.sleep(0.1)
            os.killpg(group, signal.SIGKILL)
        os.close(self._polls)
        self._process = None
