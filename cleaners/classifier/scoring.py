"""The block classifier: how likely each block of a page is main content.

Features of all blocks go through small networks that see a block among its neighbours. There is one
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

from cleaners.classifier.dom_arrays import dom_arrays
from cleaners.classifier.hashed_words import hashed_words
from cleaners.classifier.lexicon import Lexicon, shipped_lexicon
from cleaners.classifier.network import PAGE_TYPES, Ensemble, load_ensemble, probability, softmax
from cleaners.classifier.text_features import (
    PAGE_FEATURES,
    PLACE_FEATURES,
    TEXT_FEATURES,
    fill,
    page_features,
    place_features,
    text_features,
)
from cleaners.classifier.tree_features import TREE_FEATURES, tree_features
from cleaners.model import PageType

if TYPE_CHECKING:
    from cleaners.blocks.raw import RawPage

WEIGHTS_FILE = "weights.npz"
# The networks are overconfident: of held-out blocks scored .97, .89 were content. This
# factor on the log-odds calibrates them (Guo et al., "On calibration of modern neural networks", 2017).
_TEMPERATURE_FACTOR = np.float32(0.65)
DEFAULT_THRESHOLD = 0.5  # probability from which a block is kept
_MIN_THRESHOLD, _MAX_THRESHOLD = 0.3, 0.6  # range of the threshold for uncertain pages
_MIN_ARTICLE_THRESHOLD = (
    0.5  # the lowest for articles: below it are mostly other stories' headlines
)

# A page with less to read, or of no clear type, is of type `other`.
_MIN_TYPED_QUALITY, _MIN_TYPE_PROBABILITY = 0.2, 0.35

# How many features there are of each kind, in this order; those of the tree only for HTML.
_TEXT_SIZES = (len(TEXT_FEATURES), len(PAGE_FEATURES), len(PLACE_FEATURES))
_HTML_SIZES = (*_TEXT_SIZES, len(TREE_FEATURES))


@dataclass(frozen=True, slots=True)
class BlockFeatures:
    """The features of a page's blocks; `columns` is features x blocks.

    `words` is how many words each block has, `hashes` some of them as numbers (blocks x words).
    """

    columns: NDArray[np.float32]
    words: NDArray[np.float32]
    hashes: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Scored:
    """P(main content) of every block, the size of each in words, the page's quality (0 to 1) and type."""

    content: NDArray[np.float32]
    words: NDArray[np.float32]
    quality: float
    threshold: float
    page_type: PageType = PageType.OTHER

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Which blocks are main content."""
        return self.content >= self.threshold

    @property
    def confidence(self) -> NDArray[np.float32]:
        """The probability of the decision on each block, 0.5 to 1."""
        decided = np.where(self.kept, self.content, 1 - self.content)
        return np.maximum(decided, np.float32(0.5))


def block_features(page: RawPage, lexicon: Lexicon) -> BlockFeatures:
    """The features of a page that has at least one block."""
    sizes = _HTML_SIZES if page.is_html else _TEXT_SIZES
    columns = np.empty((sum(sizes), len(page.blocks)), dtype=np.float32)
    parts = [columns[end - size : end] for size, end in zip(sizes, accumulate(sizes), strict=True)]
    text = text_features(page, lexicon, parts[0])
    fill(parts[1], page_features(text))
    fill(parts[2], place_features(text))
    if page.is_html:
        fill(parts[3], tree_features(page, text, dom_arrays(page)))
    return BlockFeatures(columns, text.words, hashed_words(page, text.page_words))


@dataclass(frozen=True, slots=True)
class Classifier:
    """The networks for each kind of page (`html`, `text`), and the wording of chrome."""

    ensembles: dict[str, Ensemble]
    lexicon: Lexicon

    def score(self, page: RawPage) -> Scored:
        """P(main content) of each block of a page."""
        if not page.blocks:
            nothing = np.zeros(0, dtype=np.float32)
            return Scored(nothing, nothing, 0.0, DEFAULT_THRESHOLD)
        features = block_features(page, self.lexicon)
        networks = self.ensembles["html" if page.is_html else "text"]
        scored = networks.score(features.columns, features.hashes)
        content = probability(_TEMPERATURE_FACTOR * scored.content)
        words = features.words
        quality = page_quality(content, words)
        types = softmax(scored.types)
        sure = quality >= _MIN_TYPED_QUALITY and types.max() >= _MIN_TYPE_PROBABILITY
        page_type = PAGE_TYPES[int(types.argmax())] if sure else PageType.OTHER
        lowest = _MIN_ARTICLE_THRESHOLD if page_type is PageType.ARTICLE else _MIN_THRESHOLD
        threshold = best_threshold(content, words, lowest)
        return Scored(content, words, quality, threshold, page_type)


def best_threshold(
    content: NDArray[np.float32], words: NDArray[np.float32], lowest: float = _MIN_THRESHOLD
) -> float:
    """The threshold with the highest expected F1 of the page, at least `lowest`.

    After Lewis, "Evaluating and optimizing autonomous text classification systems" (SIGIR 1995):
    a page of only doubtful blocks keeps the likelier ones.
    """
    order = np.argsort(-content, kind="stable")
    mass = content * words
    right, kept = (
        np.cumsum(mass[order], dtype=np.float64),
        np.cumsum(words[order], dtype=np.float64),
    )
    best = int((right / (kept + right[-1])).argmax()) if right[-1] > 0 else 0
    return min(max(float(content[order[best]]), lowest), _MAX_THRESHOLD)


def page_quality(content: NDArray[np.float32], words: NDArray[np.float32]) -> float:
    """The confidence that the page has an article, 0 to 1.

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
def shipped_classifier() -> Classifier:
    """The classifier shipped with the package, loaded once."""
    with (files("cleaners") / "data" / WEIGHTS_FILE).open("rb") as file, np.load(file) as arrays:
        held = {name: arrays[name] for name in arrays.files}
    return Classifier(
        {kind: load_ensemble(held, kind) for kind in ("html", "text")}, shipped_lexicon()
    )
