"""The block classifier: how likely each block of a page is main content, in two passes of boosted trees.

The first pass sees a block's own facts and its neighbours'; the second sees as well what the first
made of the neighbours, of the containers around the block and of the page. There is one pair of
forests for HTML and one for plain text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cleaners.classifier.context import (
    REACH,
    SHARED,
    TREE_REACH,
    neighbours,
    score_facts,
    tree_score_facts,
)
from cleaners.classifier.features import (
    PAGE_FACTS,
    PLACE_FACTS,
    TEXT_FACTS,
    fill,
    page_facts,
    place_facts,
    text_facts,
)
from cleaners.classifier.lexicon import Lexicon, lexicon
from cleaners.classifier.outline import Tree, tree_of
from cleaners.classifier.runs import window_means
from cleaners.classifier.tree_features import SHARED as TREE_SHARED
from cleaners.classifier.tree_features import TREE_FACTS, tree_facts
from cleaners.classifier.trees import Forest, forest, probability

if TYPE_CHECKING:
    from cleaners.blocks.raw import RawPage

WEIGHTS = "weights.npz"
# What the model said of held-out blocks, and how many of them were content: it is a little too sure.
_SAID = (0.0, 0.1, 0.28, 0.5, 0.715, 0.9, 0.99, 1.0)
_TRUE = (0.0, 0.14, 0.29, 0.48, 0.62, 0.76, 0.97, 1.0)
_CHROME, _REACH = 0.03, 6
KEEP = {True: 0.45, False: 0.5}  # least probability that keeps a block, for HTML and for plain text


# How many facts there are of each kind, in this order; those of the tree only for HTML.
_TEXT_SIZES = (len(TEXT_FACTS), len(PAGE_FACTS), len(PLACE_FACTS), 2 * REACH * len(SHARED))
_TREE_SIZES = (len(TREE_FACTS), 2 * TREE_REACH * len(TREE_SHARED))


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of a page's blocks before scoring; `columns` is facts x blocks."""

    columns: NDArray[np.float32]
    words: NDArray[np.float32]
    tree: Tree | None


@dataclass(frozen=True, slots=True)
class Scored:
    """P(main content) of every block, the size of each in words, and the page's quality (0 to 1)."""

    content: NDArray[np.float32]
    words: NDArray[np.float32]
    quality: float
    keep: float

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Which blocks are main content."""
        return self.content >= self.keep

    @property
    def confidence(self) -> NDArray[np.float32]:
        """How sure the decision on each block is, 0.5 to 1: the probability of what was decided."""
        true = np.interp(self.content, _SAID, _TRUE)
        return np.maximum(np.where(self.kept, true, 1 - true), 0.5).astype(np.float32)


def facts_of(page: RawPage, lexicon: Lexicon) -> Facts:
    """The first pass's facts of a page that has at least one block."""
    sizes = _TEXT_SIZES + _TREE_SIZES if page.is_html else _TEXT_SIZES
    columns = np.empty((sum(sizes), len(page.blocks)), dtype=np.float32)
    parts = [columns[end - size : end] for size, end in zip(sizes, accumulate(sizes), strict=True)]
    told = text_facts(page, lexicon, parts[0])
    fill(parts[1], page_facts(told))
    fill(parts[2], place_facts(told))
    neighbours(parts[0][SHARED], REACH, parts[3])
    if not page.is_html:
        return Facts(columns, told.words, None)
    tree = tree_of(page)
    fill(parts[4], tree_facts(page, told, tree))
    neighbours(parts[4][TREE_SHARED], TREE_REACH, parts[5])
    return Facts(columns, told.words, tree)


def second_columns(facts: Facts, first: NDArray[np.float32]) -> NDArray[np.float32]:
    """The second pass's facts: the first's, and what its scores say (facts x blocks)."""
    return np.concatenate([facts.columns, *_said(facts, first)])


def _said(facts: Facts, first: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    said = [score_facts(first, facts.columns, facts.words)]
    if facts.tree is not None:
        said.append(tree_score_facts(first, facts.words, facts.tree))
    return said


@dataclass(frozen=True, slots=True)
class Classifier:
    """The forests of both kinds of page, and the wording of chrome."""

    forests: dict[str, Forest]
    lexicon: Lexicon

    def score(self, page: RawPage) -> Scored:
        """P(main content) of each block of a page."""
        keep = KEEP[page.is_html]
        if not page.blocks:
            nothing = np.zeros(0, dtype=np.float32)
            return Scored(nothing, nothing, 0.0, keep)
        facts = facts_of(page, self.lexicon)
        kind = "html" if page.is_html else "text"
        content = probability(self.forests[f"{kind}_1"].score(facts.columns))
        # Most of a page is chrome far from any content; the second pass would change nothing there.
        likely = (content > _CHROME).astype(np.float32)[None]
        places = np.flatnonzero(window_means(likely, (_REACH,))[0][0])
        parts = [facts.columns, *_said(facts, content)]
        columns = np.concatenate([part.take(places, axis=1) for part in parts])
        content[places] = probability(self.forests[f"{kind}_2"].score(columns))
        return Scored(content, facts.words, quality(content, facts.words), keep)


def quality(content: NDArray[np.float32], words: NDArray[np.float32]) -> float:
    """How sure it is that the page has an article, 0 to 1.

    The words of blocks likely to be content, each block at most 60, saturating at some 120 words,
    times how clear-cut the decisions on them are. Section fronts, error pages and galleries have few
    such words; a page of undecided blocks has many, none of them clear. Of held-out articles one in a
    hundred is below 0.76; of pages with the article taken out some four in five are.
    """
    size = np.minimum(words, 60)
    likely = np.clip(content * 2 - 1, 0, 1) * size
    mass = float(likely.sum())
    if mass <= 0:
        return 0.0
    clear = float((likely * content).sum()) / mass
    return (1 - float(np.exp(-mass / 60))) * clear


@cache
def classifier() -> Classifier:
    """The classifier that is shipped with the package, read once."""
    with (files("cleaners") / "data" / WEIGHTS).open("rb") as file, np.load(file) as arrays:
        held = {name: arrays[name] for name in arrays.files}
    forests = {name: forest(held, name) for name in ("html_1", "html_2", "text_1", "text_2")}
    return Classifier(forests, lexicon())
