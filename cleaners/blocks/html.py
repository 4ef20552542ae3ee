"""Splits an HTML page into blocks in document order, each with its place in the tree.

The tree is built by lexbor (an HTML5 parser, used through selectolax) and walked without recursion,
so that its depth doesn't matter. Elements nested deeper than `MAX_DEPTH` are unwrapped before
parsing, because lexbor's search for open elements is quadratic in the depth.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cleaners.blocks.fallbacks import show_fallbacks
from cleaners.blocks.raw import RawPage
from cleaners.blocks.summary import read_summary
from cleaners.blocks.tree_walker import TreeWalker

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

MAX_DEPTH = 400
_MIN_TAGS_TO_CHECK = 8000

_MAX_OPTIONS = 3000
_OPTION = re.compile(r"</?option\b[^<>]*>", re.I)
_VOID_OR_IMPLIED = (
    "area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|p|li|dt|dd|option|optgroup|"
    "tr|td|th|tbody|thead|tfoot|colgroup|rb|rt|rp|rtc|html|head|body|script|style"
)
_NESTING = re.compile(rf"<(/?)(?!(?:{_VOID_OR_IMPLIED})[\s/<>])([a-zA-Z][^\s/<>]*)[^<>]*>", re.I)
_LONG_TAG_CHARS = 20_000  # only tags of at least this length are checked for attributes
_LONG_TAG = re.compile(rf"<([a-zA-Z][^\s/<>]*+)[^<>]{{{_LONG_TAG_CHARS},}}+>")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_MAX_ATTRIBUTES = 1000  # an element with more attributes loses them all


def parse_html(html: str) -> LexborHTMLParser:
    """The HTML5 tree of a page, without elements nested deeper than `MAX_DEPTH`."""
    from selectolax.lexbor import LexborHTMLParser

    tags = html.count("<o") + html.count("<O") if html.count("<") > _MAX_OPTIONS else 0
    if tags > _MAX_OPTIONS and html.lower().count("<option") > _MAX_OPTIONS:
        html = _OPTION.sub(" ", html)  # the parser's time is quadratic in their number
    return LexborHTMLParser(_limit_depth(show_fallbacks(html)))


def strip_crowded_attributes(html: str) -> str:
    """The page without the attributes of elements that have more than a thousand of them.

    Parsers compare each attribute with all earlier ones, which takes quadratic time.
    """
    return _LONG_TAG.sub(_without_attributes, html) if _may_have_long_tag(html) else html


def _may_have_long_tag(html: str) -> bool:
    """Whether a tag may have `_LONG_TAG_CHARS` characters: a run of that length has no `<`."""
    at = -1
    while len(html) - at > _LONG_TAG_CHARS:
        following = html.rfind("<", at + 1, at + 1 + _LONG_TAG_CHARS)
        if following < 0:
            return True
        at = following
    return False


def _without_attributes(tag: re.Match[str]) -> str:
    return f"<{tag[1]}>" if len(_QUOTED.sub("", tag[0]).split()) > _MAX_ATTRIBUTES else tag[0]


def html_blocks(html: str, tree: LexborHTMLParser | None = None) -> RawPage:
    """The page's blocks in document order, its block-level elements, and the summary in its head.

    `tree` is the result of `parse_html`, if the page has been parsed before.
    """
    root = (tree or parse_html(html)).root
    page = RawPage(is_html=True)
    read_summary(html, page)
    if root is not None:
        TreeWalker(page).walk(root)
    return page


def _limit_depth(html: str) -> str:
    """The page without the tags that are nested deeper than `MAX_DEPTH`.

    Only pages with very many tags are checked. Elements whose end tag is optional don't count,
    because they can nest deeply only inside elements that do count.
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
