"""Classifies HTML elements for the tree walk: skip, read as inline text, or start a block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    Attributes: TypeAlias = dict[str, str | None]

SKIPPED = frozenset(
    "script style noscript template head iframe svg canvas object embed audio video map "
    "noframes textarea math link meta base param source track datalist rp rt rtc img input wbr "
    "area col colgroup mjx-math".split()
)
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q ruby "
    "rb s samp small span strike strong sub sup time tt u var blink amp-link center_inline "
    "picture output meter progress slot option".split()
)
STRONG = frozenset(("b", "strong"))
BREAKS = {"br": 1, "hr": 2}  # the number of blank lines that each element counts as
CELLS = frozenset(("td", "th"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt"))
_CODE_PARTS = "p,h1,h2,h3,h4,article,section,form,nav,table,blockquote"

_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:left|top)\s*:\s*-\d{3,}|"
    r"clip\s*:\s*rect\(\s*[01](?:px)?[\s,]",
    re.I,
)
_HIDING = frozenset(("hidden", "aria-hidden", "style"))  # attributes that may hide an element
_TELLING = _HIDING | {"role", "id"}  # those that say whether to read an inline element
_STREAMED = re.compile(r"S:[0-9a-f]+$")  # ids of parts that React shows when scripts have run
# What a class may say about its element. The patterns are for whole names in lower case.
READERS_ONLY, HIDDEN, DROP_CAP, LINE_NUMBERS, BUTTON, _MARK, _REFERENCE, _NOTE_LINK = (
    1 << bit for bit in range(8)
)
_CLASS_PATTERNS = {
    READERS_ONLY: re.compile(
        r"(?:show-?for-?|only-?)?sr-?only|(?:show-)?for-sr|only-sr|"
        r"(?:for-)?screen-?readers?(?:-text|-only|text|only)?|"
        r"(?:u-|is-|a-|cdk-|mat-)?vis(?:ually)?-?hidden|(?:u-)?hidden-?visually|vh|a-offscreen|"
        r"off-?screen|noscreen|a11y-(?:hidden|text)|assistive-text|element-invisible|"
        r"only-?print|print-?only|visible-print(?:-\w+)?|show-for-print|katex-html|mathjax_preview"
    ),
    HIDDEN: re.compile(r"(?:is-|uk-|u-)?hidden|d-none"),
    DROP_CAP: re.compile(r".*(?:drop-?cap|initial|first-letter|lettrine).*"),
    LINE_NUMBERS: re.compile(
        r"(?:.*[_-])?(?:gutter|line-?nos?|line-?numbers?|blob-num|hljs-ln-numbers)"
    ),
    BUTTON: re.compile(r"btn|button|(?:btn|button)-primary|add_to_(?:cart|basket)_button"),
    _MARK: re.compile(
        r"mw-editsection|mw-cite-backlink|edit-?(?:section|link)|section-edit|header-?link|"
        r"heading-?anchor|anchor-?link|permalink|hash-link|footnote-back(?:ref|link)?|"
        r"reversefootnote|line-?numbers?|linenos?|gutter|lineno"
    ),
    _REFERENCE: re.compile(r"reference|footnote(?:-?ref)?|note-?ref|fn-?ref|noprint|template-fact"),
    _NOTE_LINK: re.compile(r"footnote-?ref(?:erence)?|note-?ref|fn-?ref"),
}
_ANY_MARK = re.compile("|".join(pattern.pattern for pattern in _CLASS_PATTERNS.values()))
# Classes that show an element on some screen sizes.
_SHOWN_CLASS = re.compile(
    r"(?:^|\s)(?:\w{2,3}:(?!hidden)|d-(?!none)|(?:hidden|visible|show|d)-(?:xs|sm|md|lg|xl|on|for))",
    re.I,
)
_PANEL = re.compile(
    r"accordion|\btab(?:s|list|panel)?\b|panel|collaps|expand|toggle|faq|read-?more|show-?more|"
    r"spoiler|answer|region|more-text",
    re.I,
)
_TOGGLES = ("aria-controls", "aria-expanded", "data-toggle", "data-bs-toggle")
_NOTE_ROLES = frozenset(("doc-noteref", "doc-backlink"))
_MARK_TEXT = re.compile(r"\s*(?:[¶#§↩🔗]\ufe0e?|\[\d{1,3}\]|\[edit\])\s*")
_NOTE_MARK = re.compile(r"\s*\[?(?:\d{1,3}|[a-z]|[*†‡§]{1,3}|note \d+)\]?\s*", re.I)
_EDITORS_MARK = re.compile(r"\s*\[[^\W\d_][^\[\]]{3,40}\]\s*")  # “[citation needed]”
_BRACKETED = re.compile(r"\s*\[.{1,40}\]\s*")
_CODE_LINE = re.compile(r"(?:^|[\s-])line(?:\s|$)", re.I)
_ONE_LETTER_WORDS = frozenset("AIOYEUÀÈÉÓÚÅÖАВИКОСУЯІЄЎ")
_FORMULA_PICTURE = re.compile(r"(?:^|[\s_-])(?:tex|latex|math|equation)(?:[\s_-]|$)", re.I)
_MAX_MARK_CHARS = 12
_MAX_LABEL_CHARS = 100  # longer text is kept even if it is hidden from screen readers
_LAYOUT_PARTS = "table,h1,h2,h3,h4,pre,form,article,section,nav,blockquote,[id*='post']"
_MIN_CELLS, _MAX_CELLS = 2, 60
# A table row is data, not layout, if it has at most this many characters, and this share of them in
# links, and if each cell has fewer than this many paragraphs and line breaks.
_MAX_DATA_CHARS = 600
_MAX_LINKED = 0.5
_MAX_PARAGRAPHS = 4
# With so many siblings of a hiding class, an element counts as shown, because a click shows it.
_MIN_HIDDEN_ROW = 2
_NEAR_SIBLINGS = 6  # nodes before and after an element that are examined
_MAX_CACHED_CHARS = 300  # results for longer class attributes are not cached
_EDIT_MARK = re.compile(
    r"\s*[\[(（]\s*(?:edit(?: source)?|bearbeiten|quelltext bearbeiten|modifier(?: le code)?|"
    r"править(?: код)?|ред\.|editar(?: código)?|modifica(?: wikitesto)?|edytuj(?: kod)?|"
    r"bewerken|brontekst bewerken|redigera|編集|编辑|編輯|편집)"
    r"(?:\s*[|·]\s*[^\[\]()（）|]{3,30})?\s*[\])）]$",
    re.I,
)


def class_marks(attributes: Attributes) -> int:
    """What the classes of an element say about it: a bit set of `READERS_ONLY` and so on.

    >>> class_marks({"class": "site-nav sr-only"}) == READERS_ONLY, class_marks({"id": "story"})
    (True, 0)
    """
    names = attributes.get("class")
    if not names:
        return 0
    return _marks_of(names) if len(names) <= _MAX_CACHED_CHARS else _marks_of.__wrapped__(names)


@lru_cache(4096)
def _marks_of(names: str) -> int:
    marks = 0
    for name in names.split():
        marks |= _mark_of(name) if len(name) <= _MAX_CACHED_CHARS else _mark_of.__wrapped__(name)
    return marks


@lru_cache(8192)
def _mark_of(name: str) -> int:
    small = name.lower()
    if _ANY_MARK.fullmatch(small) is None:
        return 0
    return sum(mark for mark, pattern in _CLASS_PATTERNS.items() if pattern.fullmatch(small))


def is_hidden(node: LexborNode, tag: str, attributes: Attributes, marks: int) -> bool:
    """Whether an element and its content are never shown; panels that a click opens don't count.

    `marks` is the result of `class_marks`.
    """
    if tag == "dialog" and "open" not in attributes:
        return True
    if not marks and (not attributes or _HIDING.isdisjoint(attributes)):
        return False
    return (
        bool(marks & READERS_ONLY)
        or (
            (
                "hidden" in attributes
                or (attributes.get("aria-hidden") or "").lower() == "true"
                or _has_hidden_style(attributes)
            )
            and not _may_be_shown(attributes)
        )
        or (bool(marks & HIDDEN) and _is_hidden_by_class(node, attributes))
    )


def _has_hidden_style(attributes: Attributes) -> bool:
    style = attributes.get("style")
    if not style:
        return False
    return _hides(style) if len(style) <= _MAX_CACHED_CHARS else _hides.__wrapped__(style)


@lru_cache(4096)
def _hides(style: str) -> bool:
    return _HIDDEN_STYLE.search(style) is not None


def _may_be_shown(attributes: Attributes) -> bool:
    """Whether a hidden element looks like one that a click or a script will show."""
    name = attributes.get("id") or ""
    if _STREAMED.match(name) or "aria-labelledby" in attributes:
        return True
    named = f"{attributes.get('class') or ''} {name} {attributes.get('role') or ''}"
    return _PANEL.search(named) is not None


def _is_hidden_by_class(node: LexborNode, attributes: Attributes) -> bool:
    """Whether no other class of an element with a hiding one shows it on some screen sizes.

    False for elements in a row with such a class, because a click shows them.
    """
    if _SHOWN_CLASS.search(attributes.get("class") or ""):
        return False
    beside = sum(bool(class_marks(other.attributes or {}) & HIDDEN) for other in _siblings(node))
    return beside < _MIN_HIDDEN_ROW and not _may_be_shown(attributes)


def _siblings(node: LexborNode) -> Iterator[LexborNode]:
    """The nearest siblings after and before a node."""
    for step in ("next", "prev"):
        other = getattr(node, step)
        for _ in range(_NEAR_SIBLINGS):
            if other is None:
                break
            yield other
            other = getattr(other, step)


def is_unread(node: LexborNode, tag: str, attributes: Attributes, marks: int) -> bool:
    """Whether the text of an inline element is not part of the line around it.

    The element is hidden, or the label of a form field, or a mark: an anchor, an edit link, a
    reference or a line number. A formula that is hidden behind its picture is part of the line.
    `marks` is the result of `class_marks`.
    """
    if tag == "label":
        return _labels_field(node)
    if (marks or (attributes and not _TELLING.isdisjoint(attributes))) and (
        _is_not_shown(node, attributes, marks) or _is_named_mark(tag, attributes, marks)
    ):
        return True
    return tag in ("a", "sup") and _reads_as_mark(node, tag)


def _is_not_shown(node: LexborNode, attributes: Attributes, marks: int) -> bool:
    if marks & READERS_ONLY:
        return not marks & DROP_CAP
    named = (attributes.get("id") or "").startswith("MathJax")
    if named and "MathJax" in (attributes.get("class") or ""):
        following = node.next
        return following is not None and following.tag == "script"
    if (
        "hidden" in attributes
        or _has_hidden_style(attributes)
        or (marks & HIDDEN and _is_hidden_by_class(node, attributes))
    ):
        return node.css_first("math") is None
    return (attributes.get("aria-hidden") or "").lower() == "true" and _is_spare(node, marks)


def _is_named_mark(tag: str, attributes: Attributes, marks: int) -> bool:
    return (
        bool(marks & _MARK)
        or attributes.get("role") in _NOTE_ROLES
        or (tag == "a" and bool(marks & _NOTE_LINK))
        or (tag == "sup" and bool(marks & _REFERENCE))
        or (tag == "sup" and (attributes.get("id") or "").startswith("fnref"))
    )


def _reads_as_mark(node: LexborNode, tag: str) -> bool:
    """Whether the text of an element is only the symbol of an anchor or of a linked note."""
    if tag == "sup" and _EDITORS_MARK.fullmatch(node.text()):
        return True
    if tag == "sup" and (inner := node.css_first("a")) is not None:
        text = node.text()
        if _BRACKETED.fullmatch(text):
            return True
        return inner.text().strip() == text.strip() and _NOTE_MARK.fullmatch(text) is not None
    child = node.child
    if child is None or child.next is not None or child.tag != "-text":
        return False
    text = child.text_content or ""
    return len(text) < _MAX_MARK_CHARS and _MARK_TEXT.fullmatch(text) is not None


def _is_spare(node: LexborNode, marks: int) -> bool:
    """Whether text that is hidden from screen readers is dispensable: a symbol or a label.

    It is not if another element has the same text for screen readers, or if it is the only text.
    """
    text, parent = node.text().strip(), node.parent
    is_figure = any(map(str.isdigit, text))
    if not text or is_figure or marks & DROP_CAP or parent is None:
        return False
    if len(text) > _MAX_LABEL_CHARS or "aria-label" in (parent.attributes or {}):
        return False
    beside = list(_siblings(node))
    elements = [one.attributes or {} for one in beside if one.tag != "-text"]
    if any(class_marks(one) & READERS_ONLY for one in elements):
        return False
    return any(one.text().strip() for one in beside)


def _labels_field(node: LexborNode) -> bool:
    """Whether a label belongs to a form field, other than a checkbox, which may open a panel."""
    field = node.css_first("input,select,textarea")
    following = node.next
    while field is None and following is not None and following.tag in ("-text", "br"):
        following = following.next
    if field is None:
        field = following
    if field is None or field.tag not in ("input", "select", "textarea"):
        return False
    return (field.attributes or {}).get("type") not in ("checkbox", "radio")


def is_toggle(attributes: Attributes) -> bool:
    """Whether a button shows and hides a panel, so that its text is the panel's heading."""
    role, names = attributes.get("role"), attributes.get("class") or ""
    return (
        role == "tab" or any(map(attributes.__contains__, _TOGGLES)) or bool(_PANEL.search(names))
    )


