"""The process of the runs, and those that it watches: with real processes and no API."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from flows.orchestration import runner_process
from flows.orchestration.runner_process import Progress, end_stalled
from flows.orchestration.supervisor import ConfigFile, RunnerProcess

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


def test_progress_is_measured_by_changes_and_not_by_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elapsed = [100.0]
    monkeypatch.setattr(runner_process.time, "monotonic", lambda: elapsed[0])
    db = tmp_path / "news.db"
    db.touch()
    progress = Progress([db, tmp_path / "news.db-wal"])
    assert progress.seconds_since() == 0
    # The clock was set: the file is from another year, and nothing has happened for 5 s.
    elapsed[0] = 105.0
    assert progress.seconds_since() == 5
    for year in (1990, 2190):
        elapsed[0] += 5.0
        at = datetime(year, 1, 1, tzinfo=UTC).timestamp()
        os.utime(db, (at, at))
        assert progress.seconds_since() == 0
    # SQLite deletes its files when it likes.
    elapsed[0] += 5.0
    db.unlink()
    assert progress.seconds_since() == 0


def test_a_process_of_the_runs_with_a_broken_configuration_says_only_why(tmp_path: Path) -> None:
    path = tmp_path / "presswash.toml"
    path.write_text("warehouse =", encoding="utf-8")
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "flows.orchestration.runner_process", str(path), str(writing)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=(writing,),
        start_new_session=True,
    ) as process:  # fmt: skip
        assert process.wait(60) == runner_process.CONFIG_ERROR
        assert process.stderr is not None
        (line,) = process.stderr.read().decode().splitlines()
    assert "is not valid TOML" in line
    os.close(reading)
    os.close(writing)


def test_an_edited_configuration_is_taken_when_it_is_whole_and_valid(tmp_path: Path) -> None:
    path = tmp_path / "presswash.toml"
    one = '[[schedule]]\nflow = "maintain"\nevery = "1h"\n'
    path.write_text(one, encoding="utf-8")
    file, said = ConfigFile(path), list[str]()

    def changed_by(text: str | None) -> bool:
        path.unlink(missing_ok=True)
        if text is not None:
            path.write_text(text, encoding="utf-8")
        assert not file.has_changed(said.append), "an editor may still be writing it"
        return file.has_changed(said.append)

    assert not file.has_changed(said.append)
    assert not changed_by("# only a comment\n" + one)
    assert said == []
    assert not changed_by(one + "cron =")
    assert not file.is_valid
    assert not changed_by(None)
    assert [line.endswith("; the schedules stay as they were") for line in said] == [True, True]
    assert "not valid TOML" in said[0]
    assert "there is no" in said[1]
    assert not changed_by(one)
    assert file.is_valid
    assert changed_by(one.replace("1h", "2h"))
    assert str(file.config.schedule[0].every) == "2:00:00"
    assert not file.has_changed(said.append)
