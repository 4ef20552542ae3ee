"""Alerts on a real engine: a webhook on loopback gets failed runs and changed sites."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from flows.orchestration.alerts import SITE_EVENT, WEBHOOK_VARIABLE, alert_of_failure
from tests.flows.archive_writers import html
from tests.flows.conftest import Presswash
from tests.flows.orchestration.scheduler_process import asked, until
from warehouse.errors import WarehouseError
from warehouse.warehouse import Warehouse


@contextmanager
def webhook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The URL of a webhook, and what it has been sent."""
    messages: list[dict[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            messages.append(json.loads(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/secret", messages
        server.shutdown()


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What the configured webhook has been sent."""
    with webhook() as (url, messages):
        monkeypatch.setenv(WEBHOOK_VARIABLE, url)
        yield messages


def write_records(path: Path, first: int, pages: list[bytes]) -> None:
    records = (
        {"url": f"https://news.example.org/{number}", "html": page.decode()}
        for number, page in enumerate(pages, first)
    )
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")


@pytest.mark.usefixtures("prefect_api")
def test_a_redesigned_site_is_a_warning_an_event_and_a_message(
    presswash: Presswash, posted: list[dict[str, Any]]
) -> None:
    from prefect.settings import PREFECT_API_URL

    from flows.orchestration.ingest_flow import ingest

    write_records(Path("usual.jsonl"), 0, [html(number) for number in range(12)])
    menu = "<html><body><ul><li>Home</li><li>Sport {}</li></ul></body></html>"
    write_records(Path("new.jsonl"), 100, [menu.format(n).encode() for n in range(6)])
    assert ingest(["usual.jsonl"], return_state=True).name == "Completed"
    assert posted == []
    state = ingest(["new.jsonl"], return_state=True)
    assert state.name == "Warning"
    assert "news.example.org may have changed" in str(state.message)
    assert {message["event"] for message in posted} == {"site_changed"}
    assert {"emptied", "kept"} & {message["measure"] for message in posted}
    url = PREFECT_API_URL.value()
    wanted = {"filter": {"event": {"name": [SITE_EVENT]}}}
    events = until(lambda: asked(f"{url}/events/filter", wanted)["events"], 30, lambda: "no event")
    assert events[0]["resource"]["prefect.resource.name"] == "news.example.org"


def test_a_run_that_never_began_is_named_for_what_it_would_have_done(
    posted: list[dict[str, Any]],
) -> None:
    from prefect.client.schemas.objects import FlowRun
    from prefect.states import Crashed

    from flows.orchestration.ingest_flow import ingest

    parameters = {"sources": ["inbox"], "timezone": "Europe/Oslo"}
    due = datetime(2027, 7, 1, 12, tzinfo=UTC)
    run = FlowRun(
        name="meek-otter", flow_id=uuid4(), parameters=parameters, expected_start_time=due
    )
    alert_of_failure(ingest, run, Crashed(message="It was killed."))
    assert posted[0]["text"] == "ingest inbox 2027-07-01 14:00 ended as Crashed: It was killed."


@pytest.mark.usefixtures("prefect_api", "stories")
def test_a_failed_run_is_posted_and_a_dead_webhook_hides_no_error(
    presswash: Presswash, posted: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise WarehouseError("the disk that holds it is full: make room and run again.")

    monkeypatch.setattr(Warehouse, "load", fail)
    assert presswash("ingest", "pages", "--flow").code == 1
    (message,) = posted
    assert message["event"] == "run_failed"
    assert message["run"].startswith("ingest pages 20")
    assert "the disk that holds it is full" in message["text"]
    monkeypatch.setenv(WEBHOOK_VARIABLE, "http://127.0.0.1:1/secret")
    ran = presswash("ingest", "pages", "--flow")
    assert "the disk that holds it is full" in ran.err
    assert "secret" not in ran.err
