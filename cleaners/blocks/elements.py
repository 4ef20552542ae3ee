"""What the walk over the tree does with an element: skip it, read through it, or end a block."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

SKIPPED = frozenset(
    "script style noscript template head iframe svg canvas object embed audio video map "
    "noframes textarea math link meta base param source track datalist rp rt rtc img input wbr "
    "area col colgroup".split()
)
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q ruby "
    "rb s samp small span strike strong sub sup time tt u var blink amp-link center_inline "
    "picture output meter progress slot option".split()
)
STRONG = frozenset(("b", "strong"))
BREAKS = {"br": 1, "hr": 2}  # how many blank lines they are worth
CELLS = frozenset(("td", "th"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt"))
_MARKS = frozenset(("a", "sup", "span", "button"))  # elements that may hold a mark beside the text
_CODE_PARTS = "p,h1,h2,h3,h4,article,section,form,nav,table,blockquote"

_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_STREAMED = re.compile(r"S:[0-9a-f]+$")  # React shows these parts when their scripts have run
_READERS_ONLY = re.compile(
    r"(?:^|\s)(?:sr-only|screen-?reader(?:-text|-only)?|(?:u-|is-|a-)?visually-?hidden|"
    r"a-offscreen|offscreen|a11y-hidden|element-invisible|katex-html|MathJax_Preview)(?:\s|$)",
    re.I,
)
_PANEL = re.compile(
    r"accordion|\btab(?:s|list|panel)?\b|panel|collaps|expand|toggle|faq|read-?more|show-?more|"
    r"spoiler|answer",
    re.I,
)
_MARK_CLASS = re.compile(
    r"(?:^|\s)(?:mw-editsection|header-?link|heading-?anchor|anchor-?link|permalink|hash-link|"
    r"footnote-back(?:ref)?|reversefootnote|line-?numbers?|linenos?|gutter|lineno)(?:\s|$)",
    re.I,
)
_REFERENCE_CLASS = re.compile(
    r"(?:^|\s)(?:reference|footnote-?ref|noprint|Template-Fact)(?:\s|$)", re.I
)
_MARK_TEXT = re.compile(r"\s*(?:[¶#§↩🔗]\ufe0e?|\[\d{1,3}\]|\[edit\])\s*")


def is_hidden(attributes: Mapping[str, str | None], tag: str = "") -> bool:
    """Whether an element and all in it are not shown, not even by a click, as panels are.

    >>> is_hidden({"style": "color: red; display:none"}), is_hidden({"class": "story"})
    (True, False)
    """
    if tag == "dialog" and "open" not in attributes:
        return True
    if not attributes:
        return False
    style, names = attributes.get("style"), attributes.get("class") or ""
    if names and _READERS_ONLY.search(names):
        return True
    unshown = (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or (style and _HIDDEN_STYLE.search(style))
    )
    if not unshown:
        return False
    name = attributes.get("id") or ""
    if _STREAMED.match(name) or "aria-labelledby" in attributes:
        return False
    return _PANEL.search(f"{names} {name} {attributes.get('role') or ''}") is None


def is_unread(node: LexborNode, tag: str) -> bool:
    """Whether the text of an inline element does not belong to the line that it stands in.

    It is not shown (a formula that is hidden for the sake of a picture of it does belong), or it
    is a mark beside the text: an anchor, an edit link, a reference, a line number.
    """
    attributes = node.attributes
    if attributes:
        names = attributes.get("class") or ""
        if names and (_MARK_CLASS.search(names) or _READERS_ONLY.search(names)):
            return True
        if tag == "sup" and (
            _REFERENCE_CLASS.search(names) or (attributes.get("id") or "").startswith("fnref")
        ):
            return True
        if "hidden" in attributes or _HIDDEN_STYLE.search(attributes.get("style") or ""):
            return node.css_first("math") is None
    if tag in _MARKS:
        child = node.child
        if child is not None and child.next is None and child.tag == "-text":
            text = child.text_content or ""
            return len(text) < 12 and _MARK_TEXT.fullmatch(text) is not None and tag in ("a", "sup")
    return False


def is_code(node: LexborNode) -> bool:
    """Whether a `pre` holds lines of code alone, and not a whole page."""
    return node.css_first(_CODE_PARTS) is None


def formula(node: LexborNode) -> str:
    """The text of a formula: its TeX source, or its alternative text, or its characters."""
    source = node.css_first('annotation[encoding*="tex"]')
    if source is not None:
        return " ".join(source.text().split())
    alternative = (node.attributes or {}).get("alttext")
    return " ".join((alternative or node.text(separator=" ")).split())
