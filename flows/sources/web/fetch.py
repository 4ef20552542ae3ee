"""Fetches one address: politely, within limits, again where that may help, through redirects."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx

from cleaners.model import Capture, Media
from flows.sources import content_encoding as bodies
from flows.sources.archives.reader import too_large_message
from flows.sources.decompress import Damaged, TooLarge, decompress
from flows.sources.timestamps import parse_timestamp
from flows.sources.web.feeds import extract_links
from flows.sources.web.fetch_settings import FetchSettings
from flows.sources.web.rate_limit import RateLimiter
from flows.sources.web.responses import Failed, FetchedPage, FetchResult, NotModified
from flows.sources.web.robots import RobotsRules
from flows.sources.web.ssrf_guard import PrivateAddress, PublicOnlyTransport
from warehouse.records.resume import Validators

_PAGES = {
    "text/html": Media.HTML,
    "application/xhtml+xml": Media.HTML,
    "text/plain": Media.TEXT,
}
_LIST_TYPES = ("xml", "rss", "atom", "gzip", "octet-stream")
_REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
_RETRY_STATUSES = frozenset({429, 500, 502, 503, 504})
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class _Response:
    url: str
    status: int
    headers: httpx.Headers
    body: bytes


class Fetcher:
    """Fetches for one run, inside an event loop."""

    def __init__(self, politeness: FetchSettings) -> None:
        self._settings = politeness
        self._rate_limiter = RateLimiter(politeness.hosts, politeness.delay)
        self._robots = RobotsRules(politeness.agent, self._robots_txt)
        self._client = httpx.AsyncClient(
            transport=PublicOnlyTransport(politeness.allow_private, politeness.hosts),
            headers={"User-Agent": politeness.agent, "Accept": _ACCEPT},
            timeout=httpx.Timeout(politeness.silence),
            follow_redirects=False,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *ending: object) -> None:
        await self._client.aclose()

    async def fetch(self, url: str, known: Validators | None) -> FetchResult:
        """What is at an address; raises Failed where that is no page and no list of pages."""
        reply = await self._request_through_redirects(url, _conditional_headers(known))
        if reply.status == 304 and known is not None:
            return NotModified()
        if reply.status != 200:
            raise Failed("HttpError", f"its server answered {_status_text(reply.status)}")
        return self._interpret(url, reply)

    def _interpret(self, url: str, reply: _Response) -> FetchResult:
        declared = reply.headers.get("content-type", "")
        kind = declared.partition(";")[0].strip().lower()
        limit = self._settings.page_bytes
        try:
            body = bodies.decode_content(
                reply.body, reply.headers.get("content-encoding", ""), limit
            )
            if kind not in _PAGES and body.startswith(b"\x1f\x8b"):
                body = decompress(body, ".gz", limit)
        except Damaged as error:
            raise Failed("Damaged", str(error)) from error
        except TooLarge as error:
            raise Failed("TooLarge", too_large_message(limit)) from error
        if links := extract_links(body, reply.url, declared):
            return links
        if kind and kind not in _PAGES:
            what = (
                "a list of no kind that is known" if any(x in kind for x in _LIST_TYPES) else kind
            )
            raise Failed("NoPage", f"it is no page: its server sends {what}")
        return FetchedPage(
            Capture(
                url,
                body,
                _PAGES.get(kind),
                url=reply.url,
                charset=_charset(declared),
                captured_at=datetime.now(UTC),
            ),
            reply.headers.get("etag"),
            reply.headers.get("last-modified"),
        )

    async def _request_through_redirects(self, url: str, conditions: dict[str, str]) -> _Response:
        """The answer at the end of the redirects from an address."""
        seen = [url]
        while True:
            reply = await self._request_with_retries(url, conditions)
            if reply.status not in _REDIRECT_STATUSES or "location" not in reply.headers:
                return reply
            url = urljoin(url, reply.headers["location"])
            if url in seen:
                raise Failed("Redirects", "it redirects in a circle")
            seen.append(url)
            if len(seen) > self._settings.redirects + 1:
                raise Failed("Redirects", f"it redirects more than {len(seen) - 2} times")

    async def _request_with_retries(self, url: str, conditions: dict[str, str]) -> _Response:
        """The answer of an address that may be asked, after as many tries as it takes."""
        origin, host = _origin(url)
        if self._settings.robots:
            why, delay = await self._robots.check(origin, url)
            self._rate_limiter.raise_delay(host, delay)
            if why:
                raise Failed("Robots", why)
        pause = self._settings.backoff
        for left in reversed(range(self._settings.retries + 1)):
            try:
                async with self._rate_limiter.slot(host):
                    reply = await self._request(url, conditions, self._settings.page_bytes)
            except httpx.TransportError as error:
                if not left:
                    raise Failed("NoAnswer", _explain_transport_error(error)) from error
                wait = pause
            else:
                if reply.status not in _RETRY_STATUSES or not left:
                    return reply
                wait = max(pause, _retry_after_seconds(reply.headers.get("retry-after")))
                if wait > self._settings.patience:
                    when = f"asks to be left alone for {wait:,.0f} seconds"
                    raise Failed("HttpError", f"its server answered {reply.status} and {when}")
            self._rate_limiter.pause(host, wait)
            pause *= 2
        raise AssertionError("there is a last try")

    async def _request(self, url: str, headers: dict[str, str], limit: int) -> _Response:
        """One request, and what came back, still packed; raises Failed at a limit."""
        time = self._settings.page_time
        sent = {**headers, "Accept-Encoding": "gzip, deflate, br, zstd"}
        try:
            async with (
                asyncio.timeout(time),
                self._client.stream("GET", url, headers=sent) as response,
            ):
                body = bytearray()
                async for piece in response.aiter_raw():
                    body += piece
                    if len(body) > limit:
                        raise Failed("TooLarge", too_large_message(limit))
                return _Response(url, response.status_code, response.headers, bytes(body))
        except TimeoutError as error:
            raise Failed("TooSlow", f"it did not all come within {time:g} seconds") from error
        except PrivateAddress as error:
            raise Failed("PrivateAddress", str(error)) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            raise Failed("BadAddress", f"{url} is no address of a page ({error})") from error

    async def _robots_txt(self, url: str) -> tuple[int, bytes]:
        """A site's robots.txt, through up to five redirects; 599 where there is no answer."""
        host = _origin(url)[1]
        for _ in range(6):
            try:
                async with self._rate_limiter.slot(host):
                    reply = await self._request(url, {}, self._settings.page_bytes)
                if reply.status in _REDIRECT_STATUSES and "location" in reply.headers:
                    url = urljoin(url, reply.headers["location"])
                    host = _origin(url)[1]
                    continue
                packing = reply.headers.get("content-encoding", "")
                return reply.status, bodies.decode_content(
                    reply.body, packing, 1 << 22, lenient=True
                )
            except (httpx.TransportError, TooLarge):
                return 599, b""
            except Failed as error:
                if error.error == "PrivateAddress":
                    raise
                return 599, b""
        return 404, b""


