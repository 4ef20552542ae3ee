"""Protects the server from requests of other sites and other machines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from secrets import compare_digest
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

_COOKIE = "presswash_token"
MCP = "/-/mcp"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Guard:
    """An ASGI application that passes only permitted requests on to `app`.

    With `names`, the Host header must be one of them, because another site may send a browser here
    under its own host name (DNS rebinding). With `token`, a request must have the token: once as
    `?token=…`, after which a cookie has it, or as a bearer token. A request that changes something
    must have an Origin header of this server, or the bearer token.
    """

    app: Callable[..., Awaitable[None]]
    names: frozenset[str] | None
    token: str | None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer one request, or one lifespan event of the server."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        host = headers.get("host", "")
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        has_bearer = self.token is not None and self._is_token(_bearer(headers))
        if self.names is not None and _split(f"//{host}").hostname not in self.names:
            await _refuse(send, "This server answers to its own name only.")
        elif scope["method"] not in _READING and not (
            has_bearer
            or _is_own(headers.get("origin", ""), host)
            # Browsers always post with that header, and the MCP tools only read.
            or (scope["path"] == MCP and "origin" not in headers)
        ):
            await _refuse(send, "Only pages of this server may change something.")
        elif self.token is None or has_bearer or self._is_token(_cookie(headers)):
            await self.app(scope, receive, send)
        elif self._is_token(given):
            # The cookie takes over, so that the token doesn't stay in the address bar.
            await _respond(
                send,
                303,
                "",
                location=scope["path"],
                **{"set-cookie": f"{_COOKIE}={given}; HttpOnly; SameSite=Strict; Path=/"},
            )
        else:
            await _refuse(send, "Open the address that `presswash serve` printed, with its token.")

    def _is_token(self, given: str) -> bool:
        return compare_digest(given.encode(), (self.token or "").encode())


def _split(url: str) -> SplitResult:
    """The parts of a URL; all empty if it is invalid."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _is_own(origin: str, host: str) -> bool:
    """Whether a request comes from a page of this server."""
    return bool(host) and _split(origin).netloc == host


def _bearer(headers: Mapping[str, str]) -> str:
    return headers.get("authorization", "").removeprefix("Bearer ")


def _cookie(headers: Mapping[str, str]) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(_COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


async def _refuse(send: Any, why: str) -> None:
    await _respond(send, 403, why)


async def _respond(send: Any, status: int, body: str, **headers: str) -> None:
    all_headers = {
        "content-type": "text/plain; charset=utf-8",
        "referrer-policy": "no-referrer",
        **headers,
    }
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (name.encode(), value.encode("latin-1")) for name, value in all_headers.items()
            ],
        }
    )
    await send({"type": "http.response.body", "body": body.encode()})
