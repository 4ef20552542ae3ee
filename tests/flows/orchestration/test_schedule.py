"""Runs that happen by themselves: a real server, real schedules, pages dropped into a folder."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from tests.flows.conftest import rows, write_stories
from tests.flows.http_site import Site, send
from tests.flows.orchestration.scheduler_process import (
    asked,
    is_up,
    rows_so_far,
    scheduling,
    until,
)

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


def test_pages_dropped_into_a_folder_are_in_the_warehouse_by_a_scheduled_run(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "work"
    (folder / "inbox").mkdir(parents=True)
    db = folder / "news.db"

    with Site().up() as site:
        feed = f"<urlset><url><loc>{site.page('/1', 101)}</loc></url></urlset>".encode()

        site.routes["/feed"] = lambda handler: send(handler, feed, Content_Type="text/xml")
        (folder / "presswash.toml").write_text(CONFIG.format(feed=site.url("/feed")))
        (tmp_path / "home").mkdir()  # without a database, as at the first start
        with scheduling(folder, tmp_path / "home") as running:

            def logged() -> str:
                return running.log

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
                assert all("news.db" in run["tags"] for run in runs)
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
            os.killpg(running.process.pid, signal.SIGINT)
            assert running.process.wait(10) == 0, logged()
            assert running.processes() == {}
            assert logged().rstrip().endswith("presswash: stopped")
            assert "3 added" in logged()
    assert not is_up(f"{url}/api")


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
