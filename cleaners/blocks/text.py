"""Splits plain text into blocks: one for each line, after joining hard-wrapped lines.

Converters from HTML to text mark paragraphs in different ways: by a blank line, by a line end, by
indentation or by bullets. The block keeps all of this as attributes. Text inside a line is never
changed; white space at its ends and the links at a heading are stripped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from cleaners.blocks.raw import MAX_BLOCKS, Container, RawBlock, RawPage

_BULLETS = frozenset("•◦▪●○■□‣⁃∙*-–·+")
_WRAP_NARROWEST, _WRAP_WIDEST = 50, 132
_WRAP_SLACK = 15
_MIN_WRAPPED = 8
# A text with fewer wrapped lines is wrapped if the next word would have fitted on at most a fifth
# of the lines of at least this width, in relation to the longest, that go on in lower case.
_RUNNING_SHARE, _RUNNING_WIDTH = 0.8, 0.6
# What a converter leaves of the links at a heading: “Gates¶”, “Gates[edit]”.
_HEADING_LINK = re.compile(r"(?<=\w)\s?(?:¶|\[\s?edit(?:\s?\|\s?edit source)?\s?\])$", re.I)
# The list of link addresses at the end of a text by Lynx, and the numbers of links in the text.
_LINK_HEADINGS = ("References", "Visible links:", "Visible links")
_MIN_LINKS = 2
_LINK_NUMBER = re.compile(r"(?<!\w)\[(\d{1,4})\] ?")
# Lynx writes a link's number right before its text. A writer's reference comes after the text.
_NUMBERED_LINK = re.compile(r"(?<!\w)\[(\d{1,4})\](?=[\w“‘«\"'(\[])")
_LINK_ADDRESS = re.compile(r"\d{1,4}\. (?:[a-z]+:|/|#)\S*$")
_WRAPPED_SENTENCE_END = frozenset(".!?…:;。！？»”\"'’)")


def text_blocks(text: str) -> RawPage:
    """The blocks of a page of plain text, in order."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    page = RawPage(containers=[Container(parent=-1, tag="text", depth=0)])
    blocks = page.blocks
    gap = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if not stripped:
            gap += 1
            continue
        if stripped[-1] in "¶]":
            stripped = _HEADING_LINK.sub("", stripped)
        indent = 0
        if line[0] <= " " or line[0] == "\u00a0":
            indent = len(line) - len(line.lstrip())
        if stripped[0] in _BULLETS and stripped[1:2] == " ":
            rest = stripped[2:].lstrip()
            mark = stripped[: len(stripped) - len(rest)]
            blocks.append(RawBlock(rest, mark, gap=gap, indent=indent, bullet=True))
        else:
            blocks.append(RawBlock(stripped, "", "", 0, 0, 0, 0, gap, indent))
        gap = 0
    if len(blocks) > MAX_BLOCKS:
        blocks[MAX_BLOCKS - 1].text = " ".join(block.text for block in blocks[MAX_BLOCKS - 1 :])
        del blocks[MAX_BLOCKS:]
    width = wrap_column(blocks)
    if width:
        page.blocks = _rejoin(blocks, width)
    if "[1]" in text:
        _strip_link_numbers(page.blocks)
    return page


def link_list(texts: Sequence[str]) -> range:
    """The indices of the list of link addresses that Lynx appends, and of its heading.

    >>> link_list(["The [1]ferry is late.", "References", "1. /ferry", "2. https://quay.example/"])
    range(1, 4)
    """
    start = len(texts)
    while start and _LINK_ADDRESS.match(texts[start - 1]):
        start -= 1
    n_links = len(texts) - start
    is_list = n_links >= _MIN_LINKS and start > 0 and texts[start - 1] in _LINK_HEADINGS
    return range(start - 1, len(texts)) if is_list else range(0)


def _strip_link_numbers(blocks: Sequence[RawBlock]) -> None:
    """Strip the numbers of links from a text of which Lynx lists the links at the end."""
    links = link_list([block.text for block in blocks])
    numbered = blocks[: links.start]
    numbers = [int(n) for block in numbered for n in _NUMBERED_LINK.findall(block.text)]
    n_links = len(links) - 1
    if 2 * len(numbers) < n_links or numbers != sorted({n for n in numbers if 0 < n <= n_links}):
        return
    for block in numbered:
        block.text = _LINK_NUMBER.sub("", block.text).strip() or block.text


def wrap_column(blocks: list[RawBlock]) -> int:
    """The column at which the text is hard-wrapped, or 0 if it isn't wrapped.

    A wrapped text has no line longer than this column. Most of its lines end just before the
    column, in the middle of a sentence.
    """
    if not blocks:
        return 0
    long = [b.text for b in blocks if len(b.text) > _WRAP_WIDEST]
    if any(" " in text and not _LINK_ADDRESS.match(text) for text in long):
        return 0
    texts = [b for b in blocks if " " in b.text and not _LINK_ADDRESS.match(b.text)]
    if not texts:
        return 0
    widths = [b.indent + len(b.text) for b in blocks]
    width = max([b.indent + len(b.text) for b in texts])
    if not _WRAP_NARROWEST <= width <= _WRAP_WIDEST:
        return 0
    full = [
        i
        for i in range(len(blocks) - 1)
        if width >= widths[i] >= width - _WRAP_SLACK
        and blocks[i + 1].gap == 0
        and not blocks[i + 1].bullet
    ]
    if len(full) < _MIN_WRAPPED:
        return width if _goes_on_in_lower_case(blocks, width) else 0
    running = sum(1 for i in full if blocks[i].text[-1] not in _WRAPPED_SENTENCE_END)
    fits = sum(1 for i in full if widths[i] + 1 + len(blocks[i + 1].text.split(" ", 1)[0]) > width)
    return width if running >= 0.6 * len(full) and fits >= 0.7 * len(full) else 0


def _goes_on_in_lower_case(blocks: list[RawBlock], width: int) -> bool:
    """Whether lines break in the middle of sentences only where the next word doesn't fit."""
    n_wrapped = n_running = 0
    for line, following in pairwise(blocks):
        if (
            following.gap == 0
            and not following.bullet
            and following.text[0].islower()
            and line.text[-1] not in _WRAPPED_SENTENCE_END
            and line.indent + len(line.text) >= _RUNNING_WIDTH * width
            and " " in line.text
        ):
            n_running += 1
            first = following.text.split(" ", 1)[0]
            n_wrapped += line.indent + len(line.text) + 1 + len(first) > width
    return n_running > 0 and n_wrapped >= _RUNNING_SHARE * n_running


def _rejoin(blocks: list[RawBlock], width: int) -> list[RawBlock]:
    """Joins each line to the line before if its first word would not have fitted there."""
    joined: list[RawBlock] = []
    room = 0
    parts: list[str] = []
    for block in blocks:
        first = block.text.split(" ", 1)[0]
        is_rule = not first[0].isalnum() and not any(map(str.isalnum, first))
        may_join = joined and block.gap == 0 and not block.bullet and not is_rule
        if may_join and room + 1 + len(first) > width and not _LINK_ADDRESS.match(block.text):
            parts.append(block.text)
            joined[-1].source_lines += 1
        else:
            if parts:
                joined[-1].text = " ".join(parts)
            joined.append(block)
            parts = [block.text]
        room = block.indent + len(block.text)
    if parts:
        joined[-1].text = " ".join(parts)
    return joined
