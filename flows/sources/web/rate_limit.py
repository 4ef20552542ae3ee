"""Lets requests through: one at a time to a host, with a pause between, and few hosts at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Gate:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    opens: float = 0.0
    delay: float = 0.0


class Gates:
    """One gate a host; times are those of the event loop."""

    def __init__(self, hosts: int, delay: float) -> None:
        self._room = asyncio.Semaphore(hosts)
        self._delay = delay
        self._gates: dict[str, _Gate] = {}

    @asynccontextmanager
    async def through(self, host: str) -> AsyncIterator[None]:
        """Waits until the host may be asked; nobody else asks it meanwhile."""
        gate = self._gate(host)
        loop = asyncio.get_running_loop()
        async with gate.lock:
            await asyncio.sleep(max(0.0, gate.opens - loop.time()))
            async with self._room:
                try:
                    yield
                finally:
                    gate.opens = max(gate.opens, loop.time() + gate.delay)

    def slow_down(self, host: str, delay: float) -> None:
        """Makes the pause for a host at least so long."""
        gate = self._gate(host)
        gate.delay = max(gate.delay, delay)

    def close_for(self, host: str, seconds: float) -> None:
        """Keeps everybody from a host that has asked to be left alone for a while."""
        gate = self._gate(host)
        gate.opens = max(gate.opens, asyncio.get_running_loop().time() + seconds)

    def _gate(self, host: str) -> _Gate:
        return self._gates.setdefault(host, _Gate(delay=self._delay))
