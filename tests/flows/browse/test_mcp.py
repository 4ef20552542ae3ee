"""The tools that a client of the Model Context Protocol gets, over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.flows.browse.conftest import GAZETTE
from tests.flows.browse.test_pages import id_of

VERSION = "2025-06-18"
TOOLS = ("why_removed", "versions", "duplicates")


class Client:
    """A client that has begun a session."""

    def __init__(self, browser: httpx.Client) -> None:
        self._http = browser
        self._headers = {"accept": "application/json, text/event-stream"}
        about = {"name": "test", "version": "1"}
        begun = self.send(
            "initialize", {"protocolVersion": VERSION, "capabilities": {}, "clientInfo": about}
        )
        assert begun.status_code == 200
        self._headers |= {"mcp-protocol-version": VERSION}
        if session := begun.headers.get("mcp-session-id"):
            self._headers["mcp-session-id"] = session

    def send(self, method: str, params: Any = None, **headers: str) -> httpx.Response:
        """What the server answers one request."""
        call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
        url = self._http.base_url.join("/-/mcp")
        return self._http.post(url, json=call, headers={**self._headers, **headers})

    def call(self, tool: str, **arguments: object) -> Any:
        """What a tool gives."""
        answer = self.send("tools/call", {"name": tool, "arguments": arguments}).json()["result"]
        if answer["isError"]:
            return answer["content"][0]["text"]
        return answer["structuredContent"]["result"]


@pytest.fixture
def client(browser: httpx.Client) -> Client:
    return Client(browser)


def test_all_tools_only_read(client: Client) -> None:
    tools = client.send("tools/list").json()["result"]["tools"]
    names = {tool["name"] for tool in tools}
    ours, theirs = TOOLS, {"list_databases", "get_database_schema", "execute_sql"}
    assert names == {*ours, *theirs}
    for tool in tools:
        assert tool["annotations"]["readOnlyHint"] is True, tool["name"]


def test_removed_blocks_are_given_with_their_reasons(client: Client, news: Path) -> None:
    [removed] = [
        one
        for one in client.call("why_removed", record=id_of(news, f"url = '{GAZETTE}/22'"))
        if one["reason"] == "template"
    ]
    assert "pages of gazette.example.org" in removed["detail"]
    assert removed["cleaner"] == "site"


def test_the_versions_of_an_article_are_given(client: Client, news: Path) -> None:
    old, new = id_of(news, f"url = '{GAZETTE}/live'"), id_of(news, "text LIKE '%zeppelin%'")
    versions = client.call("versions", record=new, database="news")
    assert [one["record"] for one in versions] == [old, new]
    assert [one["is_current"] for one in versions] == [False, True]


def test_the_duplicates_of_a_record_are_given(client: Client, news: Path) -> None:
    found = client.call("duplicates", record=id_of(news, "url LIKE '%gazette%/wire'"))
    assert {one["relation"] for one in found} == {"canonical", "same"}


@pytest.mark.parametrize("tool", TOOLS)
def test_what_is_not_there_is_an_error_that_says_so(client: Client, tool: str) -> None:
    assert "no record 999" in client.call(tool, record=999)
    assert "no warehouse 'other'" in client.call(tool, record=1, database="other")


def test_a_page_in_a_browser_may_not_use_the_tools(client: Client) -> None:
    answer = client.send("tools/list", origin="https://evil.example.com")
    assert answer.status_code == 403
