"""Fetches ahead of whoever reads, many hosts at once, and gives the pages in order."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass

from cleaners.model import Stage
from flows.sources.discover import Found
from flows.sources.formats import Form
from flows.sources.ledger import Ledger
from flows.sources.web.fetch import Fetcher
from flows.sources.web.politeness import Politeness
from flows.sources.web.responses import Answer, Failed, Fetched, Links, Unchanged
from warehouse.model import Known, Rejected

WINDOW = 64
_DEEPEST = 3  # an index of sitemaps, a sitemap, a page


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An address that is being fetched; `depth` lists led to it."""

    found: Found
    depth: int
    known: Known | None
    answer: Future[Answer]


Item = Found | Rejected
_Entry = tuple[Found | Rejected | _Waiting, int]


class Ahead(Iterator[Item | Fetched | Known]):
    """Inputs with their addresses fetched; those on a list follow in the list's place.

    At most `WINDOW` pages are held, each within the limit of bytes. An address is fetched once.
    """

    def __init__(self, inputs: Iterable[Item], politeness: Politeness, ledger: Ledger) -> None:
        self._ledger = ledger
        self._politeness = politeness
        self._stack: list[Iterator[_Entry]] = [((item, 0) for item in inputs)]
        self._pending: deque[_Entry] = deque()
        self._asked: set[int] = set()
        self._loop: _Loop | None = None

    def __next__(self) -> Item | Fetched | Known:
        while True:
            self._top_up()
            if not self._pending:
                self.close()
                raise StopIteration
            item, _ = self._pending.popleft()
            if not isinstance(item, _Waiting):
                return item
            try:
                answer = item.answer.result()
            except Failed as error:
                return _rejected(item.found, error.error, str(error))
            except Exception as error:
                # Whatever a server does to a library, it costs that page and not the run.
                what = str(error).strip() or "it can't be fetched, for no known reason"
                return _rejected(item.found, type(error).__name__, what.splitlines()[0][:500])
            if isinstance(answer, Fetched):
                return answer
            if isinstance(answer, Unchanged):
                assert item.known is not None
                return item.known
            if item.depth + 1 >= _DEEPEST:
                return _rejected(item.found, "TooDeep", "it is a list in a list in a list")
            if not answer.addresses:
                return _rejected(item.found, "NoPages", "the feed or sitemap lists no page")
            self._expand(answer, item.depth + 1)

    def close(self) -> None:
        """Ends what is under way."""
        loop, self._loop = self._loop, None
        if loop:
            loop.close()

    def _expand(self, links: Links, depth: int) -> None:
        self._stack.append(iter(tuple(self._pending)))
        self._pending.clear()
        found = (Found(one, one, Form.ADDRESS) for one in links.addresses)
        self._stack.append((one, depth) for one in found)

    def _top_up(self) -> None:
        while self._stack and len(self._pending) < WINDOW:
            entry = next(self._stack[-1], None)
            if entry is None:
                self._stack.pop()
                continue
            item, depth = entry
            if isinstance(item, Found) and item.form is Form.ADDRESS:
                if hash(item.path) in self._asked:
                    continue
                self._asked.add(hash(item.path))
                item = self._ask(item, depth)
            self._pending.append((item, depth))

    def _ask(self, found: Found, depth: int) -> _Waiting:
        if self._loop is None:
            self._loop = _Loop(self._politeness)
        known = self._ledger.validators(found.locator)
        answer = asyncio.run_coroutine_threadsafe(
            self._loop.fetcher.fetch(found.path, known), self._loop.loop
        )
        return _Waiting(found, depth, Known(known.sighting) if known else None, answer)


class _Loop:
    """An event loop in a thread of its own, which fetches."""

    def __init__(self, politeness: Politeness) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.fetcher = asyncio.run_coroutine_threadsafe(_made(politeness), self.loop).result()

    def close(self) -> None:
        """Drops what is under way and waits for the thread to end."""
        asyncio.run_coroutine_threadsafe(self._wind_up(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    async def _wind_up(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.fetcher.__aexit__()


async def _made(politeness: Politeness) -> Fetcher:
    return Fetcher(politeness)


def _rejected(found: Found, error: str, message: str) -> Rejected:
    return Rejected(found.locator, None, str(Stage.READ), error, message)
