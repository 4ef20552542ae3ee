"""The results of fetching a URL: a page, no change, or a list of URLs."""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.model import Capture


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page, and the validators for the next conditional request."""

    capture: Capture
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The page hasn't changed since it was last fetched (304)."""


@dataclass(frozen=True, slots=True)
class LinkList:
    """The URLs in a feed, a sitemap or a sitemap index, in the order they have there.

    `missing` says which of its entries are not among the URLs, if any. `pages` are the texts of
    entries that have no URL.
    """

    urls: tuple[str, ...]
    missing: str = ""
    pages: tuple[Capture, ...] = ()


FetchResult = FetchedPage | NotModified | LinkList
