"""Walks the tree of an HTML page and collects its text into blocks."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from cleaners.blocks.attribute_words import attribute_groups
from cleaners.blocks.elements import (
    BREAKS,
    CELLS,
    HEADINGS,
    INLINE,
    SKIPPED,
    STRONG,
    code_language,
    formula,
    has_line_numbers,
    is_code,
    is_code_line,
    is_data_row,
    is_drop_cap,
    is_hidden,
    is_hidden_by_class,
    is_toggle,
    is_unread,
    opens_word,
    picture_text,
    without_edit_mark,
)
from cleaners.blocks.raw import MAX_BLOCKS, Container, RawBlock, RawPage

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    Attributes: TypeAlias = dict[str, str | None]

_MAX_ROW_CHARS = 80  # table cells that together have more characters become separate blocks
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,8}\d{0,2});", re.I)
_MAX_ESCAPED = 3  # levels of repeated escaping that are undone
_CELL_END = "\x1f"  # separates the cells of a row while text is collected
_GLUED = re.compile(r"[.!?…:;,)»”’]\w|[^\W\d_]\d|\d[^\W\d_]|[a-zà-öø-ÿа-я][A-ZÀ-ÖØ-ÞА-Я]")
_NO_ADDRESSES = ("#", "javascript:", "data:")
_MAX_ADDRESS_CHARS = 2000
# Shorter elements are single letters or numbers with their own style, and need no blank.
_MIN_GLUED_CHARS = 3
_LABEL_ATTRIBUTES = frozenset(
    ("class", "id", "itemprop", "role", "data-testid", "data-component", "data-type", "name")
)


class _Context(NamedTuple):
    """The surroundings of a node: its block-level element, and whether it is in a link and so on.

    `container` is an index into `RawPage.containers`. `code` is True inside a `pre` with code and
    inside inline code. `row` is True inside a row of data, whose cells become a single block.
    """

    container: int
    link: bool = False
    strong: bool = False
    preformatted: bool = False
    code: bool = False
    row: bool = False


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

    def flush(self, inside: _Context, last: bool = False) -> None:
        """Ends the current block, if it has text."""
        if not self.parts and not self.collected:
            return
        if len(self.blocks) >= MAX_BLOCKS - 1 and not last:
            self.add(" ")
            return
        if not self.parts:  # only blanks
            self.collected = self.links = 0
            return
        text = _normalise_space("".join(self.parts), inside.preformatted)
        if self.in_heading(inside):
            text = without_edit_mark(text)
        self.parts = []
        self.collected = 0
        if text and self.drop_cap:
            text, self.drop_cap = self.drop_cap + text, ""
        elif len(text) == 1 and text.isupper() and is_drop_cap(self.label(inside)):
            self.drop_cap, text = text, ""
        if text:
            self.blocks.append(
                RawBlock(
                    text=text,
                    tag=self.containers[inside.container].tag,
                    container=inside.container,
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

    def label(self, inside: _Context) -> str:
        """The class, id and similar attributes of the current block-level element."""
        return self.containers[inside.container].label

    def open(self, node: LexborNode, tag: str, attributes: Attributes, parent: int) -> int:
        """Adds a container for a block-level element, and returns its index."""
        above = self.containers[parent]
        label = (
            " ".join(
                [value for name, value in attributes.items() if value and name in _LABEL_ATTRIBUTES]
            )
            if attributes
            else ""
        )
        groups = attribute_groups(label[:300])
        if tag == "pre" and (language := code_language(node)):
            label = f"{language} {label}"
        self.containers.append(
            Container(
                parent=parent,
                tag=tag,
                depth=above.depth + 1,
                own_groups=groups,
                inherited_groups=above.inherited_groups | groups,
                signature=f"{tag}.{attributes.get('class') or ''}" if attributes else tag,
                hidden=above.hidden
                or is_hidden(attributes, tag)
                or is_hidden_by_class(node, attributes),
                label=label,
            )
        )
        return len(self.containers) - 1

    def walk(self, root: LexborNode) -> None:
        """Visits every node once, children before next siblings, with a stack of open elements."""
        stack: list[tuple[LexborNode, Attributes, _Context, bool]] = []
        node: LexborNode | None = root
        inside = _Context(0)
        while node is not None:
            tag = node.tag or "-"
            if tag == "-text":
                self.text(node.text_content, inside)
            elif tag in BREAKS and not inside.code:
                self.line_break(tag, inside)
            elif tag in ("br", "math", "script", "img"):
                self.special(node, tag)
            elif tag not in SKIPPED and tag[0] not in "-_!#" and (child := node.child) is not None:
                attributes = node.attributes or {}
                if self.is_read(node, tag, attributes, inside):
                    stack.append((node, attributes, inside, tag not in INLINE))
                    inside = self.enter(node, tag, attributes, inside)
                    node = child
                    continue
            following = node.next
            while following is None and stack:
                node, attributes, outer, block = stack.pop()
                self.close(node, attributes, inside, outer, block)
                inside = outer
                following = node.next
            node = following
        self.flush(inside, last=True)

    def close(
        self,
        node: LexborNode,
        attributes: Attributes,
        inside: _Context,
        outer: _Context,
        block: bool,
    ) -> None:
        """Ends an element that has children; `outer` is the context around it."""
        if block and outer.container != inside.container:
            self.leave(inside)
        elif inside.link and not outer.link:
            self.end_link(attributes)
        self.span_ended = not block
        if not block and (names := attributes.get("class")):
            self.first_letter = opens_word(node, names)

    def is_read(self, node: LexborNode, tag: str, attributes: Attributes, inside: _Context) -> bool:
        """Whether an element's children are part of the text around it."""
        if tag in INLINE:
            return not is_unread(node, tag, attributes)
        if tag == "button" and self.in_heading(inside):
            # The button's text is the heading's text only if the heading has no other text.
            return not "".join(self.parts).strip()
        return not has_line_numbers(node, attributes)

    def line_break(self, tag: str, inside: _Context) -> None:
        """Ends the block, or only the word in a row of data."""
        if inside.row:
            self.add(" ")
        else:
            self.flush(inside)
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

    def text(self, text: str | None, inside: _Context) -> None:
        """Adds a text node to the current block."""
        if not text:
            return
        if "&" in text and not inside.code:
            text = _unescaped(text)
        if self.first_letter:
            text, self.first_letter = text.lstrip(), False
        self.collected += len(text)
        self.span_ended = False
        if not self.parts and not self.links and text.isspace():
            return  # between blocks
        self.parts.append(text)
        if inside.link or inside.strong:
            length = len(text.strip())
            self.link_chars += length if inside.link else 0
            self.strong_chars += length if inside.strong else 0

    def enter(
        self, node: LexborNode, tag: str, attributes: Attributes, inside: _Context
    ) -> _Context:
        """Starts an element that has children, and returns the context for them."""
        if tag in INLINE or (tag == "button" and self.in_heading(inside)):
            return self.enter_inline(node, tag, inside)
        if inside.preformatted and inside.code:
            self.end_code_line()
            return inside
        if tag in CELLS:
            self.add(_CELL_END)
        elif inside.row:
            self.add(" ")
            return inside
        elif "-" in tag and self.containers[inside.container].tag == "p":
            return inside
        else:
            self.flush(inside)
        if tag == "button" and is_toggle(attributes):
            tag = "summary"
        return _Context(
            self.open(node, tag, attributes, inside.container),
            inside.link,
            inside.strong,
            inside.preformatted or tag == "pre",
            inside.code or (tag == "pre" and is_code(node)),
            inside.row or (tag == "tr" and is_data_row(node)),
        )

    def enter_inline(self, node: LexborNode, tag: str, inside: _Context) -> _Context:
        """Starts an inline element, and returns the context for its children."""
        if tag == "a":
            self.links += 1
            self.link_start = len(self.parts)
            return inside if inside.link else inside._replace(link=True)
        if tag in ("code", "kbd", "samp", "tt"):
            return inside._replace(code=True)
        if tag == "option":
            self.add(" ")
        elif inside.code and inside.preformatted and is_code_line(node):
            self.end_code_line()
        elif tag == "span" and self.span_ended and not inside.code:
            self.separate(node)
        return inside._replace(strong=True) if tag in STRONG and not inside.strong else inside

    def end_code_line(self) -> None:
        """Ends a line of code, unless it has ended already."""
        if self.parts and not self.parts[-1].endswith("\n"):
            self.add("\n")

    def end_link(self, attributes: Attributes) -> None:
        """Records the text and URL of a link, unless it leads to this page itself."""
        address = attributes.get("href") or ""
        text = " ".join("".join(self.parts[self.link_start :]).split())
        if text and address and not address.startswith(_NO_ADDRESSES):
            self.anchors.append((text, address[:_MAX_ADDRESS_CHARS]))

    def in_heading(self, inside: _Context) -> bool:
        """Whether the current block is a heading; a button in it opens the section below."""
        return self.containers[inside.container].tag in HEADINGS

    def separate(self, node: LexborNode) -> None:
        """Adds a blank between adjacent elements if their texts would run together.

        On screen, style sheets often separate them.
        """
        before, after = self.parts[-1] if self.parts else "", node.text()
        if min(len(before), len(after)) >= _MIN_GLUED_CHARS and _GLUED.match(before[-1] + after[0]):
            self.add(" ")

    def add(self, text: str) -> None:
        """Adds text, which may be blank, to the current block."""
        self.parts.append(text)
        self.collected += len(text)

    def leave(self, inside: _Context) -> None:
        """Ends an element's block; short table cells of a row stay together as one block."""
        is_cell = self.containers[inside.container].tag in CELLS
        if not is_cell or (self.collected > _MAX_ROW_CHARS and not inside.row):
            self.flush(inside)


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
