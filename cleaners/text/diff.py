"""Compares two texts paragraph by paragraph, and the matching paragraphs word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from cleaners.text.shingles import local_shingles, tokens
from cleaners.text.unspaced import UNSPACED_CHAR

_DIFF_TOKEN = re.compile(rf"{UNSPACED_CHAR}|(?:(?!{UNSPACED_CHAR})\S)+|\s+")
# Two paragraphs are shown as one if they share at least this part of the shorter one's shingles.
_MIN_PARAGRAPH_CONTAINMENT = 0.4


class Side(StrEnum):
    """Which of two texts has a passage."""

    BOTH = "both"
    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of words, and which of the texts has it."""

    side: Side
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of one text or of both; `moved` if its place in the second text is different."""

    passages: tuple[Passage, ...]
    moved: bool = False


def diff_paragraphs(first: Sequence[str], second: Sequence[str]) -> list[Paragraph]:
    """The paragraphs of both texts in the order of the first text.

    A paragraph that only the second text has comes after the paragraph that it follows there.

    >>> diff_paragraphs(["It rained."], [])[0].passages
    (Passage(side=<Side.FIRST: 'first'>, text='It rained.'),)
    """
    partner = _partners(first, second)
    owner = {b: a for a, b in partner.items()}
    found: list[Paragraph] = []
    after: dict[int, list[str]] = {}
    place = -1
    for b, text in enumerate(second):
        if b in owner:
            place = owner[b]
        else:
            after.setdefault(place, []).append(text)
    furthest = -1
    for a in range(-1, len(first)):
        if a in partner:
            passages = tuple(_differences(first[a], second[partner[a]]))
            found.append(Paragraph(passages, moved=partner[a] < furthest))
            furthest = max(furthest, partner[a])
        elif a >= 0:
            found.append(Paragraph((Passage(Side.FIRST, first[a]),)))
        found += [Paragraph((Passage(Side.SECOND, text),)) for text in after.get(a, ())]
    return found


def _partners(first: Sequence[str], second: Sequence[str]) -> dict[int, int]:
    """Maps paragraphs of the first text to the most similar paragraph of the second, if any."""
    theirs = [local_shingles(tokens(text)) for text in second]
    likeness: list[tuple[float, int, int, int]] = []
    for a, text in enumerate(first):
        own = local_shingles(tokens(text))
        for b, other in enumerate(theirs):
            shared = len(own & other)
            if shared and shared >= _MIN_PARAGRAPH_CONTAINMENT * min(len(own), len(other)):
                likeness.append((-shared / len(own | other), abs(a - b), a, b))
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, a, b in sorted(likeness):
        if a not in partner and b not in taken:
            partner[a] = b
            taken.add(b)
    return partner


def _differences(first: str, second: str) -> Iterator[Passage]:
    """The passages of two paragraphs; for a change, the first text's version comes first."""
    ours, theirs = _DIFF_TOKEN.findall(first), _DIFF_TOKEN.findall(second)
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for what, start, end, other_start, other_end in matcher.get_opcodes():
        if what == "equal":
            yield Passage(Side.BOTH, "".join(ours[start:end]))
            continue
        if start < end:
            yield Passage(Side.FIRST, "".join(ours[start:end]))
        if other_start < other_end:
            yield Passage(Side.SECOND, "".join(theirs[other_start:other_end]))
