"""Schedulers that share a machine, and what they need dying: real servers, real signals."""

from __future__ import annotations

import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from flows.file_lock import FileLock
from tests.flows.conftest import program, write_stories
from tests.flows.orchestration.scheduler_process import (
    Scheduler,
    asked,
    is_up,
    rows_so_far,
    scheduling,
    until,
)
from tests.flows.orchestration.test_alerts import webhook

pytestmark = pytest.mark.slow

CONFIG = """
warehouse = "news.db"
{settings}
[politeness]
delay = 0
allow_private = true
[[schedule]]
flow = "ingest"
sources = {sources}
every = "5s"
"""
SERVED = "are being served"
SERVER, RUNNER = "orchestration.server_process", "orchestration.runner_process"


def configured(folder: Path, settings: str = "", sources: str = '["inbox"]') -> Path:
    (folder / "inbox").mkdir(parents=True)
    text = CONFIG.format(settings=settings, sources=sources)
    (folder / "presswash.toml").write_text(text, encoding="utf-8")
    return folder


def ingested(scheduler: Scheduler, count: int) -> None:
    """Waits until the scheduler's warehouse has so many documents."""
    query = "SELECT count(*) FROM documents"
    db = scheduler.folder / "news.db"
    until(lambda: rows_so_far(db, query) == [(count,)], 180, lambda: scheduler.log)


