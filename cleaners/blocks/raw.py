"""Raw blocks: what a page is cut into before anything is decided, for HTML and for text alike."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class RawBlock:
    """One candidate block and the facts that only the segmenter can know.

    `container` is the index in `RawPage.containers` of the innermost element around the block
    (0 for flattened text). `mark` is the list mark that a converter put before the text, with the
    blanks after it. `link_chars` counts characters of `text` inside links, `gap` the blank
    lines before the block, `indent` the blanks before its first character, `bullet` whether the
    converter put a list mark before it. `joined` is the number of source lines in it.
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


@dataclass(slots=True)
class Container:
    """One block-level element: its parent's index, tag, and what its class and id words say.

    `words` is a bit set over `hints.GROUPS`; `signature` tells elements of the same tag and class
    apart from others; `hidden` holds for everything in a hidden element.
    """

    parent: int
    tag: str
    depth: int
    words: int = 0
    inherited: int = 0
    signature: str = ""
    hidden: bool = False
    label: str = ""


@dataclass(slots=True)
class RawPage:
    """A page cut into blocks, and what its head says about the article."""

    blocks: list[RawBlock] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    title: str = ""
    description: str = ""
    article_body: str = ""
    is_html: bool = False
