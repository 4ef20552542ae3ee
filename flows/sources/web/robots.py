"""Checks the robots.txt rules of sites; each robots.txt is fetched once (RFC 9309)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from flows.sources.errors import ReadError, ReadErrorKind
from flows.sources.page_types import HTTP_OK

if TYPE_CHECKING:
    from protego import Protego

# The size up to which a crawler must read the file (RFC 9309, 2.5).
MAX_ROBOTS_BYTES = 500 * 1024
_MAX_CRAWL_DELAY_S = 60.0
_TOO_MANY_REQUESTS = 429
_TOKEN = re.compile(r"[A-Za-z_-]*")
_AGENT_LINE = re.compile(r"^([ \t]*user-?agent[ \t]*:[ \t]*)([^\r\n#]*)", re.I | re.M)

_NOTHING_ALLOWED = "User-agent: *\nDisallow: /"

RobotsFetcher = Callable[[str], Awaitable[tuple[int, bytes]]]


class RobotsRules:
    """The robots.txt rules of the sites seen so far."""

    def __init__(self, agent: str, ask: RobotsFetcher) -> None:
        self._token, self._fetch = product_token(agent), ask
        self._failures: dict[str, str] = {}
        self._rules: dict[str, asyncio.Future[Protego]] = {}

    async def check(self, origin: str, url: str) -> tuple[str | None, float]:
        """Why a page may not be fetched, or None, and the crawl delay in seconds."""
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._read(origin))
        rules = await asyncio.shield(self._rules[origin])
        delay = float(rules.crawl_delay(self._token) or 0.0)
        why = None if rules.can_fetch(url, self._token) else "its site's robots.txt forbids it"
        if why and origin in self._failures:
            why = (
                "its site's robots.txt can't be fetched, so its pages may not be either:"
                f" {self._failures[origin]}"
            )
        return why, min(delay, _MAX_CRAWL_DELAY_S)

    async def _read(self, origin: str) -> Protego:
        """The rules. If the server fails, everything is forbidden; without a file, nothing is."""
        from protego import Protego

        try:
            status, content = await self._fetch(f"{origin}/robots.txt")
        except ReadError as error:
            if error.kind is ReadErrorKind.PRIVATE_ADDRESS:
                raise
            self._failures[origin] = str(error)
            return Protego.parse(_NOTHING_ALLOWED)
        if status in HTTP_OK:
            text = content[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace")
            return Protego.parse(_for_token(text, self._token))
        has_none = 300 <= status < 500 and status != _TOO_MANY_REQUESTS
        if not has_none:
            self._failures[origin] = f"its server answered {status}"
        return Protego.parse("" if has_none else _NOTHING_ALLOWED)


def product_token(agent: str) -> str:
    """The product token of a User-Agent, which robots.txt matches (RFC 9309, 2.2.1).

    >>> product_token("presswash/1.0 (Library of Example; crawler@example.org)")
    'presswash'
    """
    return _TOKEN.match(agent.strip())[0] or "presswash"  # type: ignore[index]


def _for_token(text: str, token: str) -> str:
    """The rules, in which groups for other crawlers have a name that can't match.

    Protego also applies a group whose name is only part of the token or of the whole User-Agent.
    """

    def renamed(line: re.Match[str]) -> str:
        name = line[2].strip()
        if name.startswith("*") or product_token(name).lower() == token.lower():
            return f"{line[1]}{'*' if name.startswith('*') else token}"
        return f"{line[1]}0"

    return _AGENT_LINE.sub(renamed, text)