@contextmanager
def silent_server() -> Iterator[str]:
    """The URL of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/page"


def test_two_configurations_share_a_home_and_a_server_and_never_cross(tmp_path: Path) -> None:
    folders = [configured(tmp_path / name) for name in ("one", "two")]
    for number, folder in enumerate(folders, 1):
        write_stories(folder / "inbox", number)
    with ExitStack() as stack:
        one, two = (
            stack.enter_context(scheduling(folder, tmp_path / "home")) for folder in folders
        )
        ingested(one, 1)
        ingested(two, 2)
        urls = {re.search(r"server(?: at|:) (\S+)", each.log)[1] for each in (one, two)}  # type: ignore[index]
        assert len(urls) == 1
        first, second = (one, two) if SERVER in str(one.processes()) else (two, one)
        assert first.stop() == 0
        assert first.processes() == {}
        # The other starts a server in its turn, soon, and its schedules go on.
        until(lambda: SERVER in str(second.processes()), 20, lambda: second.log)
        until(lambda: second.log.count(SERVED) == 2, 120, lambda: second.log)
        write_stories(second.folder / "inbox", 4)
        ingested(second, 4)
        assert second.stop() == 0
        assert second.processes() == {}
    assert {path.name for path in folders[0].glob("*.db")} == {"news.db"}


def test_a_second_scheduler_of_one_configuration_stands_by_and_takes_over(tmp_path: Path) -> None:
    folder = configured(tmp_path / "work")
    write_stories(folder / "inbox", 1)
    with scheduling(folder, tmp_path / "home") as first:
        ingested(first, 1)
        (folder / "log").rename(folder / "first.log")
        with scheduling(folder, tmp_path / "home") as second:
            second.wait_for(f"process {first.process.pid} runs these schedules: standing by")
            assert first.stop() == 0
            second.wait_for(SERVED)
            write_stories(folder / "inbox", 3)
            ingested(second, 3)
            assert second.stop(signal.SIGINT) == 0


def test_a_killed_server_is_started_again_on_its_port(tmp_path: Path) -> None:
    folder = configured(tmp_path / "work")
    with scheduling(folder, tmp_path / "home") as scheduler:
        scheduler.wait_for(SERVED)
        os.kill(scheduler.process_of(SERVER), signal.SIGKILL)
        scheduler.wait_for("starting it again", 60)
        write_stories(folder / "inbox", 2)
        ingested(scheduler, 2)
        assert len(set(re.findall(r"server: (\S+)", scheduler.log))) == 1
        assert scheduler.stop() == 0
        assert scheduler.processes() == {}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_process_of_the_runs_that_dies_or_hangs_is_started_again(
    tmp_path: Path, number: signal.Signals
) -> None:
    folder = configured(tmp_path / "work")
    with scheduling(folder, tmp_path / "home") as scheduler:
        scheduler.wait_for(SERVED)
        os.kill(scheduler.process_of(RUNNER), number)
        scheduler.wait_for("starting it again", 60)
        write_stories(folder / "inbox", 2)
        ingested(scheduler, 2)


def test_a_schedule_that_is_always_due_crosses_no_run_of_its_own_and_starves_no_other(
    tmp_path: Path,
) -> None:
    folder = configured(tmp_path / "work")
    path, db = folder / "presswash.toml", folder / "news.db"
    text = path.read_text("utf-8").replace('"5s"', '"1s"')
    path.write_text(text + '[[schedule]]\nflow = "maintain"\nevery = "5s"\n', encoding="utf-8")
    write_stories(folder / "inbox", 1)
    maintained = "SELECT 1 FROM runs WHERE flow = 'maintain' AND status = 'completed'"
    with scheduling(folder, tmp_path / "home") as scheduler:
        until(lambda: rows_so_far(db, maintained), 180, lambda: scheduler.log)
        assert scheduler.stop() == 0
    steps = re.findall(r"'ingest inbox [^']*' - (Beginning|Finished)", scheduler.log)
    assert steps == [("Beginning", "Finished")[n % 2] for n in range(len(steps))]
    assert "at capacity" not in scheduler.log


def test_an_edited_configuration_is_served_without_a_restart(tmp_path: Path) -> None:
    folder = configured(tmp_path / "work")
    path = folder / "presswash.toml"
    text = path.read_text("utf-8")
    with scheduling(folder, tmp_path / "home") as scheduler:
        scheduler.wait_for(SERVED)
        path.write_text(text + "every =", encoding="utf-8")
        scheduler.wait_for("not valid TOML", 20)
        write_stories(folder / "inbox", 1)
        ingested(scheduler, 1)
        path.write_text(text.replace('"inbox"', '"drop"'), encoding="utf-8")
        scheduler.wait_for("presswash.toml has changed: starting again", 20)
        write_stories(folder / "drop", 2)
        ingested(scheduler, 2)
        until(lambda: scheduler.log.count(SERVED) == 2, 60, lambda: scheduler.log)
        assert "the Prefect server has ended" not in scheduler.log
        assert scheduler.stop() == 0
        assert scheduler.processes() == {}


def test_a_killed_scheduler_leaves_no_process(tmp_path: Path) -> None:
    folder = configured(tmp_path / "work")
    with scheduling(folder, tmp_path / "home") as scheduler:
        scheduler.wait_for(SERVED)
        scheduler.process.kill()
        until(lambda: not scheduler.processes(), 15, lambda: scheduler.log)


def test_sigterm_ends_a_hanging_run_and_everything_else_within_ten_seconds(tmp_path: Path) -> None:
    with silent_server() as url:
        folder = configured(tmp_path / "work", sources=f'["{url}"]')
        with scheduling(folder, tmp_path / "home") as scheduler:
            scheduler.wait_for("Beginning flow run")
            until((folder / "news.db").exists, 30, lambda: scheduler.log)
            began = time.monotonic()
            assert scheduler.stop() == 0
            assert time.monotonic() - began < 10
            assert scheduler.processes() == {}


@pytest.mark.parametrize("is_stopped", [False, True])
def test_a_run_that_makes_no_progress_is_ended_as_failed(tmp_path: Path, is_stopped: bool) -> None:
    with silent_server() as page:
        sources = f'["inbox", "{page}"]'
        folder = configured(tmp_path / "work", 'stall_timeout = "3s"', sources)
        with scheduling(folder, tmp_path / "home") as scheduler:
            scheduler.wait_for("Beginning flow run")
            url = re.search(r"server: (\S+)", scheduler.log)[1]  # type: ignore[index]
            if is_stopped:
                lock = folder / "news.db.lock"
                until(lock.exists, 20, lambda: scheduler.log)
                os.kill(int(lock.read_text().split()[0]), signal.SIGSTOP)
            failed = {"flow_runs": {"state": {"type": {"any_": ["FAILED"]}}}}
            runs = until(
                lambda: asked(f"{url}/api/flow_runs/filter", failed), 60, lambda: scheduler.log
            )
            assert "no progress" in runs[0]["state"]["message"]
            scheduler.wait_for("Beginning flow run", 60)
            assert scheduler.stop() == 0


def test_a_killed_run_is_reported_and_the_next_one_goes_ahead(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as page, webhook() as (hook, messages):
        page.settimeout(60)
        url = f"http://127.0.0.1:{page.getsockname()[1]}/page"
        folder = configured(tmp_path / "work", sources=f'["inbox", "{url}"]')
        with (folder / "presswash.toml").open("a") as file:
            file.write(f'[alerts]\nwebhook = "{hook}"\n')
        with scheduling(folder, tmp_path / "home") as scheduler:
            first, _ = page.accept()
            pid, _ = FileLock(folder / "news.db.lock").holder()
            assert pid
            os.kill(pid, signal.SIGKILL)
            until(lambda: messages, 60, lambda: scheduler.log)
            assert messages[0]["event"] == "run_failed"
            assert "ended as Crashed" in messages[0]["text"]
            first.close()
            second, _ = page.accept()
            assert scheduler.stop() == 0
            second.close()
        assert len(messages) == 1, "stopping the scheduler is no failure"


def test_an_api_that_is_not_there_is_said_at_the_start_and_later(tmp_path: Path) -> None:
    folder = configured(tmp_path / "work")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/api"
    variables = {"PREFECT_API_URL": url, "PREFECT_HOME": str(tmp_path / "home")}
    dead = program("schedule", cwd=folder, **variables)
    ingest = program("ingest", "inbox", cwd=folder, **variables)
    assert dead.returncode == ingest.returncode == 1
    sentence = dead.stderr.decode().splitlines()[-1]
    assert sentence == ingest.stderr.decode().splitlines()[-1]
    assert sentence.startswith("presswash: the Prefect API can't be reached: start it")
    other = configured(tmp_path / "other")
    with scheduling(other, tmp_path / "home") as server:
        server.wait_for(SERVED)
        url = re.search(r"server: (\S+)", server.log)[1] + "/api"  # type: ignore[index]
        with scheduling(folder, tmp_path / "home", PREFECT_API_URL=url) as scheduler:
            scheduler.wait_for(SERVED)
            assert server.stop() == 0
            assert not is_up(url)
            assert scheduler.process.wait(60) == 1
            assert scheduler.log.splitlines()[-1] == sentence
            assert scheduler.processes() == {}
