"""A cleaned page: what cleaning a capture gives."""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.markdown import to_markdown
from cleaners.model import Block, DateSource, Kind, Media, PageType


@dataclass(frozen=True, slots=True)
class Page:
    """A cleaned page: all blocks in order, kept and removed, and its metadata.

    `published` and `modified` (the last update) are ISO 8601 dates without a time, because times
    on pages seldom have a time zone. `description`, `image` (an absolute URL), `site_name`,
    `section` and `tags` come from the page's metadata. `quality` is the probability that the page
    has main content, 0 to 1; `notes` say why it may have none. `weights` names the classifier's
    weights; None for the shipped ones. `disagreement` is the standard deviation of its networks'
    probabilities, averaged over the words, 0 to 0.5.
    """

    media_type: Media
    encoding: str
    encoding_source: str
    blocks: tuple[Block, ...]
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    published_source: DateSource | None = None
    modified: str | None = None
    language: str | None = None
    url: str | None = None
    description: str | None = None
    image: str | None = None
    site_name: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    quality: float = 1.0
    notes: tuple[str, ...] = ()
    page_type: PageType = PageType.OTHER
    weights: str | None = None
    disagreement: float = 0.0

    @property
    def text(self) -> str:
        """The text of the kept blocks except the title, separated by blank lines."""
        return "\n\n".join(b.text for b in self.blocks if b.kept and b.kind is not Kind.TITLE)

    @property
    def markdown(self) -> str:
        """The title and the text as Markdown: headings, lists, tables, code, quotes and links."""
        return to_markdown(self.title, self.blocks, self.url)
