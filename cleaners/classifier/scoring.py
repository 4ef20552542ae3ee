"""The block classifier: how likely each block of a page is main content, in two passes of boosted trees.

The first pass sees a block's own facts and its neighbours'; the second sees as well what the first
made of the neighbours, of the containers around the block and of the page. There is one pair of
forests for HTML and one for plain text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cleaners.classifier.context import (
    Tree,
    neighbours,
    score_facts,
    tree_neighbours,
    tree_score_facts,
)
from cleaners.classifier.features import page_facts, place_facts, text_facts, window_mean
from cleaners.classifier.lexicon import Lexicon, lexicon
from cleaners.classifier.tree_features import SHARED, tree_facts
from cleaners.classifier.trees import Forest, forest, probability

if TYPE_CHECKING:
    from cleaners.blocks.raw import RawPage

WEIGHTS = "weights.npz"
# What the model said of held-out blocks, and how many of them were content: it is a little too sure.
_SAID = (0.0, 0.1, 0.28, 0.5, 0.715, 0.9, 0.99, 1.0)
_TRUE = (0.0, 0.14, 0.29, 0.48, 0.62, 0.76, 0.97, 1.0)
_CHROME, _REACH = 0.03, 6
KEEP = {True: 0.45, False: 0.5}  # least probability that keeps a block, for HTML and for plain text


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of a page's blocks before scoring; `columns` is facts x blocks."""

    columns: NDArray[np.float32]
    rows: NDArray[np.float32]
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
    told = text_facts(page, lexicon)
    rows, words = told.rows, told.words
    n = len(rows)
    parts = [
        rows.T,
        np.repeat(page_facts(rows, words)[:, None], n, axis=1),
        place_facts(rows, words).T,
        *neighbours(rows),
    ]
    tree = None
    if page.is_html:
        structure, tree = tree_facts(page, told)
        parts += [structure.T, *tree_neighbours(structure, SHARED)]
    return Facts(np.concatenate(parts, axis=0), rows, words, tree)


def second_columns(facts: Facts, first: NDArray[np.float32]) -> NDArray[np.float32]:
    """The second pass's facts: the first's, and what its scores say (facts x blocks)."""
    parts = [facts.columns, score_facts(first, facts.rows, facts.words)]
    if facts.tree is not None:
        parts.append(tree_score_facts(first, facts.words, facts.tree))
    return np.concatenate(parts, axis=0)


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
        columns = second_columns(facts, content)
        # Most of a page is chrome far from any content; the second pass would change nothing there.
        open_ = window_mean((content > _CHROME).astype(np.float32), _REACH) > 1e-4
        content[open_] = probability(self.forests[f"{kind}_2"].score(columns[:, open_]))
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
