"""Blocks from flattened text: a block is a line, or several where a converter wrapped them."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median

from cleaners.model import Block, Kind

_BULLET = re.compile(r"^(?:[•·▪◦*‣●○–—-]|\d{1,2}[.)])\s+\S")
_SENTENCE_END = re.compile(r"[.!?…:;。！？][\"'”’»)\]]*$")
_WRAP_MIN, _WRAP_MAX = 55, 100  # where text is broken by hand or by a mail program
_SPACES = " \t\u00a0\u2000-\u200a\u202f\u3000"
_EDGES = re.compile(f"^[{_SPACES}]+|[{_SPACES}]+$")


def text_blocks(text: str) -> list[Block]:
    """The blocks of a page of plain text, in order; empty lines only separate."""
    width = _wrap_width(text)
    blocks: list[Block] = []
    paragraph: list[str] = []

    def flush() -> None:
        if paragraph:
            joined = " ".join(paragraph)
            kind = Kind.LIST_ITEM if _BULLET.match(joined) else Kind.PARAGRAPH
            blocks.append(Block(joined, kind))
            paragraph.clear()

    for raw in text.split("\n"):
        line = _EDGES.sub("", raw)
        if not line:
            flush()
            continue
        if paragraph and not (width and _goes_on(paragraph[-1], line, width)):
            flush()
        paragraph.append(line)
    flush()
    return blocks


def _wrap_width(text: str) -> int | None:
    """The width that the text was wrapped at, if it was.

    Wrapped text shows as runs of lines that are nearly equally long and don't end a sentence,
    and as the absence of long lines; headlines one below the other are of any length.
    """
    lines = [line.rstrip() for line in text.split("\n")]
    lengths = [len(line) for line in lines if line]
    if len(lengths) < 6 or max(lengths) > _WRAP_MAX:
        return None
    broken = [
        len(line)
        for line, after in pairwise(lines)
        if len(line) >= _WRAP_MIN and after and not _SENTENCE_END.search(line)
    ]
    if len(broken) < max(4, len(lengths) // 4):
        return None
    width = max(lengths)
    return width if median(broken) >= 0.85 * width else None


def _goes_on(line: str, after: str, width: int) -> bool:
    """Whether `after` is the rest of the paragraph that `line` is in.

    A wrapping program breaks a line only where the next word would not have fitted.
    """
    next_word = after.split(maxsplit=1)[0]
    return len(line) + 1 + len(next_word) > width - 2 and not _BULLET.match(after)
