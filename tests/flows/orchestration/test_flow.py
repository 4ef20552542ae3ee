"""The flow on a real Prefect engine: the same warehouse as in process, retries, artifacts."""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from flows.runs.jobs import IngestJob
from flows.runs.report import Observer
from tests.flows.conftest import Presswash, contents, rows, write_stories
from tests.slow_cases import all_slow_but
from warehouse.errors import WarehouseBusy, WarehouseError
from warehouse.model import Counts, RunStatus
from warehouse.warehouse import Warehouse

DB = Path("presswash.db")


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Two batches of articles, some pages that can't be cleaned, one page twice."""
    folder = write_stories(tmp_path / "pages", 70)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "copy.txt").write_bytes((folder / "story001.txt").read_bytes())
    return folder


def artifact(key: str) -> Any:
    """The newest artifact of a key, as the API gives it."""
    import httpx
    from prefect.settings import PREFECT_API_URL

    wanted = {"artifacts": {"key": {"any_": [key]}}, "sort": "UPDATED_DESC", "limit": 1}
    answer = httpx.post(f"{PREFECT_API_URL.value()}/artifacts/filter", json=wanted)
    (found,) = answer.raise_for_status().json()
    return found


def flow_states() -> list[str]:
    """The states of the flow runs that have started, the newest first."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import FlowRunSort

    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=50)
    return [str(run.state_name) for run in runs if run.start_time]


@pytest.mark.usefixtures("prefect_api", "mixed")
@pytest.mark.parametrize("jobs", all_slow_but(["2"], ["1", "2"]))
def test_a_flow_leaves_the_same_warehouse_as_a_run_in_process(
    presswash: Presswash, jobs: str
) -> None:
    flow = presswash("ingest", "pages", "missing.txt", "--flow", "--jobs", jobs, "--json").json
    direct = presswash(
        "ingest", "pages", "missing.txt", "--no-flow", "--db", "other.db", "--json"
    ).json
    for varying in ("run_id", "seconds"):
        flow.pop(varying), direct.pop(varying)
    assert flow == direct
    assert (flow["seen"], flow["added"], flow["rejected"]) == (73, 70, 2)
    assert contents(DB) == contents(Path("other.db"))
    assert flow_states()[0] == "Completed"


@pytest.mark.usefixtures("prefect_api", "mixed")
def test_a_flow_reports_pages_removals_and_a_summary_as_artifacts(presswash: Presswash) -> None:
    Path("pages", "chrome.txt").write_text("Home\nSport\nContact us\n", encoding="utf-8")
    ran = presswash("ingest", "pages", "--flow")
    assert "The flow's report is in Prefect's own database" in ran.out
    pages, removals, summary, report = (
        artifact(f"presswash-{name}") for name in ("pages", "removals", "summary", "report")
    )
    assert [found["type"] for found in (pages, removals, summary, report)] == [
        *("table", "table", "markdown", "markdown")
    ]
    link = "http://127.0.0.1:8001/-/presswash/run/1"
    assert f"({link})" in report["data"]
    assert "while `presswash serve --db presswash.db` runs" in report["description"]
    assert f"[The whole report](<{link}>)" in summary["data"]
    assert "73 pages and the outcome of each" in pages["description"]
    outcomes = {row["page"]: row["outcome"] for row in json.loads(pages["data"])}
    assert outcomes["pages/chrome.txt"] == "no article"
    assert outcomes["pages/story000.txt"] == "added"
    assert "pages/empty.txt" in pages["data"]
    assert "**73 pages** seen" in summary["data"]
    assert "**71** added (1 without an article), **1** unchanged" in summary["data"]
    assert "## Rejected" in summary["data"]


@pytest.mark.usefixtures("prefect_api")
def test_the_deployable_flow_gives_the_report_of_its_run(stories: Path, tmp_path: Path) -> None:
    from flows.orchestration.ingest_flow import ingest

    report = ingest([str(stories)], db=str(tmp_path / "flow.db"))
    assert (report.run_id, report.status) == (1, RunStatus.COMPLETED)
    assert report.tally.counts == Counts(seen=5, added=5)


@pytest.mark.usefixtures("prefect_api")
def test_a_job_reaches_its_flow_unchanged(stories: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.orchestration.ingest_flow import ingest_as_flow
    from flows.runs import ingest as runs
    from flows.sources.web.politeness import Politeness
    from flows.workers.limits import Limits

    asked: list[object] = []
    real = runs.ingest

    def ingest(job: IngestJob, *rest: Any) -> Any:
        asked.append(job)
        return real(job, *rest)

    monkeypatch.setattr(runs, "ingest", ingest)
    monkeypatch.chdir(stories.parent)
    job = IngestJob(
        (str(stories),),
        "flow.db",
        jobs=2,
        mapping="text=body",
        force=True,
        web=Politeness(user_agent="a reader", delay=2),
        limits=Limits(page_seconds=30),
    )
    for one in (job, replace(job, sources=("list.txt",), url_lists=True)):
        Path("list.txt").touch()
        ingest_as_flow(one)
        assert asked.pop() == one
        assert json.loads(json.dumps(one.flow_parameters())) == one.flow_parameters()


@pytest.mark.usefixtures("prefect_api")
def test_a_schedule_gives_runs_with_its_parameters() -> None:
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import FlowRunSort
    from prefect.settings import PREFECT_API_URL

    from flows.orchestration.ingest_flow import ingest

    wanted = {"sources": ["inbox"], "db": "news.db", "jobs": 2}
    deployment = ingest.to_deployment("hourly", cron="0 * * * *", parameters=wanted)
    assert not isinstance(deployment, Coroutine)
    deployed = deployment.apply()
    assert isinstance(deployed, UUID)
    # What Prefect's scheduler does every minute.
    url = f"{PREFECT_API_URL.value()}/deployments/{deployed}/schedule"
    # The server answers 503 while its database is locked.
    while (answer := httpx.post(url, json={"min_runs": 3}, timeout=60)).status_code == 503:
        time.sleep(0.2)
    answer.raise_for_status()
    with get_client(sync_client=True) as client:
        every = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=50)
    runs = [run for run in every if run.deployment_id == deployed]
    assert len(runs) >= 3
    assert all(run.parameters == wanted for run in runs)


@pytest.mark.usefixtures("prefect_api", "stories")
def test_a_flow_that_fails_marks_its_run_as_failed(
    presswash: Presswash, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise WarehouseError("the disk that holds it is full: make room and run again.")

    monkeypatch.setattr(Warehouse, "load", fail)
    ran = presswash("ingest", "pages", "--flow")
    assert ran.code == 1
    assert "the disk that holds it is full" in ran.err
    assert rows(DB, "SELECT status FROM runs") == [("failed",)]
    assert flow_states()[0] == "Failed"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries without their delays."""
    monkeypatch.setattr("flows.orchestration.prefect_step_runner.TASK_RETRY_DELAYS_S", (0, 0, 0))