def has_only_digits(node: LexborNode) -> bool:
    """Whether an element has only digits or no text, as one with the line numbers of code."""
    text = node.text()
    return not text.strip() or not text.translate(_NO_DIGITS)


_NO_DIGITS = {ord(char): None for char in "0123456789 \t\r\n\u00a0"}


def is_code_line(node: LexborNode) -> bool:
    """Whether an inline element in code is a line of code."""
    attributes = node.attributes or {}
    style = (attributes.get("style") or "").replace(" ", "").lower()
    return "display:block" in style or bool(_CODE_LINE.search(attributes.get("class") or ""))


def code_language(pre: LexborNode) -> str | None:
    """The class name in a `pre` that says the code's language, such as `language-python`."""
    code = pre.css_first("code[class*='lang']")
    names = ((code.attributes or {}).get("class") or "").split() if code is not None else ()
    return next((name for name in names if name.startswith(("language-", "lang-"))), None)


def opens_word(node: LexborNode) -> bool:
    """Whether an element marked as a drop cap must be joined to the word after it."""
    letter = node.text().strip()
    return len(letter) == 1 and letter.isupper() and letter not in _ONE_LETTER_WORDS


def picture_text(node: LexborNode) -> str:
    """The text of a picture of a formula or drop cap, from its `alt`; empty for other pictures."""
    attributes = node.attributes or {}
    alternative, names = attributes.get("alt") or "", attributes.get("class") or ""
    if not alternative.strip() or "mwe-math" in names:
        return ""
    if len(alternative) == 1 and alternative.isupper():
        parent = node.parent
        around = ((parent.attributes or {}).get("class") or "") if parent is not None else ""
        return alternative if class_marks({"class": f"{names} {around}"}) & DROP_CAP else ""
    return f" {alternative} " if _FORMULA_PICTURE.search(names) else ""


