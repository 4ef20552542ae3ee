"""What can come of an address: a page, no change, a list of other addresses, a failure."""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.model import Capture


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page, and what its server gave to ask for changes with."""

    capture: Capture
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The page is still the one that was fetched before."""


@dataclass(frozen=True, slots=True)
class LinkList:
    """A feed, a sitemap or an index of sitemaps: the addresses in it, in its order."""

    urls: tuple[str, ...]


class Failed(Exception):
    """There is no page at an address: the kind of error, and a sentence."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


FetchResult = FetchedPage | NotModified | LinkList
