"""Compares a cleaned text with the gold text, by the measures of two published evaluations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

_METRIC_TOKEN = re.compile(r"\w+")
_METRIC_SHINGLE_WORDS = 4


@dataclass(frozen=True, slots=True)
class Overlap:
    """The overlap of a cleaned text with the gold text, in shingles or in pieces of text.

    `found` is the number in the cleaned text, `wanted` that in the gold text, and `shared` that in
    both.
    """

    shared: int
    found: int
    wanted: int


@dataclass(frozen=True, slots=True)
class PrecisionRecall:
    """Precision and recall, each 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 if both are 0."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def shingle_overlap(body: str, text: str) -> Overlap:
    """The overlap of a text with the article's gold text, counted in runs of four words.

    As in Zyte's article extraction benchmark (github.com/scrapinghub/article-extraction-benchmark,
    `evaluate.py`), a run counts as often as it occurs in both texts, and a text of fewer than four
    words is one run.

    >>> shingle_overlap("the cat sat on the mat", "the cat sat on the mat today")
    Overlap(shared=3, found=4, wanted=3)
    """
    true, found = _shingle_counts(body), _shingle_counts(text)
    return Overlap((true & found).total(), found.total(), true.total())


def segment_overlap(text: str, wanted: Sequence[str], unwanted: Sequence[str]) -> Overlap:
    """The overlap of a text with annotated pieces of content and of boilerplate.

    As in trafilatura's evaluation (github.com/adbar/trafilatura, `tests/evaluate.py`; Barbaresi,
    "Trafilatura", ACL 2021), a piece is found if it is a substring of the text.

    >>> segment_overlap("News of the day. Share this.", ["News of the day."], ["Share this."])
    Overlap(shared=1, found=2, wanted=1)
    """
    right = sum(piece in text for piece in wanted)
    return Overlap(right, right + sum(piece in text for piece in unwanted), len(wanted))


def page_score(overlaps: Iterable[Overlap]) -> PrecisionRecall:
    """The macro average, in which all pages have the same weight, as in Zyte's benchmark.

    Precision is averaged over the pages with any result, recall over the pages with any gold text.
    """
    precisions, recalls = [], []
    for one in overlaps:
        if one.found:
            precisions.append(one.shared / one.found)
        if one.wanted:
            recalls.append(one.shared / one.wanted)
    return PrecisionRecall(
        fmean(precisions) if precisions else 0.0, fmean(recalls) if recalls else 0.0
    )


def pooled_score(overlaps: Iterable[Overlap]) -> PrecisionRecall:
    """The micro average, in which all pieces weigh the same, as in trafilatura's evaluation."""
    shared = found = wanted = 0
    for one in overlaps:
        shared += one.shared
        found += one.found
        wanted += one.wanted
    return PrecisionRecall(shared / found if found else 0.0, shared / wanted if wanted else 0.0)


def _shingle_counts(text: str) -> Counter[tuple[str, ...]]:
    tokens = _METRIC_TOKEN.findall(text)
    runs = range(max(1, len(tokens) - _METRIC_SHINGLE_WORDS + 1))
    return Counter(tuple(tokens[at : at + _METRIC_SHINGLE_WORDS]) for at in runs if tokens)