@pytest.mark.usefixtures("prefect_api", "stories", "at_once")
def test_a_file_system_that_falters_is_read_again(
    presswash: Presswash, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = os.open, iter(range(2))

    def open_(path: Any, flags: int, *rest: Any, **more: Any) -> Any:
        if str(path).endswith("story003.txt") and next(left, None) is not None:
            raise OSError(errno.EIO, "Input/output error")
        return real(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", open_)
    assert presswash("ingest", "pages", "--flow", "--json").json["added"] == 5


@pytest.mark.usefixtures("prefect_api", "stories", "at_once")
def test_a_load_that_finds_the_warehouse_locked_is_tried_again(
    presswash: Presswash, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = Warehouse.load, iter(range(2))

    def load(*arguments: Any) -> Any:
        if next(left, None) is not None:
            raise WarehouseBusy("it is in use by another process that writes to it: wait.")
        return real(*arguments)

    monkeypatch.setattr(Warehouse, "load", load)
    assert presswash("ingest", "pages", "--flow", "--json").json["added"] == 5


def test_an_observer_is_the_callers_for_one_run_only() -> None:
    from flows.orchestration.caller_context import current_observer, observed_by

    observer = Observer()
    with observed_by(observer):
        assert current_observer() is observer
    assert current_observer() is None


@pytest.mark.usefixtures("prefect_api")
def test_one_run_makes_up_for_all_that_were_missed(
    stories: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime, timedelta

    from prefect.client.orchestration import get_client
    from prefect.states import Scheduled

    from flows.orchestration.ingest_flow import ingest

    deployment = ingest.to_deployment("missed", parameters={"sources": [str(stories)]})
    assert not isinstance(deployment, Coroutine)
    deployed = deployment.apply()
    assert isinstance(deployed, UUID)
    now = datetime.now(UTC)
    with get_client(sync_client=True) as client:
        made = [
            client.create_flow_run_from_deployment(
                deployed, state=Scheduled(scheduled_time=now + timedelta(minutes=minutes))
            )
            for minutes in (-30, -20, -10, 30)
        ]
        monkeypatch.setenv("PREFECT__RUNTIME__DEPLOYMENT__ID", str(deployed))
        ingest([str(stories)], db=str(tmp_path / "flow.db"))
        states = [client.read_flow_run(run.id).state_name for run in made]
        message = client.read_flow_run(made[0].id).state
    assert states == ["Cancelled", "Cancelled", "Cancelled", "Scheduled"]
    assert message is not None
    assert "makes up for it" in str(message.message)


@pytest.mark.usefixtures("prefect_api", "stories")
def test_the_flow_maintain_does_its_steps_as_tasks_and_fails_with_a_message(
    presswash: Presswash,
) -> None:
    import sqlite3

    from flows.errors import CheckFailed
    from flows.orchestration.maintain_flow import maintain

    assert presswash("ingest", "pages").code == 0
    done = maintain(backups="copies", keep=1)
    assert Path(str(done["backup"])).exists()
    assert flow_states()[0] == "Completed"
    assert "is sound" in artifact("presswash-maintenance")["data"]
    with sqlite3.connect(DB) as db:
        db.execute("DELETE FROM capture WHERE document_id = 2")
    db.close()
    with pytest.raises(CheckFailed, match="was left unchanged"):
        maintain(backups="copies", keep=1)
    assert flow_states()[0] == "Failed"
    assert rows(DB, "SELECT status FROM runs ORDER BY id DESC LIMIT 1") == [("failed",)]


@pytest.mark.usefixtures("prefect_api")
def test_the_flow_collect_fetches_what_a_list_of_addresses_names(presswash: Presswash) -> None:
    from flows.orchestration.ingest_flow import collect
    from flows.sources.web.politeness import Politeness
    from tests.flows.http_site import Site

    with Site().up() as site:
        text = f"# pages\n{site.page('/1', 1)}\n\n{site.page('/2', 2)}\nnot an address\n"
        Path("list.txt").write_text(text, encoding="utf-8")
        counts = collect(["list.txt"], web=Politeness(delay=0, allow_private=True)).tally.counts
        assert (counts.added, counts.rejected) == (2, 1)
        asked = ["collect", "list.txt", "--no-flow", "--delay", "0", "--allow-private", "--json"]
        ran = presswash(*asked)
        dry = presswash(*asked, "--dry-run", "--db", "none.db")
    assert (dry.json["added"], dry.json["rejected"]) == (2, 1)
    assert not Path("none.db").exists()
    assert rows(DB, "SELECT flow FROM runs") == [("collect",), ("collect",)]
    assert rows(DB, "SELECT locator FROM rejects") == [("list.txt#5",)]
    assert ran.json["seen"] == 3


@pytest.mark.slow
@pytest.mark.usefixtures("prefect_api")
def test_prefect_yaml_deploys_the_flows_to_a_work_pool(tmp_path: Path) -> None:
    import subprocess
    import sys

    from prefect.settings import PREFECT_API_URL

    from tests.flows.conftest import ROOT, path_for_others

    environment = {**os.environ, "PYTHONPATH": path_for_others()}
    environment["PREFECT_API_URL"] = str(PREFECT_API_URL.value())

    def prefect(*arguments: str) -> str:
        command = [sys.executable, "-m", "prefect", *arguments]
        ran = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    prefect("work-pool", "create", "presswash", "--type", "process")
    prefect("--no-prompt", "deploy", "--all")
    listed = prefect("deployment", "ls")
    for name in ("ingest/inbox", "collect/feeds", "maintain/nightly"):
        assert name in listed
