"""Labels the blocks of an annotated page as content or not, by matching them with the gold text.

A word of the page matches if it is in a run of four words that the gold text has too. A run can
extend from one block to the next, so that short subheadings are matched as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LABEL_WORD = re.compile(r"\w+")
_RUN_WORDS = 4
_MIN_COVERAGE = 0.7
_NEIGHBOURS = 6


@dataclass(frozen=True, slots=True)
class Labels:
    """For each block, whether it is content (0 or 1), and the weight of this label (0: unknown)."""

    content: NDArray[np.float32]
    weight: NDArray[np.float32]


def labels_from_body(texts: Sequence[str], body: str) -> Labels:
    """Labels for all blocks with words, from the complete text of the main content."""
    words: list[str] = []
    owner: list[int] = []
    for number, text in enumerate(texts):
        own = _LABEL_WORD.findall(text)
        words += own
        owner += [number] * len(own)
    gold = _word_runs(_LABEL_WORD.findall(body))
    covered = np.zeros(len(words))
    for start, run in enumerate(zip(*(words[k:] for k in range(_RUN_WORDS)), strict=False)):
        if run in gold:
            covered[start : start + _RUN_WORDS] = 1
    homes = np.array(owner, dtype=np.intp)
    sizes = np.bincount(homes, minlength=len(texts)).astype(np.float64)
    hits = np.bincount(homes, covered, minlength=len(texts))
    share = hits / np.maximum(sizes, 1)
    _drop_repeats(texts, share, sizes, gold)
    return Labels((share >= _MIN_COVERAGE).astype(np.float32), (sizes > 0).astype(np.float32))


def labels_from_segments(texts: Sequence[str], yes: Sequence[str], no: Sequence[str]) -> Labels:
    """Labels for the blocks with an annotated piece of content (`yes`) or boilerplate (`no`)."""
    content = np.zeros(len(texts), dtype=np.float32)
    weight = np.zeros(len(texts), dtype=np.float32)
    for number, text in enumerate(texts):
        if any(piece.strip() in text for piece in yes):
            content[number] = weight[number] = 1
        elif any(piece.strip() in text for piece in no):
            weight[number] = 1
    return Labels(content, weight)


def _word_runs(words: Sequence[str]) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(words[k:] for k in range(_RUN_WORDS)), strict=False))


def _drop_repeats(
    texts: Sequence[str],
    share: NDArray[np.float64],
    sizes: NDArray[np.float64],
    gold: Counter[tuple[str, ...]],
) -> None:
    """Unmarks surplus repeats of a text, keeping those with the most matched words around them.

    A text may occur as often as the gold text has it.
    """
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, text in enumerate(texts):
        if share[number] >= _MIN_COVERAGE and sizes[number] >= _RUN_WORDS:
            groups.setdefault(tuple(_LABEL_WORD.findall(text)), []).append(number)
    mass = share * sizes
    for words, members in groups.items():
        allowed = max(1, gold.get(words[:_RUN_WORDS], 1))
        if len(members) > allowed:
            around = [mass[max(0, i - _NEIGHBOURS) : i + _NEIGHBOURS + 1].sum() for i in members]
            for place in np.argsort(around, kind="stable")[::-1][allowed:]:
                share[members[int(place)]] = 0
