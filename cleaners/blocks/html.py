"""Cuts an HTML page into blocks in reading order, with where each stands in the tree.

The tree is built by lexbor (HTML5, by selectolax) and walked without recursion, so that depth
costs nothing; elements nested beyond `MAX_DEPTH` are unwrapped before parsing, since lexbor's
open-element search is quadratic in the depth.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from cleaners.blocks.hints import hints
from cleaners.blocks.raw import Container, RawBlock, RawPage

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_DEPTH = 400
_SUSPECT_TAGS = 8000

_SKIP = frozenset(
    "script style noscript template head iframe svg canvas object embed audio video map "
    "noframes textarea math link meta base param source track datalist rp img input wbr "
    "area col colgroup".split()
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q ruby "
    "rb rt s samp small span strike strong sub sup time tt u var blink amp-link center_inline picture "
    "output meter progress slot option".split()
)
_LEAN = frozenset("b i em strong br u small sup sub font".split())
_STRONG = frozenset(("b", "strong"))
_VOID_OR_IMPLIED = (
    "area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|p|li|dt|dd|option|optgroup|"
    "tr|td|th|tbody|thead|tfoot|colgroup|rb|rt|rp|rtc|html|head|body|script|style"
)
_NESTING = re.compile(rf"<(/?)(?!(?:{_VOID_OR_IMPLIED})[\s/<>])([a-zA-Z][^\s/<>]*)[^<>]*>", re.I)
_META = re.compile(
    r"<meta\b[^<>]*?\b(?:name|property)\s*=\s*[\"']?(og:title|twitter:title|og:description|description)\b[^<>]*>",
    re.I,
)
_META_CONTENT = re.compile(r"\bcontent\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.I | re.S)
_ARTICLE_BODY = re.compile(r"\"articleBody\"\s*:\s*(\"(?:[^\"\\]|\\.)*\")", re.S)
_MOST_BODIES = 8
_TAGS = re.compile(r"<[^>]{1,300}>")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_LABELS = frozenset(
    ("class", "id", "itemprop", "role", "data-testid", "data-component", "data-type", "name")
)


def html_blocks(html: str) -> RawPage:
    """The page's blocks in reading order, its block-level elements, and what its head says."""
    from selectolax.lexbor import LexborHTMLParser

    root = LexborHTMLParser(_bounded(html)).root
    page = RawPage(is_html=True)
    _read_head(html, page)
    walker = _Walker(page)
    if root is not None:
        walker.walk(root)
    return page


def _bounded(html: str) -> str:
    """The same page with tags nested deeper than `MAX_DEPTH` taken out.

    Only pages with very many tags are looked at. Elements whose end may be left out don't count:
    they nest only inside others that do.
    """
    if html.count("<") < _SUSPECT_TAGS:
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


def _read_head(html: str, page: RawPage) -> None:
    """Title, description and the article's body as the page states them for machines."""
    from html import unescape

    start = html.find("<title")
    if start >= 0:
        start = html.find(">", start) + 1
        end = html.find("</title", start)
        page.title = " ".join(unescape(html[start : end if end >= 0 else start]).split())[:500]
    for match in _META.finditer(html):
        content = _META_CONTENT.search(match[0])
        if content is None:
            continue
        value = " ".join(unescape(content[1] or content[2] or "").split())
        name = match[1].lower()
        if name == "og:title" and value:
            page.title = value[:500] if not page.title else f"{value[:500]}\n{page.title}"
        elif name.endswith("description") and len(value) > len(page.description):
            page.description = value[:2000]
    bodies = []
    at = html.find('"articleBody"')
    for _ in range(_MOST_BODIES):
        if at < 0:
            break
        if found := _ARTICLE_BODY.match(html, at):
            try:
                bodies.append(str(json.loads(found[1], strict=False)))
            except ValueError:
                pass
        at = html.find('"articleBody"', at + 1)
    if bodies:
        page.article_body = _TAGS.sub(" ", unescape(max(bodies, key=len)))


