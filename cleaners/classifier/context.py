"""What a block's neighbours say: their facts in the first pass, their first-pass scores in the second."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaners.classifier.features import TEXT_FACTS, Row, fill
from cleaners.classifier.outline import Tree
from cleaners.classifier.runs import best_run, clipped, distances, window_means

Columns = NDArray[np.float32]

SHARED = [
    TEXT_FACTS.index(name)
    for name in (
        "log_words", "prose", "function_share", "ends_stop", "stop_marks", "gap", "title_case", "bullet",
        "digit_share", "indent_step", "ends_letter", "starts_upper", "log_twins",
    )
]  # fmt: skip
REACH, TREE_REACH = 3, 2
_SCORE_REACH = 6
_WINDOWS = (2, 5, 10, 25)
_LEVELS = 5


def neighbours(chosen: Columns, reach: int, columns: Columns) -> None:
    """Writes the facts of the rows from `reach` behind to `reach` ahead, -1 beyond the page's ends."""
    count, n = chosen.shape
    padded = np.full((count, n + 2 * reach), -1, dtype=np.float32)
    padded[:, reach : reach + n] = chosen
    offsets = [by for by in range(2 * reach + 1) if by != reach]
    for number, by in enumerate(offsets):
        columns[number * count : (number + 1) * count] = padded[:, by : by + n]


def score_facts(p: NDArray[np.float32], facts: Columns, words: NDArray[np.float32]) -> Columns:
    """What first-pass scores say around each block and of the page, as columns.

    `facts` begins with the page's text facts, `words` are the sizes of its blocks.
    """
    weight = np.sqrt(np.minimum(words, 100))
    mass, scored = p * words, p * weight
    gap, indent = facts[TEXT_FACTS.index("gap")], facts[TEXT_FACTS.index("indent")]
    column = indent.astype(np.int64)
    by_column = np.bincount(column, scored) / np.maximum(np.bincount(column, weight), 1e-3)
    others, _ = share_others(np.cumsum(gap > 0), p, weight)
    rows: list[Row | float] = [
        p,
        *_scores_around(p),
        *_means_around(p, weight, scored),
        *_scores_of_page(p, weight, mass, words),
        others,
        by_column[column],
    ]
    columns = np.empty((len(rows), len(p)), dtype=np.float32)
    fill(columns, rows)
    return columns


def _scores_around(p: NDArray[np.float32]) -> list[Row]:
    n = len(p)
    padded = np.full(n + 2 * _SCORE_REACH, -0.1, dtype=np.float32)
    padded[_SCORE_REACH : _SCORE_REACH + n] = p
    offsets = (_SCORE_REACH + side * by for by in range(1, _SCORE_REACH + 1) for side in (-1, 1))
    return [padded[by : by + n] for by in offsets]


def _means_around(
    p: NDArray[np.float32], weight: NDArray[np.float32], scored: NDArray[np.float32]
) -> list[Row]:
    rows: list[Row] = []
    for plain, above, below in window_means(np.stack([p, scored, weight]), _WINDOWS):
        rows += [plain, above / np.maximum(below, 1e-6)]
    return rows


def _scores_of_page(
    p: NDArray[np.float32],
    weight: NDArray[np.float32],
    mass: NDArray[np.float32],
    words: NDArray[np.float32],
) -> list[Row | float]:
    at = np.arange(len(p), dtype=np.float32)
    all_mass = float(mass.sum())
    total = max(all_mass, 1e-6)
    start, end = best_run((p - np.float32(0.4)) * weight)
    yes = p > 0.5
    count = np.cumsum(yes)
    back, ahead = distances(yes[None])
    return [
        float(p.max()), float(np.log1p(np.float32(all_mass))), np.cumsum(mass) / total, mass / total,
        (at >= start) & (at < end), clipped(start - at, -40, 40), clipped(at - end, -40, 40),
        clipped((at - start) / max(end - start, 1), -2, 3), back[0], ahead[0],
        np.log1p(count), np.log1p(count[-1] - count + yes), float(np.log1p(count[-1])),
        all_mass / max(float(words.sum()), 1.0), float(p[start:end].mean()) if end > start else 0.0,
        _chrome_since(yes, words), _chrome_since(yes[::-1], words[::-1])[::-1],
    ]  # fmt: skip


def tree_score_facts(p: NDArray[np.float32], words: NDArray[np.float32], tree: Tree) -> Columns:
    """First-pass scores of the other blocks in each block's containers, and of those marked up alike."""
    weight = np.sqrt(np.minimum(words, 100))
    scored = p * weight
    sums, sizes = tree.below(scored), tree.below(weight)
    all_scored = max(float(sums[0]), 1e-6)
    rows: list[Row | float] = []
    for level in tree.above[:_LEVELS]:
        others = sums[level] - scored
        rest = np.maximum(sizes[level] - weight, 1e-3)
        rows += [others / rest * (rest > 2e-3), others / all_scored]
    count = np.bincount(tree.alike)[tree.alike]
    alike, share = share_others(tree.alike, p, weight)
    best = tree.most_voted(scored)
    rows += [np.where(count > 1, alike, -0.1), share, np.minimum(tree.steps_to(best), 12)]
    columns = np.empty((len(rows), len(p)), dtype=np.float32)
    fill(columns, rows)
    return columns


def share_others(
    group: NDArray[np.int64], p: NDArray[np.float32], weight: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The weighted mean score of the other blocks of each block's group, and the group's share.

    The mean is the block's own score where it is alone; the share is of the page's whole score.
    """
    sizes = np.bincount(group, weight)[group]
    sums = np.bincount(group, p * weight)[group]
    alone = sizes <= weight + 1e-3
    mean = np.where(alone, p, (sums - p * weight) / np.maximum(sizes - weight, 1e-3))
    return mean, sums / max(float((p * weight).sum()), 1e-6)


def _chrome_since(yes: NDArray[np.bool_], words: NDArray[np.float32]) -> NDArray[np.float64]:
    """Words of blocks that are no content since the last one that is (600 where there is none)."""
    passed = np.cumsum(np.where(yes, 0, words), dtype=np.float64)
    last = np.maximum.accumulate(np.where(yes, passed, -1))
    return np.where(last >= 0, np.minimum(passed - last, 500), 600)