def _origin(url: str) -> tuple[str, str]:
    """The scheme and host of an address, and the host; raises Failed for other schemes."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise Failed("BadAddress", f"{url} is no address ({error})") from error
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise Failed("BadAddress", f"{url} is no address of http or https")
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme.lower()}://{name}{port}", f"{name}{port}"


def _conditional_headers(known: Validators | None) -> dict[str, str]:
    """The headers that ask for a page only if it has changed (RFC 9110, 13.1)."""
    if known is None:
        return {}
    found = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in found.items() if value}


def _retry_after_seconds(retry_after: str | None) -> float:
    """The seconds in a Retry-After: a number or a date (RFC 9110, 10.2.3)."""
    if not retry_after:
        return 0.0
    if retry_after.strip().isdigit():
        return float(retry_after)
    at = parse_timestamp(retry_after)
    return max(0.0, (at - datetime.now(UTC)).total_seconds()) if at else 0.0


def _charset(content_type: str) -> str | None:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip("\"' ").lower() or None
    return None


def _status_text(status: int) -> str:
    phrase = httpx.codes.get_reason_phrase(status)
    return f"{status} {phrase}".strip()


def _explain_transport_error(error: httpx.TransportError) -> str:
    """What a failed connection means to a person."""
    if isinstance(error, httpx.TimeoutException):
        return "its server says nothing"
    if isinstance(error, httpx.RemoteProtocolError):
        return "the connection ended before the whole page had come"
    return f"its server can't be reached ({str(error) or type(error).__name__})"
