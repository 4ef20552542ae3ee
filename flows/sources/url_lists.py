"""Turns feeds, sitemaps and files with lists of addresses into the addresses to be fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from flows.sources.discover import InputRef, is_url, printable_path, reject_input
from flows.sources.errors import explain_os_error
from flows.sources.formats import Format
from flows.sources.web.feeds import parse_url_list
from warehouse.model import Rejected


class UrlListInputs(Iterator[InputRef | Rejected]):
    """Every address once: sources that are addresses, and those in files, one a line.

    In the order of the sources and of the lines.
    """

    n_skipped = 0

    def __init__(self, sources: Sequence[str]) -> None:
        self._items = iter([item for source in dict.fromkeys(sources) for item in _urls_in(source)])

    def __next__(self) -> InputRef | Rejected:
        return next(self._items)


def _urls_in(source: str) -> Iterator[InputRef | Rejected]:
    if is_url(source):
        yield InputRef(source, source, Format.URL)
        return
    try:
        text = Path(source).read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        yield reject_input(source, type(error).__name__, explain_os_error(error))
        return
    for number, line in parse_url_list(text):
        if is_url(line):
            yield InputRef(line, line, Format.URL)
        else:
            why = "it is no address of http or https"
            yield Rejected(f"{printable_path(source)}#{number}", None, "read", "BadAddress", why)
