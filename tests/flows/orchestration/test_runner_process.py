"""The process of the runs, and those that it watches: with real processes and no API."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from flows.orchestration import runner_process
from flows.orchestration.runner_process import end_stalled, last_change
from flows.orchestration.supervisor import RunnerProcess

NOWHERE = "http://127.0.0.1:1/api"


def test_a_process_of_the_runs_that_was_stopped_is_not_running(tmp_path: Path) -> None:
    runner = RunnerProcess(tmp_path / "presswash.toml")
    assert not runner.is_running()
    runner.start(NOWHERE)
    runner.stop()
    assert not runner.is_running()


def test_a_stalled_run_is_killed_though_the_api_is_gone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    monkeypatch.setattr(runner_process, "_END_TIMEOUT_S", 0.5)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as run:
        os.kill(run.pid, signal.SIGSTOP)
        with temporary_settings({PREFECT_API_URL: NOWHERE}):
            end_stalled(run.pid, str(uuid4()), 3)
        assert run.wait(10) == -signal.SIGKILL
    assert "couldn't be recorded" in capsys.readouterr().err


def test_a_file_that_sqlite_deletes_ends_no_watch(tmp_path: Path) -> None:
    db = tmp_path / "news.db"
    db.touch()
    assert last_change([db, tmp_path / "news.db-wal"]) == db.stat().st_mtime
