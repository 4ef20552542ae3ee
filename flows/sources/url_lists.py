"""Turns feeds, sitemaps and files with lists of addresses into the addresses to be fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from flows.sources.discover import Found, is_address, readable, refused
from flows.sources.errors import sentence
from flows.sources.formats import Form
from flows.sources.web.feeds import lines
from warehouse.model import Rejected


class Addresses(Iterator[Found | Rejected]):
    """Every address once: sources that are addresses, and those in files, one a line.

    In the order of the sources and of the lines.
    """

    passed_over = 0

    def __init__(self, sources: Sequence[str]) -> None:
        self._items = iter([item for source in dict.fromkeys(sources) for item in _in(source)])

    def __next__(self) -> Found | Rejected:
        return next(self._items)


def _in(source: str) -> Iterator[Found | Rejected]:
    if is_address(source):
        yield Found(source, source, Form.ADDRESS)
        return
    try:
        text = Path(source).read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        yield refused(source, type(error).__name__, sentence(error))
        return
    for number, line in lines(text):
        if is_address(line):
            yield Found(line, line, Form.ADDRESS)
        else:
            why = "it is no address of http or https"
            yield Rejected(f"{readable(source)}#{number}", None, "read", "BadAddress", why)
