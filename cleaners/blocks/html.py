"""Splits an HTML page into blocks in reading order, each with its place in the tree.

The tree is built by lexbor (HTML5, by selectolax) and walked without recursion, so that depth
costs nothing; elements nested beyond `MAX_DEPTH` are unwrapped before parsing, since lexbor's
open-element search is quadratic in the depth.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from cleaners.blocks.attribute_words import attribute_groups
from cleaners.blocks.elements import (
    BREAKS,
    CELLS,
    HEADINGS,
    INLINE,
    SKIPPED,
    STRONG,
    formula,
    is_code,
    is_hidden,
    is_unread,
)
from cleaners.blocks.fallbacks import show_fallbacks
from cleaners.blocks.raw import Container, RawBlock, RawPage
from cleaners.blocks.summary import read_summary

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_DEPTH = 400
_MIN_TAGS_TO_CHECK = 8000

_MAX_ROW_CHARS = 80  # characters in a row of table cells that are too many for one block
_VOID_OR_IMPLIED = (
    "area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|p|li|dt|dd|option|optgroup|"
    "tr|td|th|tbody|thead|tfoot|colgroup|rb|rt|rp|rtc|html|head|body|script|style"
)
_NESTING = re.compile(rf"<(/?)(?!(?:{_VOID_OR_IMPLIED})[\s/<>])([a-zA-Z][^\s/<>]*)[^<>]*>", re.I)
_LONG_TAG_CHARS = 20_000  # characters of a tag that are looked at
_LONG_TAG = re.compile(rf"<([a-zA-Z][^\s/<>]*+)[^<>]{{{_LONG_TAG_CHARS},}}+>")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_MAX_ATTRIBUTES = 1000  # attributes of one element
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,8}\d{0,2});", re.I)
_CELL_END = "\x1f"  # before each cell of a row, until the row's text is put together
_GLUED = re.compile(r"[.!?…:;,)»”’]\w|[^\W\d_]\d|\d[^\W\d_]|[a-zà-öø-ÿа-я][A-ZÀ-ÖØ-ÞА-Я]")
_NO_ADDRESSES = ("#", "javascript:", "data:")
_MAX_ADDRESS_CHARS = 2000
_MIN_GLUED_CHARS = 3  # of a text that isn't a letter or a number set apart for its looks
_LABEL_ATTRIBUTES = frozenset(
    ("class", "id", "itemprop", "role", "data-testid", "data-component", "data-type", "name")
)


def parse_html(html: str) -> LexborHTMLParser:
    """The HTML5 tree of a page, without elements nested deeper than `MAX_DEPTH`."""
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(_limit_depth(show_fallbacks(html)))


def strip_crowded_attributes(html: str) -> str:
    """A page without the attributes of elements that have thousands of them.

    Parsers compare each attribute with those before it, which takes quadratic time.
    """
    if max(map(len, html.split("<"))) < _LONG_TAG_CHARS:
        return html  # the fastest test
    return _LONG_TAG.sub(_without_attributes, html)


def _without_attributes(tag: re.Match[str]) -> str:
    return f"<{tag[1]}>" if len(_QUOTED.sub("", tag[0]).split()) > _MAX_ATTRIBUTES else tag[0]


def html_blocks(html: str, tree: LexborHTMLParser | None = None) -> RawPage:
    """The page's blocks in reading order, its block-level elements, and what its head says.

    `tree` is the page's, where it was parsed before.
    """
    root = (tree or parse_html(html)).root
    page = RawPage(is_html=True)
    read_summary(html, page)
    walker = _Walker(page)
    if root is not None:
        walker.walk(root)
    return page


def _limit_depth(html: str) -> str:
    """The same page with tags nested deeper than `MAX_DEPTH` taken out.

    Only pages with very many tags are looked at. Elements whose end may be left out don't count:
    they nest only inside others that do.
    """
    if html.count("<") < _MIN_TAGS_TO_CHECK:
        return html
    open_tags: dict[str, int] = {}
    depth = deepest = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal depth, deepest
        name = match[2].lower()
        if not match[1]:
            depth += 1
            deepest = max(deepest, depth)
            open_tags[name] = open_tags.get(name, 0) + 1
            return match[0] if depth <= MAX_DEPTH else " "
        if open_tags.get(name, 0) == 0:
            return match[0] if depth <= MAX_DEPTH else " "
        open_tags[name] -= 1
        depth -= 1
        return match[0] if depth < MAX_DEPTH else " "

    pruned = _NESTING.sub(keep, html)
    return pruned if deepest > MAX_DEPTH else html


class _Context(NamedTuple):
    """A node's block-level element, and whether a link, strong text or `pre` is around it.

    `code` means that the text is code, in a `pre` if that is all code, or in a line.
    """

    container: int
    link: bool = False
    strong: bool = False
    preformatted: bool = False
    code: bool = False


class _Walker:
    """Collects text into blocks while the tree is walked in document order."""

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
        self.seen: dict[str, int] = {}
        self.drop_cap = ""
        self.anchors: list[tuple[str, str]] = []
        self.link_start = 0
        self.span_ended = False

    def flush(self, inside: _Context) -> None:
        """Ends the block that is being collected."""
        if not self.parts:
            return
        text = _normalise_space("".join(self.parts), inside.preformatted)
        self.parts = []
        self.collected = 0
        if text and self.drop_cap:
            text, self.drop_cap = self.drop_cap + text, ""
        elif len(text) == 1 and text.isupper() and self.is_drop_cap(inside):
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

    def is_drop_cap(self, inside: _Context) -> bool:
        """Whether an element is named as the large first letter of a text."""
        return re.search("drop-?cap|initial|first-letter", self.label(inside), re.I) is not None

    def label(self, inside: _Context) -> str:
        """The class and id of a block-level element."""
        return self.containers[inside.container].label

    def open(self, node: LexborNode, tag: str, parent: int) -> int:
        """A new container for a block-level element."""
        attributes = node.attributes
        above = self.containers[parent]
        label = (
            " ".join(
                [value for name, value in attributes.items() if value and name in _LABEL_ATTRIBUTES]
            )
            if attributes
            else ""
        )
        words = self.seen.get(label, -1)
        if words < 0:
            words = self.seen[label] = attribute_groups(label[:300])
        self.containers.append(
            Container(
                parent=parent,
                tag=tag,
                depth=above.depth + 1,
                own_groups=words,
                inherited_groups=above.inherited_groups | words,
                signature=f"{tag}.{attributes.get('class') or ''}" if attributes else tag,
                hidden=above.hidden or is_hidden(attributes, tag),
                label=label,
            )
        )
        return len(self.containers) - 1

    def walk(self, root: LexborNode) -> None:
        """Visits every node once, children before next siblings, with a stack of open elements."""
        stack: list[tuple[LexborNode, _Context, bool]] = []
        node: LexborNode | None = root
        inside = _Context(0)
        while node is not None:
            tag = node.tag
            if tag == "-text":
                self.text(node.text_content, inside)
            elif tag in BREAKS and not inside.code:
                self.flush(inside)
                self.gap += BREAKS[tag]
            elif tag in ("br", "math", "script"):
                self.special(node, tag)
            elif tag and tag not in SKIPPED and tag[0] not in "-_!#":
                down = node.child
                if down is not None and not (tag in INLINE and is_unread(node, tag)):
                    stack.append((node, inside, tag not in INLINE))
                    inside = self.enter(node, tag, inside)
                    node = down
                    continue
            following = node.next
            while following is None and stack:
                node, outer, block = stack.pop()
                if block and outer.container != inside.container:
                    self.leave(inside)
                elif inside.link and not outer.link:
                    self.end_link(node)
                self.span_ended = not block
                inside = outer
                following = node.next
            node = following
        self.flush(inside)

    def special(self, node: LexborNode, tag: str) -> None:
        """Adds what stands for a line end of code, or for a formula."""
        if tag == "br":
            self.add("\n")
        elif tag == "math":
            self.add(f" {formula(node)} ")
        elif ((node.attributes or {}).get("type") or "").startswith("math/"):
            self.add(f" {node.text().strip()} ")

    def text(self, text: str | None, inside: _Context) -> None:
        """Adds text to the block that is being collected."""
        if not text:
            return
        if "&" in text and not inside.code and _ENTITY.search(text):
            text = unescape(text)  # it was escaped twice
        self.add(text)
        self.span_ended = False
        if inside.link or inside.strong:
            length = len(text.strip())
            self.link_chars += length if inside.link else 0
            self.strong_chars += length if inside.strong else 0

    def enter(self, node: LexborNode, tag: str, inside: _Context) -> _Context:
        """What is around the children of an element that has some."""
        if tag in INLINE or (tag == "button" and self.in_heading(inside)):
            if tag == "a":
                self.links += 1
                self.link_start = len(self.parts)
                return inside._replace(link=True)
            if tag == "option":
                self.add(" ")
            elif tag == "span" and self.span_ended and not inside.code:
                self.separate(node)
            elif tag in ("code", "kbd", "samp", "tt"):
                return inside._replace(code=True)
            return inside._replace(strong=True) if tag in STRONG else inside
        if tag in CELLS:
            self.add(_CELL_END)
        elif "-" in tag and self.containers[inside.container].tag == "p":
            return inside
        elif inside.preformatted and inside.code:
            if self.parts and not self.parts[-1].endswith("\n"):
                self.add("\n")
            return inside
        else:
            self.flush(inside)
        container = self.open(node, tag, inside.container)
        code = inside.code or (tag == "pre" and is_code(node))
        preformatted = inside.preformatted or tag == "pre"
        return _Context(container, inside.link, inside.strong, preformatted, code)

    def end_link(self, node: LexborNode) -> None:
        """Notes the text and the address of a link to another place than one in this page."""
        address = (node.attributes or {}).get("href") or ""
        text = " ".join("".join(self.parts[self.link_start :]).split())
        if text and address and not address.startswith(_NO_ADDRESSES):
            self.anchors.append((text, address[:_MAX_ADDRESS_CHARS]))

    def in_heading(self, inside: _Context) -> bool:
        """Whether text stands in a heading: a button there shows and hides what is below."""
        return self.containers[inside.container].tag in HEADINGS

    def separate(self, node: LexborNode) -> None:
        """Adds a blank between elements that stand side by side, where their texts would be glued.

        Style sheets often set them apart.
        """
        before, after = self.parts[-1] if self.parts else "", node.text()
        if min(len(before), len(after)) >= _MIN_GLUED_CHARS and _GLUED.match(before[-1] + after[0]):
            self.add(" ")

    def add(self, text: str) -> None:
        """Collects text, which may be blank."""
        self.parts.append(text)
        self.collected += len(text)

    def leave(self, inside: _Context) -> None:
        """Ends an element's block; cells with little text stay together: a row is a block."""
        if self.containers[inside.container].tag not in CELLS or self.collected > _MAX_ROW_CHARS:
            self.flush(inside)


def _normalise_space(text: str, preformatted: bool) -> str:
    r"""Text with one blank for each run of white space, or one tab between cells.

    Preformatted lines stay as they are.

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
