"""Outlines the blocks of a record in its saved page, and says why a block was removed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from cleaners.model import Block
from flows.browse.render import shown

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# How many letters ahead a block is looked for; a short block could occur again far below.
_MAX_SHORT_LETTERS = 40
_NEAR, _FAR = 2_000, 200_000
_NO_TEXT = frozenset(("head", "style", "title", "textarea", "select"))
# Browsers draw no outline around these.
_NO_BOX = frozenset(("table", "tbody", "thead", "tfoot", "tr"))
ATTRIBUTE = "data-presswash"


def outline_blocks(tree: HtmlElement, blocks: Sequence[Block]) -> None:
    """Mark the elements and texts of a page that are blocks with `ATTRIBUTE` and a title.

    Blocks are found by their letters and digits, in order. A block that isn't found isn't marked.
    """
    page = _Page.read(tree)
    place = 0
    wrapped: list[tuple[_Text, list[tuple[int, int, Block]]]] = [(one, []) for one in page.texts]
    for block in blocks:
        letters = _letters(block.text)
        start = page.find(letters, place)
        if start < 0:
            continue
        place = start + len(letters)
        if (element := page.element(start, place)) is not None:
            _mark(element, block)
            continue
        for number in page.texts_between(start, place):
            text = page.texts[number]
            pieces = wrapped[number][1]
            pieces.append((max(start - text.start, 0), place - text.start, block))
    for text, pieces in wrapped:
        if pieces:
            _wrap(text, pieces)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text in an element, or after it (its tail); `start` is the number of letters before it."""

    element: HtmlElement
    is_tail: bool
    content: str
    start: int


_Range: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Page:
    """The texts of a page, all of their letters, and the range of letters in each element."""

    texts: list[_Text]
    letters: str
    ranges: dict[Any, _Range] = field(repr=False)
    starts: list[int] = field(repr=False)

    @classmethod
    def read(cls, tree: HtmlElement) -> _Page:
        texts: list[_Text] = []
        parts: list[str] = []
        starts: dict[Any, int] = {}
        ranges: dict[Any, _Range] = {}
        count = 0
        for element, is_end in _walk(tree):
            content = element.tail if is_end else element.text
            if is_end:
                ranges[element] = (starts[element], count)
            else:
                starts[element] = count
            if content and (letters := _letters(content)):
                texts.append(_Text(element, is_end, content, count))
                parts.append(letters)
                count += len(letters)
        return cls(texts, "".join(parts), ranges, [text.start for text in texts])

    def find(self, letters: str, place: int) -> int:
        """The index of `letters`, at `place` or not far after it; -1 if they aren't there."""
        if not letters:
            return -1
        near = self.letters.find(letters, place, place + len(letters) + _NEAR)
        if near >= 0 or len(letters) < _MAX_SHORT_LETTERS:
            return near
        return self.letters.find(letters, place, place + len(letters) + _FAR)

    def texts_between(self, start: int, end: int) -> range:
        """The indices of the texts that have letters in this range."""
        return range(bisect_right(self.starts, start) - 1, bisect_right(self.starts, end - 1))

    def element(self, start: int, end: int) -> HtmlElement | None:
        """The outermost element with exactly this range of letters; None if there is none."""
        first = self.texts[bisect_right(self.starts, start) - 1]
        one = first.element.getparent() if first.is_tail else first.element
        found = None
        while one is not None and one.tag not in ("html", "body"):
            begin, finish = self.ranges.get(one, (-1, -1))
            if begin < start or finish > end:
                break
            if (begin, finish) == (start, end) and one.tag not in _NO_BOX:
                found = one
            one = one.getparent()
        return found


def _walk(tree: HtmlElement) -> Iterator[tuple[HtmlElement, bool]]:
    """Each element at its start, and with True at its end; skips elements without visible text."""
    from lxml import etree

    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if event == "start" and element.tag in _NO_TEXT:
            walk.skip_subtree()
        elif isinstance(element.tag, str) and element.tag not in _NO_TEXT:
            yield element, event == "end"


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _mark(element: HtmlElement, block: Block) -> None:
    removal = block.removal
    element.set(ATTRIBUTE, str(removal.reason) if removal else "kept")
    why = f"{removal.reason}: {removal.detail} ({removal.cleaner})" if removal else "kept"
    element.set("title", shown(why))


def _wrap(text: _Text, pieces: Sequence[tuple[int, int, Block]]) -> None:
    """Wrap pieces of a text in elements; their starts and ends count letters."""
    from lxml.html import Element

    content = text.content
    places = [place for place, char in enumerate(content) if char.isalnum()]
    starts = [places[start] for start, _, _ in pieces]
    following = [*starts[1:], len(content)]
    ends = [
        _until_blank(content, places[min(end, len(places)) - 1] + 1, limit)
        for (_, end, _), limit in zip(pieces, following, strict=True)
    ]
    starts = [
        _after_blank(content, start, end)
        for start, end in zip(starts, [0, *ends[:-1]], strict=True)
    ]
    following = [*starts[1:], len(content)]
    # From the last to the first, because each is then inserted at a known place. Finding the place
    # takes too long in an element with thousands of texts.
    if text.is_tail:
        text.element.tail = None
    else:
        text.element.text = None
    marked = list(zip(pieces, starts, ends, following, strict=True))
    for (_, _, block), start, end, after in reversed(marked):
        span = Element("span")
        span.text, span.tail = content[start:end], content[end:after]
        _mark(span, block)
        if text.is_tail:
            text.element.addnext(span)
        else:
            text.element.insert(0, span)
    if text.is_tail:
        text.element.tail = content[: starts[0]]
    else:
        text.element.text = content[: starts[0]]


def _until_blank(text: str, place: int, limit: int) -> int:
    """The index of the first blank from `place` on, or `limit`: it includes signs after a word."""
    return next((one for one in range(place, limit) if text[one].isspace()), limit)


def _after_blank(text: str, place: int, limit: int) -> int:
    """The index after the last blank before `place`, or `limit`."""
    return next((one + 1 for one in range(place - 1, limit - 1, -1) if text[one].isspace()), limit)
