"""Blocks from HTML: the text of each block-level element, with its place in the tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from cleaners.model import Block, Kind

_SKIPPED = frozenset(
    "script style noscript template head svg math iframe object embed applet canvas audio video "
    "select option datalist textarea map area input button[hidden]".split()
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark meter "
    "nobr output q rp rt ruby s samp small span strike strong sub sup time tt u var wbr".split()
)
_KINDS = {
    "p": Kind.PARAGRAPH,
    "h1": Kind.HEADING,
    "h2": Kind.HEADING,
    "h3": Kind.HEADING,
    "h4": Kind.HEADING,
    "h5": Kind.HEADING,
    "h6": Kind.HEADING,
    "li": Kind.LIST_ITEM,
    "dt": Kind.LIST_ITEM,
    "dd": Kind.LIST_ITEM,
    "tr": Kind.TABLE_ROW,
    "figcaption": Kind.CAPTION,
    "caption": Kind.CAPTION,
    "blockquote": Kind.QUOTE,
    "pre": Kind.CODE,
}
_CELLS = frozenset(("td", "th"))
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_NAMES = re.compile(r"[^\w-]+")
_PATH_DEPTH = 6  # the last elements of a path say enough, and bound its length


def html_blocks(tree: Any) -> list[Block]:
    """The blocks under an lxml element, in document order. Never recurses."""
    from lxml import etree

    walk = _Walk()
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            walk.text(element.tail)
        elif event == "start":
            walk.enter(element)
        else:
            walk.leave(element)
    walk.flush()
    return walk.blocks


@dataclass(slots=True)
class _Walk:
    """The state of one pass over a tree: the open elements and the text gathered so far."""

    blocks: list[Block] = field(default_factory=list)
    open: list[tuple[str, str]] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    linked: int = 0
    in_link: int = 0
    skipping: int = 0
    breaks: int = 0

    def enter(self, element: Any) -> None:
        tag = element.tag
        if tag in _SKIPPED or element.get("hidden") is not None:
            self.skipping += 1
        if tag == "br":
            self.breaks += 1
            self.pieces.append("\n")
        elif tag not in _INLINE:
            if tag not in _CELLS:
                self.flush()
            elif self.pieces:
                self.pieces.append(" ")
            self.open.append((tag, _label(element)))
        if tag == "a":
            self.in_link += 1
        self.text(element.text)

    def leave(self, element: Any) -> None:
        tag = element.tag
        if tag == "a":
            self.in_link -= 1
        if tag not in _INLINE and tag != "br":
            if tag not in _CELLS:
                self.flush()
            self.open.pop()
        if tag in _SKIPPED or element.get("hidden") is not None:
            self.skipping -= 1
        self.text(element.tail)

    def text(self, text: str | None) -> None:
        if not text or self.skipping:
            return
        if self.pieces or not text.isspace():
            self.pieces.append(_BLANKS.sub(" ", text))
            if self.in_link:
                self.linked += len(text.strip())

    def flush(self) -> None:
        if self.pieces:
            joined = "".join(self.pieces)
            kind = next((_KINDS[tag] for tag, _ in reversed(self.open) if tag in _KINDS), None)
            path = "/".join(label for _, label in self.open[-_PATH_DEPTH:])
            size = len(joined.strip()) or 1
            links = min(1.0, self.linked / size)
            # Two line breaks end a paragraph; so does one in text that has no paragraphs.
            for part in re.split(r"\n\s*\n|\n" if kind is None else r"\n\s*\n", joined):
                text = _BLANKS.sub(" ", part).strip()
                if text:
                    self.blocks.append(Block(text, kind or Kind.PARAGRAPH, None, path, links))
        self.pieces.clear()
        self.linked = 0


def _label(element: Any) -> str:
    """An element as a path shows it: its tag, its first class or its id."""
    tag: str = element.tag
    name = element.get("id") or (element.get("class") or "").strip().split(" ")[0]
    name = _NAMES.sub("", name)[:40]
    return f"{tag}.{name}" if name else tag
