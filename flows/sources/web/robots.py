"""The robots.txt rules of sites: each robots.txt is fetched once (RFC 9309)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from protego import Protego

MAX_ROBOTS_BYTES = 500 * 1024  # bytes, the size that a crawler must read: RFC 9309, 2.5
_MAX_CRAWL_DELAY_S = 60.0

RobotsFetcher = Callable[[str], Awaitable[tuple[int, bytes]]]


class RobotsRules:
    """The robots.txt rules of the sites seen so far."""

    def __init__(self, agent: str, ask: RobotsFetcher) -> None:
        self._agent, self._fetch = agent, ask
        self._unreachable: set[str] = set()
        self._rules: dict[str, asyncio.Future[Protego]] = {}

    async def check(self, origin: str, url: str) -> tuple[str | None, float]:
        """Why a page may not be fetched, or None, and the crawl delay in seconds."""
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._read(origin))
        rules = await asyncio.shield(self._rules[origin])
        delay = float(rules.crawl_delay(self._agent) or 0.0)
        why = None if rules.can_fetch(url, self._agent) else "its site's robots.txt forbids it"
        if why and origin in self._unreachable:
            why = "its site's robots.txt can't be fetched, so its pages may not be either"
        return why, min(delay, _MAX_CRAWL_DELAY_S)

    async def _read(self, origin: str) -> Protego:
        """The rules; everything is forbidden if the site fails, allowed if it has no robots.txt."""
        from protego import Protego

        status, content = await self._fetch(f"{origin}/robots.txt")
        if status == 200:
            return Protego.parse(content[:MAX_ROBOTS_BYTES].decode("utf-8", "replace"))
        if not 300 <= status < 500:
            self._unreachable.add(origin)
        return Protego.parse("" if 300 <= status < 500 else "User-agent: *\nDisallow: /")
