"""Defines raw blocks, into which HTML and text pages are split before classification."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_BLOCKS = 100_000
"""The maximum number of blocks of a page; all further text goes to the last block."""


@dataclass(slots=True)
class RawBlock:
    """One block before classification, with the facts that only segmentation knows.

    `container` is the index in `RawPage.containers` of the innermost block-level element around
    the block (0 for plain text). `link_chars` and `strong_chars` count the characters of `text`
    inside links and strong text, and `links` the links. `gap` is the number of blank lines before
    the block, `indent` the number of blanks before its first character. `bullet` says whether
    plain text has a list mark before the block, and `list_mark` is that mark with the blanks after
    it. `source_lines` is the number of source lines that were joined. `anchors` has the text and
    URL of each link.
    """

    text: str
    list_mark: str = ""
    tag: str = ""
    container: int = 0
    link_chars: int = 0
    links: int = 0
    strong_chars: int = 0
    gap: int = 0
    indent: int = 0
    bullet: bool = False
    source_lines: int = 1
    anchors: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Container:
    """One block-level element.

    `parent` is the index of the element around it, -1 for the root. `own_groups` is a bit set over
    `ATTRIBUTE_GROUPS`; `inherited_groups` also has the groups of its ancestors. `signature` is the
    same for elements with the same tag and class. `hidden` is True if the element or an ancestor
    is hidden. `label` has the values of class, id and similar attributes.
    """

    parent: int
    tag: str
    depth: int
    own_groups: int = 0
    inherited_groups: int = 0
    signature: str = ""
    hidden: bool = False
    label: str = ""


@dataclass(slots=True)
class RawPage:
    """A page split into blocks, and the summary of the page in its head.

    `markers` are words that indicate the page type. `path` is the path and query of the page's
    URL, if the head states it.
    """

    blocks: list[RawBlock] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    title: str = ""
    description: str = ""
    article_body: str = ""
    markers: frozenset[str] = frozenset()
    path: str | None = None
    is_html: bool = False
