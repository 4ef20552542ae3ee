"""Collects the URLs to fetch from feeds, sitemaps and files with one URL per line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import ClassVar

from flows.sources.discover import InputRef, is_url, printable_path, url_input
from flows.sources.errors import ReadError, ReadErrorKind, damaged, rejected
from flows.sources.streams import open_decompressed
from flows.sources.web.feeds import extract_links, parse_url_list
from warehouse.model import Rejected


class UrlListInputs(Iterator[InputRef | Rejected]):
    """Iterates over the URLs among the sources and in the files that they name, in order.

    Each source is read once. A line that isn't a URL gives a Rejected in its place.
    """

    n_skipped = 0
    skipped_kinds: ClassVar[Counter[str]] = Counter()
    skipped_names: ClassVar[list[tuple[str, str]]] = []

    def __init__(self, sources: Sequence[str]) -> None:
        self._items = iter([item for source in dict.fromkeys(sources) for item in _urls_in(source)])

    def __next__(self) -> InputRef | Rejected:
        return next(self._items)


def _urls_in(source: str) -> Iterator[InputRef | Rejected]:
    if is_url(source):
        yield url_input(source)
        return
    try:
        with open_decompressed(source) as stream:
            content = stream.read()
    except (OSError, ReadError) as error:
        yield rejected(printable_path(source), error)
        return
    if links := extract_links(content, "", ""):
        yield from map(url_input, links.urls)
        if links.missing:
            yield rejected(printable_path(source), damaged(f"the feed or sitemap {links.missing}"))
        return
    text = content.decode("utf-8-sig", "replace")
    for number, line in parse_url_list(text):
        if is_url(line):
            yield url_input(line)
        else:
            bad = ReadError(ReadErrorKind.BAD_ADDRESS, "it is not an http or https URL")
            yield rejected(f"{printable_path(source)}#{number}", bad)
