"""What a site lets robots fetch: its robots.txt, asked for once (RFC 9309), read by protego."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from protego import Protego

MOST = 500 * 1024  # bytes that a crawler must read: RFC 9309, 2.5
_LONGEST_DELAY = 60.0

Ask = Callable[[str], Awaitable[tuple[int, bytes]]]


class Robots:
    """The rules of every site met so far."""

    def __init__(self, agent: str, ask: Ask) -> None:
        self._agent, self._ask = agent, ask
        self._rules: dict[str, asyncio.Future[Protego]] = {}

    async def allow(self, origin: str, url: str) -> tuple[bool, float]:
        """Whether a page may be fetched, and how many seconds to leave between two requests."""
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._read(origin))
        rules = await asyncio.shield(self._rules[origin])
        delay = float(rules.crawl_delay(self._agent) or 0.0)
        return rules.can_fetch(url, self._agent), min(delay, _LONGEST_DELAY)

    async def _read(self, origin: str) -> Protego:
        """The rules; a site that can't say them forbids everything, one that has none nothing."""
        from protego import Protego

        status, content = await self._ask(f"{origin}/robots.txt")
        if status == 200:
            return Protego.parse(content[:MOST].decode("utf-8", "replace"))
        return Protego.parse("" if 300 <= status < 500 else "User-agent: *\nDisallow: /")
