"""The block classifier: how likely each block of a page is main content.

Facts of all blocks go through small networks that see a block among its neighbours. There is one
ensemble of networks for HTML and one for plain text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cleaners.classifier.dom_arrays import tree_of
from cleaners.classifier.lexicon import Lexicon, lexicon
from cleaners.classifier.network import Ensemble, ensemble, probability
from cleaners.classifier.text_features import (
    PAGE_FACTS,
    PLACE_FACTS,
    TEXT_FACTS,
    fill,
    page_facts,
    place_facts,
    text_facts,
)
from cleaners.classifier.tree_features import TREE_FACTS, tree_facts

if TYPE_CHECKING:
    from cleaners.blocks.raw import RawPage

WEIGHTS = "weights.npz"
# Networks are too sure of themselves: of held-out blocks said to be content with .97, .89 were. This
# factor to the log-odds puts it right (Guo et al., "On calibration of modern neural networks", 2017).
_TEMPER = np.float32(0.65)
KEEP = 0.5  # probability that keeps a block on a page without doubt
_LEAST, _MOST = 0.3, 0.6  # what a page in doubt may ask for

# How many facts there are of each kind, in this order; those of the tree only for HTML.
_TEXT_SIZES = (len(TEXT_FACTS), len(PAGE_FACTS), len(PLACE_FACTS))
_HTML_SIZES = (*_TEXT_SIZES, len(TREE_FACTS))


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of a page's blocks before scoring; `columns` is facts x blocks."""

    columns: NDArray[np.float32]
    words: NDArray[np.float32]


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
        decided = np.where(self.kept, self.content, 1 - self.content)
        return np.maximum(decided, np.float32(0.5))


def facts_of(page: RawPage, lexicon: Lexicon) -> Facts:
    """The facts of a page that has at least one block."""
    sizes = _HTML_SIZES if page.is_html else _TEXT_SIZES
    columns = np.empty((sum(sizes), len(page.blocks)), dtype=np.float32)
    parts = [columns[end - size : end] for size, end in zip(sizes, accumulate(sizes), strict=True)]
    told = text_facts(page, lexicon, parts[0])
    fill(parts[1], page_facts(told))
    fill(parts[2], place_facts(told))
    if page.is_html:
        fill(parts[3], tree_facts(page, told, tree_of(page)))
    return Facts(columns, told.words)


@dataclass(frozen=True, slots=True)
class Classifier:
    """The networks for each kind of page (`html`, `text`), and the wording of chrome."""

    ensembles: dict[str, Ensemble]
    lexicon: Lexicon

    def score(self, page: RawPage) -> Scored:
        """P(main content) of each block of a page."""
        if not page.blocks:
            nothing = np.zeros(0, dtype=np.float32)
            return Scored(nothing, nothing, 0.0, KEEP)
        facts = facts_of(page, self.lexicon)
        networks = self.ensembles["html" if page.is_html else "text"]
        content = probability(_TEMPER * networks.score(facts.columns))
        words = facts.words
        return Scored(content, words, quality(content, words), best_cut(content, words))


def best_cut(content: NDArray[np.float32], words: NDArray[np.float32]) -> float:
    """The least probability of a kept block, so that the F1 to be expected of the page is highest.

    After Lewis, "Evaluating and optimizing autonomous text classification systems" (SIGIR 1995):
    a page that has nothing but doubtful blocks keeps the likelier ones, rather than nothing.
    """
    order = np.argsort(-content, kind="stable")
    mass = content * words
    right, kept = (
        np.cumsum(mass[order], dtype=np.float64),
        np.cumsum(words[order], dtype=np.float64),
    )
    best = int((right / (kept + right[-1])).argmax()) if right[-1] > 0 else 0
    return min(max(float(content[order[best]]), _LEAST), _MOST)


def quality(content: NDArray[np.float32], words: NDArray[np.float32]) -> float:
    """How sure it is that the page has an article, 0 to 1.

    The words of blocks likely to be content, each block at most 60, saturating at some 120 words,
    times how clear-cut the decisions on them are. Section fronts, error pages and galleries have few
    such words; a page of undecided blocks has many, none of them clear. Of held-out articles one in a
    hundred is below 0.71, and half are above 0.97.
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
    return Classifier({kind: ensemble(held, kind) for kind in ("html", "text")}, lexicon())
