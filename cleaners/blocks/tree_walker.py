"""Walks the tree of an HTML page and collects its text into blocks."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from cleaners.blocks.attribute_words import attribute_groups
from cleaners.blocks.elements import (
    BREAKS,
    BUTTON,
    CELLS,
    DROP_CAP,
    HEADINGS,
    INLINE,
    LINE_NUMBERS,
    SKIPPED,
    STRONG,
    class_marks,
    code_language,
    formula,
    has_only_digits,
    is_code,
    is_code_line,
    is_data_row,
    is_hidden,
    is_toggle,
    is_unread,
    opens_word,
    picture_text,
    without_edit_mark,
)
from cleaners.blocks.raw import MAX_BLOCKS, Container, RawBlock, RawPage

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from cleaners.blocks.elements import Attributes

_MAX_ROW_CHARS = 80  # table cells that together have more characters become separate blocks
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,8}\d{0,2});", re.I)
_MAX_ESCAPED = 3  # levels of repeated escaping that are undone
_CELL_END = "\x1f"  # separates the cells of a row while text is collected
_GLUED = re.compile(r"[.!?…:;,)»”’]\w|[^\W\d_]\d|\d[^\W\d_]|[a-zà-öø-ÿа-я][A-ZÀ-ÖØ-ÞА-Я]")
_NO_ADDRESSES = ("#", "javascript:", "data:")
_MAX_ADDRESS_CHARS = 2000
# Shorter elements are single letters or numbers with their own style, and need no blank.
_MIN_GLUED_CHARS = 3
_TEXT_BOXES = HEADINGS | {"p"}  # custom elements in these are part of the text
# Elements in which a link that looks like a button is a block of its own.
_BOXES = frozenset(("div", "li", "section", "article", "main", "aside", "header", "footer", "body"))
_LABEL_ATTRIBUTES = frozenset(
    ("class", "id", "itemprop", "role", "data-testid", "data-component", "data-type", "name")
)


# The surroundings of a node, as a bit set: it is in a link, in strong text, in a `pre`, in code (a
# `pre` with code or inline code), in a row of data, whose cells become a single block.
_LINK, _STRONG, _PREFORMATTED, _CODE, _ROW = (1 << bit for bit in range(5))


class TreeWalker:
    """Walks a DOM tree in document order and collects its text into blocks."""

    def __init__(self, page: RawPage) -> None:
        self.page = page
        self.blocks = page.blocks
        self.containers = page.containers
        self.containers.append(Container(parent=-1, tag="html", depth=0))
        self.parts: list[str] = []
        self.collected = 0
        self.link_chars = 0
        self.links = 0
        self.strong_chars = 0
        self.gap = 0
        self.drop_cap = ""
        self.anchors: list[tuple[str, str]] = []
        self.link_start = 0
        self.span_ended = False
        self.first_letter = False
        self.cell_starts: list[int] = []  # the number of blocks before each open cell

    def flush(self, container: int, around: int, last: bool = False) -> None:
        """Ends the current block, if it has text."""
        if not self.parts and not self.collected:
            return
        if len(self.blocks) >= MAX_BLOCKS - 1 and not last:
            self.add(" ")
            return
        if not self.parts:  # only blanks
            self.collected = self.links = 0
            return
        element = self.containers[container]
        text = _normalise_space("".join(self.parts), bool(around & _PREFORMATTED))
        if element.tag in HEADINGS:
            text = without_edit_mark(text)
        self.parts = []
        self.collected = 0
        if text and self.drop_cap:
            text, self.drop_cap = self.drop_cap + text, ""
        elif len(text) == 1 and text.isupper() and class_marks({"class": element.label}) & DROP_CAP:
            self.drop_cap, text = text, ""
        if text:
            self.blocks.append(
                RawBlock(
                    text=text,
                    tag=element.tag,
                    container=container,
                    link_chars=self.link_chars,
                    links=self.links,
                    strong_chars=self.strong_chars,
                    gap=self.gap,
                    anchors=tuple(self.anchors),
                )
            )
            self.gap = 0
        self.anchors.clear()
        self.link_start = 0
        self.link_chars = self.links = self.strong_chars = 0

    def open(
        self, node: LexborNode, tag: str, attributes: Attributes, marks: int, parent: int
    ) -> int:
        """Adds a container for a block-level element, and returns its index."""
        above = self.containers[parent]
        label, groups, signature = "", 0, tag
        if attributes:
            names = attributes.get("class") or ""
            label = names
            if len(attributes) > 1 or not names:
                named = _LABEL_ATTRIBUTES
                label = " ".join([v for name, v in attributes.items() if v and name in named])
            groups = attribute_groups(label[:300])
            signature = f"{tag}.{names}"
        if tag == "pre" and (language := code_language(node)):
            label = f"{language} {label}"
        self.containers.append(
            Container(
                parent,
                tag,
                above.depth + 1,
                groups,
                above.inherited_groups | groups,
                signature,
                above.hidden or is_hidden(node, tag, attributes, marks),
                label,
            )
        )
        return len(self.containers) - 1

    def walk(self, root: LexborNode) -> None:
        """Visits every node once, children before next siblings, with a stack of open elements."""
        stack: list[tuple[LexborNode, str, Attributes, int, int, int]] = []
        node: LexborNode | None = root
        container = around = 0
        while node is not None:
            tag = node.tag or "-"
            if tag == "-text":
                self.text(node.text_content or "", around)
            elif tag in BREAKS and not around & _CODE:
                self.line_break(tag, container, around)
            elif tag in ("br", "math", "script", "img"):
                self.special(node, tag)
            elif tag not in SKIPPED and tag[0] not in "-_!#" and (child := node.child) is not None:
                attributes = node.attributes
                marks = class_marks(attributes) if attributes else 0
                if self.is_read(node, tag, attributes, marks, container):
                    stack.append((node, tag, attributes, marks, container, around))
                    container, around = self.enter(node, tag, attributes, marks, container, around)
                    node = child
                    continue
            following = node.next
            while following is None and stack:
                node, tag, attributes, marks, outer, around_outer = stack.pop()
                if tag in INLINE:
                    ended = around & ~around_outer
                    self.close_inline(node, attributes, marks, outer, around_outer, ended)
                elif outer != container and (self.parts or self.collected):
                    self.leave(container, around)
                self.span_ended = tag in INLINE
                container, around = outer, around_outer
                following = node.next
            node = following
        self.flush(container, around, last=True)

    def close_inline(
        self,
        node: LexborNode,
        attributes: Attributes,
        marks: int,
        container: int,
        around: int,
        ended: int,
    ) -> None:
        """Ends an inline element that has children; `ended` are the surroundings that it made."""
        if not attributes:
            return
        if ended & _LINK:
            self.end_link(attributes)
            self.end_beside_button(marks, container, around)
        if attributes.get("class"):
            self.first_letter = bool(marks & DROP_CAP) and opens_word(node)

    def is_read(
        self, node: LexborNode, tag: str, attributes: Attributes, marks: int, container: int
    ) -> bool:
        """Whether an element's children are part of the text around it."""
        if tag in INLINE:
            return not is_unread(node, tag, attributes, marks)
        if tag == "button" and self.in_heading(container):
            # The button's text is the heading's text only if the heading has no other text.
            return not "".join(self.parts).strip()
        return not (marks & LINE_NUMBERS and has_only_digits(node))

    def line_break(self, tag: str, container: int, around: int) -> None:
        """Ends the block, or only the word in a row of data."""
        if around & _ROW:
            self.add(" ")
        else:
            self.flush(container, around)
            self.gap += BREAKS[tag]

    def special(self, node: LexborNode, tag: str) -> None:
        """Adds the text of a line break in code, a formula, or a picture of text."""
        if tag == "br":
            self.add("\n")
        elif tag == "img":
            if text := picture_text(node):
                self.add(text)
        elif tag == "math":
            self.add(f" {formula(node)} ")
        elif ((node.attributes or {}).get("type") or "").startswith("math/"):
            self.add(f" {node.text().strip()} ")

    def text(self, text: str, around: int) -> None:
        """Adds the text of a text node to the current block."""
        if not text:
            return
        if "&" in text and not around & _CODE:
            text = _unescaped(text)
        if self.first_letter:
            text, self.first_letter = text.lstrip(), False
        self.collected += len(text)
        self.span_ended = False
        if not self.parts and not self.links and text.isspace():
            return  # between blocks
        self.parts.append(text)
        if around & (_LINK | _STRONG):
            length = len(text.strip())
            self.link_chars += length if around & _LINK else 0
            self.strong_chars += length if around & _STRONG else 0

    def enter(
        self,
        node: LexborNode,
        tag: str,
        attributes: Attributes,
        marks: int,
        container: int,
        around: int,
    ) -> tuple[int, int]:
        """Starts an element that has children, and returns their container and surroundings."""
        if tag in INLINE or (tag == "button" and self.in_heading(container)):
            return container, self.enter_inline(node, tag, marks, container, around)
        if around & _PREFORMATTED and around & _CODE:
            self.end_code_line()
            return container, around
        if tag in CELLS:
            self.add(_CELL_END)
            self.cell_starts.append(len(self.blocks))
        elif around & _ROW:
            self.add(" ")
            return container, around
        elif "-" in tag and self.containers[container].tag in _TEXT_BOXES:
            return container, around
        elif self.parts or self.collected:
            self.flush(container, around)
        if tag == "pre":
            around |= _PREFORMATTED | (_CODE if is_code(node) else 0)
        elif tag == "tr" and is_data_row(node):
            around |= _ROW
        elif tag == "button" and is_toggle(attributes):
            tag = "summary"
        return self.open(node, tag, attributes, marks, container), around

    def enter_inline(
        self, node: LexborNode, tag: str, marks: int, container: int, around: int
    ) -> int:
        """Starts an inline element, and returns the surroundings for its children."""
        if tag == "a":
            self.end_beside_button(marks, container, around)
            self.links += 1
            self.link_start = len(self.parts)
            return around | _LINK
        if tag in ("code", "kbd", "samp", "tt"):
            return around | _CODE
        if tag == "option":
            self.add(" ")
        elif around & _CODE and around & _PREFORMATTED and is_code_line(node):
            self.end_code_line()
        elif tag == "span" and self.span_ended and not around & _CODE:
            self.separate(node)
        return around | _STRONG if tag in STRONG else around

    def end_beside_button(self, marks: int, container: int, around: int) -> None:
        """Ends the block before and after a link that looks like a button, except in a sentence."""
        if marks & BUTTON and self.containers[container].tag in _BOXES:
            self.flush(container, around)

    def end_code_line(self) -> None:
        """Ends a line of code, unless it has ended already."""
        if self.parts and not self.parts[-1].endswith("\n"):
            self.add("\n")

    def end_link(self, attributes: Attributes) -> None:
        """Records the text and URL of a link, unless it leads to this page itself."""
        address = attributes.get("href") or ""
        if not address or address.startswith(_NO_ADDRESSES):
            return
        if text := " ".join("".join(self.parts[self.link_start :]).split()):
            self.anchors.append((text, address[:_MAX_ADDRESS_CHARS]))

    def in_heading(self, container: int) -> bool:
        """Whether an element is a heading; a button in it opens the section below."""
        return self.containers[container].tag in HEADINGS

    def separate(self, node: LexborNode) -> None:
        """Adds a blank between adjacent elements if their texts would run together.

        On screen, style sheets often separate them.
        """
        before = self.parts[-1] if self.parts else ""
        if len(before) < _MIN_GLUED_CHARS:
            return
        after = node.text()
        if len(after) >= _MIN_GLUED_CHARS and _GLUED.match(before[-1] + after[0]):
            self.add(" ")

    def add(self, text: str) -> None:
        """Adds text, which may be blank, to the current block."""
        self.parts.append(text)
        self.collected += len(text)

    def leave(self, container: int, around: int) -> None:
        """Ends an element's block; short table cells of a row stay together as one block.

        A cell that has blocks of its own is part of a layout, and ends the block.
        """
        is_cell = self.containers[container].tag in CELLS
        has_blocks = (
            is_cell and bool(self.cell_starts) and len(self.blocks) > self.cell_starts.pop()
        )
        if not is_cell or has_blocks or (self.collected > _MAX_ROW_CHARS and not around & _ROW):
            self.flush(container, around)


def _unescaped(text: str) -> str:
    """The text of a page that escaped it two or three times."""
    for _ in range(_MAX_ESCAPED):
        if not _ENTITY.search(text):
            break
        text = unescape(text)
    return text


def _normalise_space(text: str, preformatted: bool) -> str:
    r"""The text with white space collapsed to single blanks, and cells separated by tabs.

    Preformatted lines are kept as they are.

    >>> _normalise_space(" to  be\n or ", False), _normalise_space("\nif x:\n    y \n", True)
    ('to be or', 'if x:\n    y')
    >>> _normalise_space("\x1f Height \x1f62\tcm", False)
    'Height\t62 cm'
    """
    if preformatted and "\n" in text.strip():
        return "\n".join(line.rstrip() for line in text.strip().split("\n"))
    if _CELL_END in text:
        cells = (" ".join(cell.split()) for cell in text.split(_CELL_END))
        return "\t".join(filter(None, cells))
    return " ".join(text.split())
