"""Runs that happen by themselves: a real server, real schedules, pages dropped into a folder."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from tests.flows.conftest import ENTRY, path_for_others, rows, write_stories
from tests.flows.http_site import Site, send
from warehouse import WarehouseError

CONFIG = """
warehouse = "news.db"
[politeness]
delay = 0
allow_private = true
[[schedule]]
flow = "ingest"
sources = ["inbox"]
every = "10s"
[[schedule]]
flow = "collect"
sources = ["{feed}"]
every = "10s"
[[schedule]]
flow = "maintain"
every = "10s"
"""


@contextmanager
def scheduling(folder: Path, home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`presswash schedule` in a process group of its own, as a terminal starts it."""
    environment = {
        **os.environ,
        "PYTHONPATH": path_for_others(),
        "PREFECT_HOME": str(home),
        "PREFECT_RUNNER_POLL_FREQUENCY": "2",
    }
    command = [sys.executable, "-c", ENTRY, "schedule"]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        ) as running,
    ):
        try:
            yield running
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)


def until(call: Callable[[], Any], seconds: float, why: Callable[[], str]) -> Any:
    """The first answer that is true; asks again for so many seconds, unless the log says stop."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and "unexpected error" not in why():
        if found := call():
            return found
        time.sleep(0.25)
    raise AssertionError(why())


def asked(url: str, body: object) -> Any:
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=10) as answer:
        return json.load(answer)


def rows_so_far(db: Path, text: str) -> list[tuple[object, ...]]:
    """The rows of a query; none while the first run has yet to make the warehouse."""
    try:
        return rows(db, text)
    except WarehouseError as error:
        if "there is no warehouse" in str(error) or "not a warehouse yet" in str(error):
            return []
        raise


def test_pages_dropped_into_a_folder_are_in_the_warehouse_by_a_scheduled_run(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "work"
    (folder / "inbox").mkdir(parents=True)
    db, log = folder / "news.db", folder / "log"

    def logged() -> str:
        return log.read_text("utf-8", "replace")

    with Site().up() as site:
        feed = f"<urlset><url><loc>{site.page('/1', 101)}</loc></url></urlset>".encode()

        site.routes["/feed"] = lambda handler: send(handler, feed, Content_Type="text/xml")
        (folder / "presswash.toml").write_text(CONFIG.format(feed=site.url("/feed")))
        with scheduling(folder, tmp_path / "home") as running:
            url = until(lambda: re.search(r"server: (http\S+) shows", logged()), 120, logged)[1]
            write_stories(folder / "inbox", 3)
            done = "SELECT count(DISTINCT flow) FROM runs WHERE status = 'completed'"
            stories = "SELECT count(*) FROM documents WHERE locator LIKE 'inbox/%'"
            until(lambda: rows_so_far(db, stories) == [(3,)], 120, logged)
            # ingest, collect, maintain and the reclean in it
            until(lambda: rows_so_far(db, done) == [(4,)], 120, logged)
            assert rows(db, "SELECT url FROM articles WHERE url IS NOT NULL") == [(site.url("/1"),)]
            assert list((folder / "backups").iterdir())

            def completed() -> set[str]:
                wanted = {"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
                runs = asked(f"{url}/api/flow_runs/filter", wanted)
                names = {flow["id"]: flow["name"] for flow in asked(f"{url}/api/flows/filter", {})}
                return {names[run["flow_id"]] for run in runs}

            until(lambda: completed() == {"ingest", "collect", "maintain"}, 60, logged)
            overlaps = rows(
                db,
                "SELECT a.id FROM runs a JOIN runs b ON a.id < b.id AND b.started_at <"
                " a.finished_at WHERE b.flow <> 'reclean'",
            )
            assert overlaps == []
            assert "Traceback" not in logged(), logged()
            os.killpg(running.pid, signal.SIGINT)
            assert running.wait(60) == 0, logged()
    assert logged().rstrip().endswith("presswash: stopped")
    with pytest.raises(URLError):
        urlopen(f"{url}/api/health", timeout=5)


def test_one_run_waits_for_another_on_the_same_warehouse(tmp_path: Path) -> None:
    import threading

    from flows.runs.lock import run_lock

    order: list[str] = []
    waiting, holding = threading.Event(), threading.Event()

    def second() -> None:
        with run_lock(str(tmp_path / "a.db"), lambda _what: waiting.set()):
            order.append("second")

    with run_lock(str(tmp_path / "a.db")):
        holding.set()
        thread = threading.Thread(target=second)
        thread.start()
        assert waiting.wait(30)
        with run_lock(str(tmp_path / "other.db"), lambda _what: order.append("waited")):
            order.append("first")
    thread.join(30)
    assert order == ["first", "second"]
