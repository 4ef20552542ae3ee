"""Limits requests: one at a time per host with a delay between them, and few hosts at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _HostState:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    open_at: float = 0.0
    delay: float = 0.0


class RateLimiter:
    """The state of each host; times are in seconds of the event loop's clock."""

    def __init__(self, hosts: int, delay: float) -> None:
        self._slots = asyncio.Semaphore(hosts)
        self._delay = delay
        self._hosts: dict[str, _HostState] = {}

    @asynccontextmanager
    async def slot(self, host: str) -> AsyncIterator[None]:
        """Wait for the host's turn; it gets no other request until the context ends."""
        state = self._host(host)
        loop = asyncio.get_running_loop()
        async with state.lock:
            await asyncio.sleep(max(0.0, state.open_at - loop.time()))
            async with self._slots:
                try:
                    yield
                finally:
                    state.open_at = max(state.open_at, loop.time() + state.delay)

    def raise_delay(self, host: str, delay: float) -> None:
        """Raise the delay of a host to at least this many seconds."""
        state = self._host(host)
        state.delay = max(state.delay, delay)

    def pause(self, host: str, seconds: float) -> None:
        """Send the host no request for this many seconds."""
        state = self._host(host)
        state.open_at = max(state.open_at, asyncio.get_running_loop().time() + seconds)

    def _host(self, host: str) -> _HostState:
        return self._hosts.setdefault(host, _HostState(delay=self._delay))
