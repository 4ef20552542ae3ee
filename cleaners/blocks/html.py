"""Splits an HTML page into blocks in reading order, each with its place in the tree.

The tree is built by lexbor (HTML5, by selectolax) and walked without recursion, so that depth
costs nothing; elements nested beyond `MAX_DEPTH` are unwrapped before parsing, since lexbor's
open-element search is quadratic in the depth.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple

from cleaners.blocks.attribute_words import attribute_groups
from cleaners.blocks.raw import Container, RawBlock, RawPage

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_DEPTH = 400
_MIN_TAGS_TO_CHECK = 8000

_SKIP = frozenset(
    "script style noscript template head iframe svg canvas object embed audio video map "
    "noframes textarea math link meta base param source track datalist rp img input wbr "
    "area col colgroup".split()
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q ruby "
    "rb rt s samp small span strike strong sub sup time tt u var blink amp-link center_inline "
    "picture output meter progress slot option".split()
)
_STRONG = frozenset(("b", "strong"))
_BREAKS = {"br": 1, "hr": 2}  # how many blank lines they are worth
_CELLS = frozenset(("td", "th"))
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
_META_ELEMENT = re.compile(r"<meta\b[^<>]*>", re.I)
_META_NAME = re.compile(
    r"\b(?:name|property)\s*=\s*[\"']?(og:title|og:description|description)\b", re.I
)
_META_CONTENT = re.compile(r"\bcontent\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.I | re.S)
_ARTICLE_BODY = re.compile(r"\"articleBody\"\s*:\s*(\"(?:[^\"\\]|\\.)*\")", re.S)
_MAX_ARTICLE_BODIES = 8
_ANY_TAG = re.compile(r"<[^>]{1,300}>")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_LABEL_ATTRIBUTES = frozenset(
    ("class", "id", "itemprop", "role", "data-testid", "data-component", "data-type", "name")
)


def parse_html(html: str) -> LexborHTMLParser:
    """The HTML5 tree of a page, without elements nested deeper than `MAX_DEPTH`."""
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(_limit_depth(html))


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
    _read_summary(html, page)
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


def _read_summary(html: str, page: RawPage) -> None:
    """Title, description and the article's body as the page states them for machines."""
    page.title = _title_element(html)
    for match in _META_ELEMENT.finditer(html):
        attribute, content = _META_NAME.search(match[0]), _META_CONTENT.search(match[0])
        if attribute is None or content is None:
            continue
        value = " ".join(unescape(content[1] or content[2] or "").split())
        name = attribute[1].lower()
        if name == "og:title" and value:
            page.title = value[:500] if not page.title else f"{value[:500]}\n{page.title}"
        elif name.endswith("description") and len(value) > len(page.description):
            page.description = value[:2000]
    bodies = _article_bodies(html)
    if bodies:
        page.article_body = _ANY_TAG.sub(" ", unescape(max(bodies, key=len)))


def _title_element(html: str) -> str:
    start = html.find("<title")
    if start < 0:
        return ""
    start = html.find(">", start) + 1
    end = html.find("</title", start)
    return " ".join(unescape(html[start : end if end >= 0 else start]).split())[:500]


def _article_bodies(html: str) -> list[str]:
    """The article bodies in the page's JSON-LD."""
    bodies = []
    at = html.find('"articleBody"')
    for _ in range(_MAX_ARTICLE_BODIES):
        if at < 0:
            break
        if found := _ARTICLE_BODY.match(html, at):
            with suppress(ValueError):
                bodies.append(str(json.loads(found[1], strict=False)))
        at = html.find('"articleBody"', at + 1)
    return bodies


class _Context(NamedTuple):
    """A node's block-level element, and whether a link, strong text or `pre` is around it."""

    container: int
    link: bool = False
    strong: bool = False
    preformatted: bool = False


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

    def flush(self, inside: _Context) -> None:
        """Ends the block that is being collected."""
        if not self.parts:
            return
        text = _normalise_space("".join(self.parts), inside.preformatted)
        self.parts = []
        self.collected = 0
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
                )
            )
            self.gap = 0
        self.link_chars = self.links = self.strong_chars = 0

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
        hidden = above.hidden or _is_hidden_element(attributes)
        self.containers.append(
            Container(
                parent=parent,
                tag=tag,
                depth=above.depth + 1,
                own_groups=words,
                inherited_groups=above.inherited_groups | words,
                signature=f"{tag}.{attributes.get('class') or ''}" if attributes else tag,
                hidden=hidden,
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
            elif tag in _BREAKS:
                self.flush(inside)
                self.gap += _BREAKS[tag]
            elif tag and tag not in _SKIP and tag[0] not in "-_!#":
                down = node.child
                if down is not None:
                    stack.append((node, inside, tag not in _INLINE))
                    inside = self.enter(node, tag, inside)
                    node = down
                    continue
            following = node.next
            while following is None and stack:
                node, outer, block = stack.pop()
                if block and outer.container != inside.container:
                    self.leave(inside)
                inside = outer
                following = node.next
            node = following
        self.flush(inside)

    def text(self, text: str | None, inside: _Context) -> None:
        """Adds text to the block that is being collected."""
        if not text:
            return
        self.add(text)
        if inside.link or inside.strong:
            length = len(text.strip())
            self.link_chars += length if inside.link else 0
            self.strong_chars += length if inside.strong else 0

    def enter(self, node: LexborNode, tag: str, inside: _Context) -> _Context:
        """What is around the children of an element that has some."""
        if tag in _INLINE:
            if tag == "a":
                self.links += 1
                return inside._replace(link=True)
            if tag == "option":
                self.add(" ")
            return inside._replace(strong=True) if tag in _STRONG else inside
        if tag in _CELLS:
            self.add(" ")
        elif "-" in tag and self.containers[inside.container].tag == "p":
            return inside
        else:
            self.flush(inside)
        container = self.open(node, tag, inside.container)
        return _Context(container, inside.link, inside.strong, inside.preformatted or tag == "pre")

    def add(self, text: str) -> None:
        """Collects text, which may be blank."""
        self.parts.append(text)
        self.collected += len(text)

    def leave(self, inside: _Context) -> None:
        """Ends an element's block; cells with little text stay together: a row is a block."""
        if self.containers[inside.container].tag not in _CELLS or self.collected > _MAX_ROW_CHARS:
            self.flush(inside)


def _normalise_space(text: str, preformatted: bool) -> str:
    r"""Text with one blank for each run of white space; preformatted lines stay as they are.

    >>> _normalise_space(" to  be\n or ", False), _normalise_space("\nif x:\n    y \n", True)
    ('to be or', 'if x:\n    y')
    """
    if preformatted and "\n" in text.strip():
        return "\n".join(line.rstrip() for line in text.strip().split("\n"))
    return " ".join(text.split())


def _is_hidden_element(attributes: dict[str, Any]) -> bool:
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return bool(style) and _HIDDEN_STYLE.search(str(style)) is not None
