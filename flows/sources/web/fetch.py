"""Fetches one URL: politely, within limits, through redirects, with retries."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self
from urllib.parse import urldefrag, urlsplit

import httpx

from cleaners.model import Capture
from flows.sources.content_encoding import decode_content
from flows.sources.discover import without_credentials
from flows.sources.errors import ReadError, ReadErrorKind, too_large
from flows.sources.page_types import (
    HTTP_OK,
    charset_of_header,
    media_type_of_header,
    page_media,
)
from flows.sources.rights import header_rights
from flows.sources.streams import MAGIC, decompress
from flows.sources.timestamps import parse_timestamp
from flows.sources.web.feeds import extract_links
from flows.sources.web.politeness import Politeness
from flows.sources.web.rate_limit import RateLimiter
from flows.sources.web.redirects import Refresh, find_refresh, redirect_target
from flows.sources.web.responses import FetchedPage, FetchResult, NotModified
from flows.sources.web.robots import RobotsRules
from flows.sources.web.ssrf_guard import PublicOnlyTransport
from warehouse.records.resume import Validators

# Temporary errors; 520 to 524 are those of a proxy that doesn't get an answer itself.
_RETRY_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, *range(520, 525)})
# The beginnings of h11's and httpcore's messages about a connection that ended too early.
_CLOSED = ("peer closed connection", "Server disconnected", "server disconnected")
_MAX_ROBOTS_BODY_BYTES = 1 << 22
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class _Response:
    url: str
    status: int
    headers: httpx.Headers
    body: bytes


class Fetcher:
    """Fetches URLs for one run, inside an event loop."""

    def __init__(self, settings: Politeness) -> None:
        self._settings = settings
        self._rate_limiter = RateLimiter(settings.hosts, settings.delay)
        self._robots = RobotsRules(settings.agent, self._robots_txt)
        self._client = httpx.AsyncClient(
            transport=PublicOnlyTransport(settings.allow_private, settings.hosts),
            headers={"User-Agent": settings.agent, "Accept": _ACCEPT},
            timeout=httpx.Timeout(settings.silence),
            follow_redirects=False,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *ending: object) -> None:
        await self._client.aclose()

    async def fetch(self, url: str, known: Validators | None) -> FetchResult:
        """The page or the list of pages at a URL; raises ReadError if it is neither."""
        passed: list[_Response] = []
        try:
            return await self._fetch(url, known, passed)
        except ReadError:
            if not passed:
                raise
            found = self._interpret(url, passed[0])
            # Without validators, the next run tries the refresh again.
            if isinstance(found, FetchedPage):
                return replace(found, etag=None, last_modified=None)
            return found

    async def _fetch(
        self, url: str, known: Validators | None, passed: list[_Response]
    ) -> FetchResult:
        response = await self._request_through_redirects(url, known, passed)
        if response.status == 304 and known is not None:
            return NotModified()
        if response.status not in HTTP_OK:
            raise ReadError(
                ReadErrorKind.HTTP_ERROR, f"its server answered {_status_text(response.status)}"
            )
        return self._interpret(url, response)

    def _interpret(self, url: str, response: _Response) -> FetchResult:
        declared = response.headers.get("content-type", "")
        media_type = media_type_of_header(declared)
        limit = self._settings.page_bytes
        body = decode_content(response.body, response.headers.get("content-encoding", ""), limit)
        if body.startswith(MAGIC[".gz"]):
            body = decompress(body, ".gz", limit)
        rights = (
            "robots.txt allows" if self._settings.robots else "robots.txt not asked",
            *header_rights(dict(response.headers)),
        )
        if links := extract_links(body, response.url, declared):
            pages = tuple(replace(page, rights=rights) for page in links.pages)
            return replace(links, pages=pages)
        media = page_media(media_type, body)
        if media is None and media_type:
            raise ReadError(
                ReadErrorKind.NO_PAGE, f"it is not a page: its server sends {media_type}"
            )
        return FetchedPage(
            Capture(
                without_credentials(url),
                body,
                media,
                url=without_credentials(urldefrag(response.url).url),
                charset=charset_of_header(declared),
                captured_at=datetime.now(UTC),
                rights=rights,
            ),
            response.headers.get("etag"),
            response.headers.get("last-modified"),
        )

    async def _request_through_redirects(
        self, url: str, known: Validators | None, passed: list[_Response]
    ) -> _Response:
        """The response at the end of the redirects from a URL.

        Appends to `passed` the pages on the way that have a sentence of their own.

        The validators are sent only to the URL that they came from. Another page could match them
        by chance and look unchanged.
        """
        url = urldefrag(url).url
        seen, sets_cookie = [url], False
        gave = (known.capture.url or known.capture.locator) if known else None
        while True:
            conditions = _conditional_headers(known) if without_credentials(url) == gave else {}
            response = await self._request_with_retries(url, conditions)
            target = redirect_target(url, response.status, response.headers)
            if target is None:
                refresh = _refresh(response)
                if refresh is None:
                    return response
                target = refresh.url
                if refresh.has_sentence:
                    passed.append(response)
            sets_cookie = sets_cookie or "set-cookie" in response.headers
            url = target
            # A cookie wall lets a client in when it returns with the cookie that the wall has set.
            if seen.count(url) > sets_cookie:
                raise ReadError(ReadErrorKind.REDIRECTS, "it redirects in a circle")
            seen.append(url)
            if len(seen) > self._settings.redirects + 1:
                raise ReadError(
                    ReadErrorKind.REDIRECTS, f"it redirects more than {len(seen) - 2} times"
                )

    async def _request_with_retries(self, url: str, conditions: dict[str, str]) -> _Response:
        """The response of one URL, with retries, if robots.txt allows the request."""
        origin, host = _origin(url)
        if self._settings.robots:
            why, delay = await self._robots.check(origin, url)
            self._rate_limiter.raise_delay(host, delay)
            if why:
                raise ReadError(ReadErrorKind.ROBOTS, why)
        return await self._attempts(url, host, conditions, self._settings.page_bytes)

    async def _attempts(
        self, url: str, host: str, headers: dict[str, str], limit: int
    ) -> _Response:
        """The response of one URL; temporary errors are retried."""
        pause = self._settings.backoff
        for left in reversed(range(self._settings.retries + 1)):
            try:
                async with self._rate_limiter.slot(host):
                    response = await self._request(url, headers, limit)
            except httpx.TransportError as error:
                if not left or _breaks_http(error):
                    raise ReadError(
                        ReadErrorKind.NO_ANSWER, _explain_transport_error(error)
                    ) from error
                wait = pause
            else:
                if response.status not in _RETRY_STATUSES or not left:
                    return response
                wait = max(pause, _retry_after_seconds(response.headers.get("retry-after")))
                if wait > self._settings.patience:
                    when = f"asks for a pause of {wait:,.0f} seconds"
                    raise ReadError(
                        ReadErrorKind.HTTP_ERROR,
                        f"its server answered {response.status} and {when}",
                    )
            self._rate_limiter.pause(host, wait)
            pause *= 2
        raise AssertionError("the last attempt returns or raises")

    async def _request(self, url: str, headers: dict[str, str], limit: int) -> _Response:
        """Send one request; the response isn't decoded yet. Raises ReadError at a limit."""
        time = self._settings.page_time
        sent = {**headers, "Accept-Encoding": "gzip, deflate, br, zstd"}
        try:
            async with (
                asyncio.timeout(time),
                self._client.stream("GET", url, headers=sent) as stream,
            ):
                body = bytearray()
                async for piece in stream.aiter_raw():
                    body += piece
                    if len(body) > limit:
                        raise too_large(limit)
                return _Response(url, stream.status_code, stream.headers, bytes(body))
        except TimeoutError as error:
            raise ReadError(
                ReadErrorKind.TOO_SLOW, f"its response took longer than {time:g} seconds"
            ) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            shown = without_credentials(url)
            raise ReadError(
                ReadErrorKind.BAD_ADDRESS,
                f"{shown}, or what it redirects to, is not a valid URL ({error})",
            ) from error

    async def _robots_txt(self, url: str) -> tuple[int, bytes]:
        """The status and body of a site's robots.txt, through up to five redirects.

        Raises ReadError if there is no response.
        """
        host = _origin(url)[1]
        for _ in range(6):
            response = await self._attempts(url, host, {}, self._settings.page_bytes)
            target = redirect_target(url, response.status, response.headers)
            if target is None:
                encodings = response.headers.get("content-encoding", "")
                return response.status, decode_content(
                    response.body, encodings, _MAX_ROBOTS_BODY_BYTES
                )
            url, host = target, _origin(target)[1]
        return 404, b""


