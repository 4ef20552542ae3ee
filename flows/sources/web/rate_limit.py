"""Lets requests through: one at a time to a host, with a pause between, and few hosts at once."""

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
    """One gate a host; times are those of the event loop."""

    def __init__(self, hosts: int, delay: float) -> None:
        self._slots = asyncio.Semaphore(hosts)
        self._delay = delay
        self._hosts: dict[str, _HostState] = {}

    @asynccontextmanager
    async def slot(self, host: str) -> AsyncIterator[None]:
        """Waits until the host may be asked; nobody else asks it meanwhile."""
        gate = self._host(host)
        loop = asyncio.get_running_loop()
        async with gate.lock:
            await asyncio.sleep(max(0.0, gate.open_at - loop.time()))
            async with self._slots:
                try:
                    yield
                finally:
                    gate.open_at = max(gate.open_at, loop.time() + gate.delay)

    def raise_delay(self, host: str, delay: float) -> None:
        """Makes the pause for a host at least so long."""
        gate = self._host(host)
        gate.delay = max(gate.delay, delay)

    def pause(self, host: str, seconds: float) -> None:
        """Keeps everybody from a host that has asked to be left alone for a while."""
        gate = self._host(host)
        gate.open_at = max(gate.open_at, asyncio.get_running_loop().time() + seconds)

    def _host(self, host: str) -> _HostState:
        return self._hosts.setdefault(host, _HostState(delay=self._delay))
