"""How `presswash serve` begins and ends, and whom it answers."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import httpx
import pytest

from flows.browse_address import run_url
from tests.flows.browse.conftest import serving
from tests.flows.conftest import Presswash
from tests.reliability.cli_process import Program, wait_for_exit


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once_without_a_traceback(news: Path, number: signal.Signals) -> None:
    with Program(news).running("serve", "--port", "0", "--db", "news.db") as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[4]
        # A connection that stays open must not hold it up.
        with httpx.Client(timeout=60) as client:
            assert client.get(f"{address}-/presswash").status_code == 200
            process.send_signal(number)
            ended = wait_for_exit(process)
    assert (ended.code, ended.err) == (0, "presswash: stopped\n")


def test_the_address_of_a_run_leads_to_its_page(browser: httpx.Client) -> None:
    served_at = str(browser.base_url.copy_with(path="/"))
    answer = browser.get(run_url(served_at, 1))
    assert answer.status_code == 200
    assert "Run 1" in answer.text


def test_a_port_in_use_is_named(presswash: Presswash, news: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = presswash("serve", "--db", news / "news.db", "--port", port)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"presswash: port {port} of 127.0.0.1 is in use: choose another with --port\n"
    )


def test_a_host_of_another_machine_is_named(presswash: Presswash, news: Path) -> None:
    ran = presswash("serve", "--db", news / "news.db", "--port", "0", "--host", "192.0.2.1")
    assert ran.code == 1
    assert "192.0.2.1 is no address of this machine" in ran.err


@pytest.mark.parametrize("content", [None, b"not a database at all", b""])
def test_a_file_that_is_no_warehouse_is_refused(
    presswash: Presswash, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "other.db").write_bytes(content)
    ran = presswash("serve", "--db", "other.db", "--port", "0")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "other.db" in ran.err


def test_a_name_that_another_site_gives_it_is_refused(browser: httpx.Client) -> None:
    refused = browser.get("", headers={"host": "evil.example.com:8001"})
    assert refused.status_code == 403
    port = browser.base_url.port
    assert browser.get("", headers={"host": f"localhost:{port}"}).status_code == 200


def test_a_page_of_another_site_may_not_post(browser: httpx.Client) -> None:
    refused = browser.post("/records", headers={"origin": "https://evil.example.com"})
    assert refused.status_code == 403


def test_another_host_needs_the_token_that_is_printed(news: Path) -> None:
    with serving(news, "--db", "news.db", "--host", "0.0.0.0") as printed:
        address = httpx.URL(printed).copy_with(host="127.0.0.1")
        front = address.copy_with(path="/-/presswash", query=None)
        with httpx.Client(timeout=60) as stranger:
            assert stranger.get(front).status_code == 403
            assert stranger.get(f"{front}?token=guess").status_code == 403
        with httpx.Client(timeout=60) as owner:
            entered = owner.get(address)
            assert (entered.status_code, entered.headers["location"]) == (303, "/")
            assert owner.get(front).status_code == 200
        token = address.params["token"]
        assert httpx.get(front, headers={"authorization": f"Bearer {token}"}).status_code == 200


def test_pages_are_shown_while_a_run_writes(news: Path, tmp_path: Path) -> None:
    from tests.flows.conftest import write_stories

    write_stories(tmp_path / "pages", 60)
    program = Program(tmp_path, pages=4)
    assert program.run("ingest", "--no-flow", str(news / "pages" / "pages.jsonl")).code == 0
    with serving(tmp_path) as address, httpx.Client(timeout=60) as client:
        with program.running("ingest", "--no-flow", "pages") as run:
            answers = 0
            while run.poll() is None:
                assert client.get(f"{address}-/presswash").status_code == 200
                assert client.get(f"{address}presswash/articles.json").status_code == 200
                answers += 1
            assert run.returncode == 0
        assert answers > 0
        assert "Council number 59" in client.get(f"{address}-/presswash/records").text


def test_an_unknown_address_is_not_found_and_prints_nothing(news: Path) -> None:
    unknown = {
        "/-/presswash/nope": "There is no page at this address.",
        "/-/presswash/record/1234567890123456789": "There is no page at this address.",
        f"/-/presswash/record/{'9' * 5_000}": "There is no page at this address.",
        "/-/presswash/record/1/correct/more": "There is no page at this address.",
        "/-/presswash/record/12345": "There is no record 12345.",
        "/-/presswash/static/nope.css": "There is no such file.",
        "/-/presswash?db=nope": "No warehouse of that name is served.",
        "/-/x/y/z": "404",
        "/nope": "404",
        "/news/nope": "404",
        "/nope.json": '"ok": false',
    }
    with Program(news).running("serve", "--port", "0", "--db", "news.db") as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[4].rstrip("/")
        with httpx.Client(timeout=60) as client:
            for path, words in unknown.items():
                answer = client.get(address + path)
                assert (answer.status_code, words in answer.text) == (404, True), path
            slash = client.get(f"{address}/-/presswash/", follow_redirects=True)
            assert slash.status_code == 200
            process.send_signal(signal.SIGINT)
            ended = wait_for_exit(process)
    assert (ended.code, ended.err) == (0, "presswash: stopped\n")
