"""Fetches URLs ahead of time from many hosts at once, and yields the pages in order."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import chain
from urllib.parse import urldefrag

from flows.sources.discover import InputRef, url_input
from flows.sources.errors import ReadError, ReadErrorKind, damaged, rejected
from flows.sources.file_formats import Format
from flows.sources.resume_state import ResumeState
from flows.sources.web.fetch import Fetcher
from flows.sources.web.politeness import Politeness
from flows.sources.web.responses import FetchedPage, FetchResult, LinkList
from warehouse.model import Known, Rejected

MAX_PREFETCHED = 64
# Enough for an index of indexes, an index of sitemaps, a sitemap and a page.
_MAX_LIST_DEPTH = 4


@dataclass(frozen=True, slots=True)
class _PendingFetch:
    """A URL that is being fetched; `depth` is how many lists led to it."""

    ref: InputRef
    depth: int
    known: Known | None
    result: Future[FetchResult]


UnfetchedInput = InputRef | Rejected
_Queued = tuple[InputRef | Rejected | FetchedPage | _PendingFetch, int]


class Prefetcher(Iterator[UnfetchedInput | FetchedPage | Known]):
    """Inputs with their URLs fetched; a list is replaced by the URLs in it.

    At most MAX_PREFETCHED pages, each within the size limit, are in memory. Each URL is fetched
    once.
    """

    def __init__(
        self, inputs: Iterable[UnfetchedInput], settings: Politeness, resume_state: ResumeState
    ) -> None:
        self._resume_state = resume_state
        self._settings = settings
        self._stack: list[Iterator[_Queued]] = [((item, 0) for item in inputs)]
        self._pending: deque[_Queued] = deque()
        self._url_hashes: set[int] = set()
        self._loop: _FetchThread | None = None

    def __next__(self) -> UnfetchedInput | FetchedPage | Known:
        while True:
            self._fill()
            if not self._pending:
                self.close()
                raise StopIteration
            item, _ = self._pending.popleft()
            if not isinstance(item, _PendingFetch):
                return item
            try:
                result = item.result.result()
                if isinstance(result, LinkList):
                    self._expand(result, item.depth + 1)
                    if not result.missing:
                        continue
                    raise damaged(f"the feed or sitemap {result.missing}")
            except Exception as error:
                # If a response makes a library fail, it is rejected and the run goes on.
                return rejected(item.ref.locator, error)
            if isinstance(result, FetchedPage):
                return result
            assert item.known is not None
            return item.known

    def close(self) -> None:
        """Cancel the active fetches."""
        loop, self._loop = self._loop, None
        if loop:
            loop.close()

    def _expand(self, links: LinkList, depth: int) -> None:
        """Put the URLs of a list in its place; raises ReadError."""
        if depth >= _MAX_LIST_DEPTH:
            raise ReadError(ReadErrorKind.TOO_DEEP, "its lists are nested too deeply")
        if not links.urls and not links.pages:
            raise ReadError(ReadErrorKind.NO_PAGES, "the feed or sitemap lists no page")
        self._stack.append(iter(tuple(self._pending)))
        self._pending.clear()
        refs = map(url_input, links.urls)
        pages = (FetchedPage(page, None, None) for page in links.pages)
        items: Iterator[InputRef | FetchedPage] = chain(refs, pages)
        self._stack.append((one, depth) for one in items)

    def _fill(self) -> None:
        while self._stack and len(self._pending) < MAX_PREFETCHED:
            entry = next(self._stack[-1], None)
            if entry is None:
                self._stack.pop()
                continue
            item, depth = entry
            if isinstance(item, InputRef) and item.format is Format.URL:
                address = hash(urldefrag(item.path).url)
                if address in self._url_hashes:
                    continue
                self._url_hashes.add(address)
                item = self._start_fetch(item, depth)
            self._pending.append((item, depth))

    def _start_fetch(self, ref: InputRef, depth: int) -> _PendingFetch:
        if self._loop is None:
            self._loop = _FetchThread(self._settings)
        known = self._resume_state.validators(ref.locator)
        result = asyncio.run_coroutine_threadsafe(
            self._loop.fetcher.fetch(ref.path, known), self._loop.loop
        )
        return _PendingFetch(ref, depth, Known(known.capture) if known else None, result)


class _FetchThread:
    """A thread with the event loop that fetches."""

    def __init__(self, settings: Politeness) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.fetcher = asyncio.run_coroutine_threadsafe(_make_fetcher(settings), self.loop).result()

    def close(self) -> None:
        """Cancel the active fetches and wait for the thread to end."""
        asyncio.run_coroutine_threadsafe(self._cancel_fetches(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    async def _cancel_fetches(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.fetcher.__aexit__()


async def _make_fetcher(settings: Politeness) -> Fetcher:
    return Fetcher(settings)