class _Walker:
    """Collects text into blocks while the tree is walked in document order."""

    def __init__(self, page: RawPage) -> None:
        self.page = page
        self.blocks = page.blocks
        self.containers = page.containers
        self.containers.append(Container(parent=-1, tag="html", depth=0))
        self.parts: list[str] = []
        self.link_chars = 0
        self.links = 0
        self.strong_chars = 0
        self.leaf = ""
        self.gap = 0
        self.seen: dict[str, int] = {}

    def flush(self, container: int) -> None:
        """Ends the block that is being collected."""
        if not self.parts:
            return
        text = " ".join("".join(self.parts).split())
        self.parts = []
        if text:
            self.blocks.append(
                RawBlock(
                    text=text,
                    tag=self.leaf or self.containers[container].tag,
                    container=container,
                    link_chars=self.link_chars,
                    links=self.links,
                    strong_chars=self.strong_chars,
                    gap=self.gap,
                )
            )
            self.gap = 0
            self.leaf = ""
        self.link_chars = self.links = self.strong_chars = 0

    def open(self, node: LexborNode, tag: str, parent: int) -> int:
        """A new container for a block-level element."""
        attributes = node.attributes
        above = self.containers[parent]
        label = (
            " ".join([value for name, value in attributes.items() if value and name in _LABELS])
            if attributes
            else ""
        )
        words = self.seen.get(label, -1)
        if words < 0:
            words = self.seen[label] = hints(label[:300])
        hidden = above.hidden or _is_hidden(attributes)
        self.containers.append(
            Container(
                parent=parent,
                tag=tag,
                depth=above.depth + 1,
                words=words,
                inherited=above.inherited | words,
                signature=f"{tag}.{attributes.get('class') or ''}" if attributes else tag,
                hidden=hidden,
                label=label,
            )
        )
        return len(self.containers) - 1

    def walk(self, root: LexborNode) -> None:
        """Visits every node once, children before next siblings, with a stack of open elements."""
        # An open element is (node, container, link depth, strong depth, is block).
        stack: list[tuple[LexborNode, int, int, int, bool]] = []
        node: LexborNode | None = root
        container = links = strong = 0
        parts = self.parts
        while node is not None:
            tag = node.tag
            down = None
            if tag == "-text":
                text = node.text_content
                if text:
                    parts = self.parts
                    parts.append(text)
                    if links or strong:
                        length = len(text.strip())
                        if links:
                            self.link_chars += length
                        if strong:
                            self.strong_chars += length
            elif tag == "br":
                self.flush(container)
                self.gap += 1
            elif tag == "hr":
                self.flush(container)
                self.gap += 2
            elif tag in _SKIP or not tag or tag[0] in "-_!#":
                pass
            else:
                down = node.child
                if down is not None:
                    block = tag not in _INLINE
                    stack.append((node, container, links, strong, block))
                    if tag == "a":
                        links += 1
                        self.links += 1
                    elif tag in _STRONG:
                        strong += 1
                    elif tag == "option":
                        self.parts.append(" ")
                    if tag == "td" or tag == "th":
                        self.parts.append(" ")
                        container = self.open(node, tag, container)
                    elif block and not ("-" in tag and self._inside_paragraph(container)):
                        self.flush(container)
                        container = self.open(node, tag, container)
            if down is not None:
                node = down
                continue
            following = node.next
            while following is None and stack:
                node, outer, links, strong, block = stack.pop()
                if block and outer != container:
                    tag = self.containers[container].tag
                    if (tag != "td" and tag != "th") or len("".join(self.parts)) > 80:
                        self.flush(container)
                    container = outer
                following = node.next
            node = following
        self.flush(container)

    def _inside_paragraph(self, container: int) -> bool:
        return self.containers[container].tag == "p"


def _is_hidden(attributes: dict[str, Any]) -> bool:
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return bool(style) and _HIDDEN_STYLE.search(str(style)) is not None
