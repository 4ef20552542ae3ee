"""Raw blocks: how HTML and text pages are split before any block is classified."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_BLOCKS = 100_000
"""The most blocks of a page: what comes after them is the last block's."""


@dataclass(slots=True)
class RawBlock:
    """One candidate block, with what only the segmenter knows.

    `container` is the index in `RawPage.containers` of the innermost element around the block
    (0 for flattened text). `list_mark` is the mark that a converter put before the text, with the
    blanks after it. `link_chars` counts characters of `text` inside links, `gap` the blank
    lines before the block, `indent` the blanks before its first character, `bullet` whether the
    converter put a list mark before it. `source_lines` is how many lines of the source it joins,
    `anchors` the text and address of each link.
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
    """One block-level element: its parent's index, tag, and class and id words.

    `own_groups` is a bit set over `ATTRIBUTE_GROUPS`, `inherited_groups` that of the element and
    its ancestors. `signature` is the same for elements of one tag and class; `hidden` is true for
    everything in a hidden element.
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
    """A page cut into blocks, and what its head says about the article.

    `markers` are words that tell the page's kind, `path` is that of its address, if it is stated.
    """

    blocks: list[RawBlock] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    title: str = ""
    description: str = ""
    article_body: str = ""
    markers: frozenset[str] = frozenset()
    path: str | None = None
    is_html: bool = False