def without_edit_mark(heading: str) -> str:
    """The text of a heading without the link that edits its section.

    >>> without_edit_mark("History[edit]"), without_edit_mark("Films (ed. 2)")
    ('History', 'Films (ed. 2)')
    """
    return _EDIT_MARK.sub("", heading) or heading


def is_data_row(node: LexborNode) -> bool:
    """Whether a table row is a row of data, not part of a layout table."""
    cells = [child for child in _element_children(node, _MAX_CELLS) if child.tag in CELLS]
    if len(cells) < _MIN_CELLS or not any(map(_is_row, (node.next, node.prev, *_beyond(node)))):
        return False
    if node.css_first(_LAYOUT_PARTS) is not None:
        return False
    sizes = [len(cell.text().strip()) for cell in cells]
    if sum(sizes) > _MAX_DATA_CHARS:
        return False
    if sum(len(link.text().strip()) for link in node.css("a")) > _MAX_LINKED * sum(sizes):
        return False
    return all(len(cell.css("p,br")) < _MAX_PARAGRAPHS for cell in cells)


def _element_children(node: LexborNode, most: int) -> list[LexborNode]:
    found: list[LexborNode] = []
    child = node.child
    while child is not None and len(found) < most:
        if child.tag and child.tag[0] != "-":
            found.append(child)
        child = child.next
    return found


def _beyond(node: LexborNode) -> list[LexborNode | None]:
    """The nodes two steps before and after a node, and the siblings of its parent.

    The node directly before or after is often white space.
    """
    beside = [getattr(other, step) for step in ("next", "prev") if (other := getattr(node, step))]
    group = node.parent
    return [*beside, *((group.next, group.prev) if group is not None else ())]


def _is_row(node: LexborNode | None) -> bool:
    return node is not None and node.tag in ("tr", "tbody", "thead", "tfoot")


def is_code(node: LexborNode) -> bool:
    """Whether a `pre` has only code, not a whole page."""
    return node.css_first(_CODE_PARTS) is None


def formula(node: LexborNode) -> str:
    """The text of a formula: its TeX source, else its alternative text, else its characters."""
    source = node.css_first('annotation[encoding*="tex"]')
    if source is not None:
        return " ".join(source.text().split())
    alternative = (node.attributes or {}).get("alttext")
    return " ".join((alternative or node.text(separator=" ")).split())
