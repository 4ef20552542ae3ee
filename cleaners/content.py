"""Where the article is: the run of blocks that reads most like one.

Each block is worth something (running text) or costs something (labels, chrome), and the
article is the run of blocks with the greatest sum: Pasternack and Roth, "Extracting article
text from the web with maximum subsequence segmentation" (2009).
"""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.facts import Facts
from cleaners.model import Reason, Removal

_LEAST_WORDS = 20  # less running text than this on a page is no article
_CHROME_COST = 1.0
_LABEL_COST = 0.7
_SECTION_END = 100.0
_FULL_WORTH = 6.0  # a paragraph of 60 words and more
_FIELD = 80  # words of running text before a comments heading opens a comments section


def article_span(facts: Sequence[Facts], marks: Sequence[Removal | None]) -> range:
    """The positions of the article's first to last block; empty where there is none."""
    comments = comments_start(facts, marks)
    worth = [
        -_SECTION_END if comments is not None and i >= comments else _worth(fact, mark)
        for i, (fact, mark) in enumerate(zip(facts, marks, strict=True))
    ]
    span = _best_run(worth)
    prose = sum(facts[i].size for i in span if marks[i] is None and facts[i].prose)
    return span if prose >= _LEAST_WORDS else range(0)


def _worth(fact: Facts, mark: Removal | None) -> float:
    if mark is not None:
        return 0.0 if mark.reason in (Reason.REPEATED, Reason.CAPTION) else -_CHROME_COST
    if fact.prose:
        return max(1.0, min(_FULL_WORTH, fact.size / 10))
    if fact.spoken:
        return min(1.0, fact.size / 8)
    return -_LABEL_COST


def _best_run(worth: Sequence[float]) -> range:
    """The run with the greatest sum (Kadane's algorithm); of equals, the first."""
    best, best_run = 0.0, range(0)
    total, start = 0.0, 0
    for i, value in enumerate(worth):
        if total <= 0:
            total, start = 0.0, i
        total += value
        if total > best:
            best, best_run = total, range(start, i + 1)
    return best_run


def comments_start(facts: Sequence[Facts], marks: Sequence[Removal | None]) -> int | None:
    """Where the comments section opens: its heading, once an article has gone before."""
    words = 0
    for i, (fact, mark) in enumerate(zip(facts, marks, strict=True)):
        if mark is not None and mark.reason is Reason.COMMENT and words >= _FIELD:
            return i
        if mark is None and fact.prose:
            words += fact.size
    return None
