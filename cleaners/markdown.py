"""The clean text of a page as Markdown: headings, lists, tables, code, quotes and links.

After CommonMark 0.31 (spec.commonmark.org), and GitHub's extension for tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from urllib.parse import urljoin

from cleaners.model import Block, Kind, Page

_HEADING_LEVEL = re.compile(r"h([1-6])(?:\.|$)")
_LISTS = frozenset(("ul", "ol", "menu"))
_DEFAULT_LEVEL = 2  # of headings that are none in the HTML
_FENCE = re.compile(r"`{3,}")
_LOOKS_LIKE_MARKUP = re.compile(
    r"(?:[#>+\-=|](?=\s|$)|#{2,6}(?=\s)|\*(?=\s)|`{3}|~{3})|(\d{1,9})(?=[.)]\s)"
)
_ADDRESS_UNSAFE = re.compile(r"[\s()<>]")


def to_markdown(page: Page) -> str:
    r"""The title and the kept blocks of a page as Markdown; empty for a page without content.

    >>> from cleaners.model import Media
    >>> blocks = Block("Tides", Kind.TITLE), Block("Ebb", Kind.LIST_ITEM, path="ul/li")
    >>> to_markdown(Page(Media.HTML, "utf-8", "declared", blocks, title="Tides"))
    '# Tides\n\n- Ebb'
    """
    parts = [f"# {_one_line(page.title)}"] if page.title else []
    kept = (
        replace(block, anchors=tuple(_absolute(page.url, block.anchors)))
        for block in page.blocks
        if block.kept and block.kind is not Kind.TITLE
    )
    for kind, group in groupby(kept, key=lambda block: block.kind):
        blocks = list(group)
        if kind is Kind.LIST_ITEM:
            parts.append(_list(blocks))
        elif kind is Kind.TABLE_ROW:
            parts.append(_table(blocks))
        else:
            parts += map(_block, blocks)
    return "\n\n".join(parts)


def _block(block: Block) -> str:
    """A heading, a quotation, a piece of code, or a paragraph."""
    if block.kind is Kind.CODE:
        fence = max([*_FENCE.findall(block.text), "``"], key=len) + "`"
        return f"{fence}\n{block.text}\n{fence}"
    text = _linked(block)
    if block.kind is Kind.HEADING:
        level = _HEADING_LEVEL.match(block.path.rpartition("/")[2])
        return f"{'#' * (int(level[1]) if level else _DEFAULT_LEVEL)} {_one_line(text)}"
    if block.kind is Kind.QUOTE:
        return "\n".join(f"> {line}" for line in text.split("\n"))
    marked = _LOOKS_LIKE_MARKUP.match(text)
    number = marked[1] if marked and marked[1] else ""
    return f"{number}\\{text[len(number) :]}" if marked else text


def _list(blocks: Sequence[Block]) -> str:
    """The items of lists, each list in a list indented; numbered where the list is."""
    lines = []
    numbers: dict[int, int] = {}
    outermost = min(len(_lists_around(block)) for block in blocks)
    for block in blocks:
        around = _lists_around(block)
        depth = len(around) - outermost
        numbers = {level: number for level, number in numbers.items() if level <= depth}
        numbers[depth] = numbers.get(depth, 0) + 1
        mark = f"{numbers[depth]}." if around[-1:] == ["ol"] else "-"
        lines.append(f"{'    ' * depth}{mark} {_one_line(_linked(block))}")
    return "\n".join(lines)


def _lists_around(block: Block) -> list[str]:
    """The tags of the lists that an item is in, outermost first."""
    tags = [element.partition(".")[0] for element in block.path.split("/")]
    return [tag for tag in tags if tag in _LISTS]


def _table(blocks: Sequence[Block]) -> str:
    """Rows of cells; the first row is the head, as every table in Markdown has one."""
    rows = [
        [_one_line(cell).replace("|", r"\|") for cell in block.text.split("\t")] for block in blocks
    ]
    width = max(map(len, rows))
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _linked(block: Block) -> str:
    """The text of a block with its links; one whose text isn't in the block is left out."""
    parts, at = [], 0
    for text, address in block.anchors:
        start = block.text.find(text, at)
        if start >= 0:
            safe = _ADDRESS_UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", address)
            parts += [block.text[at:start], f"[{text}]({safe})"]
            at = start + len(text)
    return "".join([*parts, block.text[at:]])


def _absolute(base: str | None, anchors: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The links with their whole addresses, if the page's own is known."""
    for text, address in anchors:
        with suppress(ValueError):  # an address that is none
            yield text, urljoin(base, address) if base else address


def _one_line(text: str) -> str:
    return " ".join(text.split())
