"""Classifies blocks: computes how likely each block of a page is main content.

The features of all blocks go through small networks, which see each block with its neighbours.
There is one ensemble of networks for HTML and one for plain text.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import IO, TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cleaners.classifier import WEIGHTS_FILE
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

# What numpy and zipfile raise for other files; TypeError for a single array that is no archive.
_UNREADABLE = (
    *(ValueError, TypeError, OSError, EOFError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)
# The networks are overconfident: of held-out blocks with a score of 0.97, 89 % were content. This
# factor on the log-odds calibrates them (Guo et al., "On calibration of modern neural networks", 2017).
_TEMPERATURE_FACTOR = np.float32(0.65)
DEFAULT_THRESHOLD = 0.5  # a block with at least this probability is kept
_MIN_THRESHOLD, _MAX_THRESHOLD = 0.3, 0.6  # range of the threshold for uncertain pages
# The lowest threshold for articles: less likely blocks are mostly headlines of other stories.
_MIN_ARTICLE_THRESHOLD = 0.5

# A page with lower quality, or with a lower probability of its best type, has the type `other`.
_MIN_TYPED_QUALITY, _MIN_TYPE_PROBABILITY = 0.2, 0.35

# The number of features of each kind, in order. Only HTML has tree features.
_TEXT_SIZES = (len(TEXT_FEATURES), len(PAGE_FEATURES), len(PLACE_FEATURES))
_HTML_SIZES = (*_TEXT_SIZES, len(TREE_FEATURES))


@dataclass(frozen=True, slots=True)
class BlockFeatures:
    """The features of a page's blocks.

    `columns` is features x blocks. `words` is the number of words of each block. `hashes` has the
    result of `hashed_words` (blocks x words).
    """

    columns: NDArray[np.float32]
    words: NDArray[np.float32]
    hashes: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Scored:
    """The probability of each block to be main content, its number of words, and the page type.

    Blocks with a probability of at least `threshold` are kept. `quality` is 0 to 1, see
    `page_quality`. `disagreement` is 0 to 0.5, see `network_disagreement`.
    """

    content: NDArray[np.float32]
    words: NDArray[np.float32]
    quality: float
    threshold: float
    page_type: PageType = PageType.OTHER
    disagreement: float = 0.0

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
    """The networks for each kind of page (`html`, `text`), and the boilerplate lexicon."""

    ensembles: dict[str, Ensemble]
    lexicon: Lexicon

    def score(self, page: RawPage) -> Scored:
        """The probability of each block to be main content, and the page's quality and type."""
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
        disagreement = network_disagreement(probability(_TEMPERATURE_FACTOR * scored.each), words)
        return Scored(content, words, quality, threshold, page_type, disagreement)


def best_threshold(
    content: NDArray[np.float32], words: NDArray[np.float32], lowest: float = _MIN_THRESHOLD
) -> float:
    """The threshold with the highest expected F1 for the page, between `lowest` and 0.6.

    This way, a page with only doubtful blocks keeps the more likely ones (Lewis, "Evaluating and
    optimizing autonomous text classification systems", SIGIR 1995).
    """
    order = (-content).argsort(kind="stable")
    right = (content * words)[order].cumsum(dtype=np.float64)
    kept = words[order].cumsum(dtype=np.float64)
    best = int((right / (kept + right[-1])).argmax()) if right[-1] > 0 else 0
    return min(max(float(content[order[best]]), lowest), _MAX_THRESHOLD)


def page_quality(content: NDArray[np.float32], words: NDArray[np.float32]) -> float:
    """The confidence that the page has main content, 0 to 1.

    It grows with the number of words in blocks that are likely content (at most 60 of each block;
    about 120 are enough), and is multiplied by the mean probability of these blocks. Section fronts,
    error pages and galleries have few such words. Of held-out articles, 1 % are below 0.71 and half
    are above 0.97.
    """
    size = np.minimum(words, 60)
    likely = np.maximum(content * 2 - 1, 0) * size
    mass = float(likely.sum())
    if mass <= 0:
        return 0.0
    clear = float((likely * content).sum()) / mass
    return (1 - float(np.exp(-mass / 60))) * clear


def network_disagreement(each: NDArray[np.float32], words: NDArray[np.float32]) -> float:
    """How far the networks of an ensemble disagree on a page, 0 to 0.5.

    It is the standard deviation of their probabilities for a block (networks x blocks), averaged
    over the page's words. Where networks that learnt the same disagree, the page is unlike those that
    they learnt from (Seung, Opper and Sompolinsky, "Query by committee", COLT 1992).
    """
    total = float(words.sum())
    apart = each - each.sum(axis=0) / len(each)
    deviation = np.sqrt((apart * apart).sum(axis=0) / len(each))
    return round(float(deviation @ words) / total, 3) if total > 0 else 0.0


@cache
def shipped_classifier() -> Classifier:
    """The classifier that the package ships; loaded once."""
    with (files("cleaners") / "data" / WEIGHTS_FILE).open("rb") as file:
        return read_classifier(file)


def _arrays(file: IO[bytes]) -> dict[str, NDArray[np.generic]]:
    # numpy's own messages are for programmers, and even advise to load such files unsafely.
    no_arrays = "it is no file of numpy arrays as `presswash train` makes it"
    try:
        with np.load(file) as loaded:
            held = {name: loaded[name] for name in loaded.files}
    except _UNREADABLE as error:
        raise ValueError(no_arrays) from error
    if not all(isinstance(one, np.ndarray) for one in held.values()):
        raise ValueError(no_arrays)
    return held


def read_classifier(file: IO[bytes]) -> Classifier:
    """The classifier whose weights a file has.

    Raises KeyError if arrays are missing, and ValueError if the file has no arrays or those of
    another classifier; the message is the end of a sentence about the file.
    """
    held = _arrays(file)
    try:
        ensembles = {kind: load_ensemble(held, kind) for kind in ("html", "text")}
    except (ValueError, TypeError, IndexError) as error:
        raise ValueError(
            "its arrays have other shapes than this version of presswash needs: train them again"
        ) from error
    for kind, sizes in (("html", _HTML_SIZES), ("text", _TEXT_SIZES)):
        for network in ensembles[kind].networks:
            if len(network.scale.mean) != sum(sizes):
                raise ValueError(
                    f"its networks for {kind} are for {len(network.scale.mean)} features, and this"
                    f" version of presswash has {sum(sizes)}: train them again"
                )
            if not all(np.isfinite(one).all() for one in network.arrays.values()):
                raise ValueError(f"its networks for {kind} have weights that are no numbers")
    return Classifier(ensembles, shipped_lexicon())