def _refresh(response: _Response) -> Refresh | None:
    if response.status not in HTTP_OK:
        return None
    return find_refresh(response.url, response.headers, response.body)


def _origin(url: str) -> tuple[str, str]:
    """The origin and the host of a URL; raises ReadError if it isn't http or https."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        why = f"{without_credentials(url)} is not a valid URL ({error})"
        raise ReadError(ReadErrorKind.BAD_ADDRESS, why) from error
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise ReadError(
            ReadErrorKind.BAD_ADDRESS, f"{without_credentials(url)} is not an http or https URL"
        )
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme.lower()}://{name}{port}", f"{name}{port}"


def _conditional_headers(known: Validators | None) -> dict[str, str]:
    """The headers that request a page only if it has changed (RFC 9110, 13.1)."""
    if known is None:
        return {}
    found = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in found.items() if value}


def _retry_after_seconds(retry_after: str | None) -> float:
    """The seconds in a Retry-After header: a number or a date (RFC 9110, 10.2.3)."""
    if not retry_after:
        return 0.0
    if retry_after.strip().isdecimal():
        return float(retry_after)
    at = parse_timestamp(retry_after)
    return max(0.0, (at - datetime.now(UTC)).total_seconds()) if at else 0.0


def _status_text(status: int) -> str:
    phrase = httpx.codes.get_reason_phrase(status)
    return f"{status} {phrase}".strip()


def _breaks_http(error: httpx.TransportError) -> bool:
    """Whether no retry can help, because the response violates HTTP."""
    return isinstance(error, httpx.RemoteProtocolError) and not str(error).startswith(_CLOSED)


def _explain_transport_error(error: httpx.TransportError) -> str:
    """A connection error in plain words."""
    if isinstance(error, httpx.TimeoutException):
        return "its server doesn't respond"
    if _breaks_http(error):
        return f"its response breaks the rules of HTTP: {str(error).rstrip('.')}"
    if isinstance(error, httpx.RemoteProtocolError):
        return "the connection closed before the whole page was received"
    return f"its server can't be reached ({str(error) or type(error).__name__})"
