"""What a block's neighbours say: their facts in the first pass, their first-pass scores in the second."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaners.classifier.features import (
    TEXT_FACTS,
    best_run,
    distance_ahead,
    distance_back,
    window_mean,
)

Columns = NDArray[np.float32]

_SHARED = tuple(
    TEXT_FACTS.index(name)
    for name in (
        "log_words", "prose", "function_share", "ends_stop", "stop_marks", "gap", "title_case", "bullet",
        "digit_share", "indent_step", "ends_letter", "starts_upper", "log_twins",
    )
)  # fmt: skip
_REACH = 3
_SCORE_REACH = 6
_WINDOWS = (2, 5, 10, 25)
_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Tree:
    """The page's element tree as arrays: each element's parent, each block's element and likeness class."""

    parent: NDArray[np.int64]
    home: NDArray[np.int64]
    alike: NDArray[np.int64]


def shifted(columns: Columns, by: int, fill: float) -> Columns:
    """The columns of the row `by` rows ahead (behind where negative), `fill` beyond the page's ends."""
    result = np.full_like(columns, fill)
    n = columns.shape[1]
    if 0 < by < n:
        result[:, :-by] = columns[:, by:]
    elif -n < by < 0:
        result[:, -by:] = columns[:, :by]
    return result


def neighbours(rows: NDArray[np.float32]) -> list[Columns]:
    """The telling text facts of three blocks either side."""
    columns = np.ascontiguousarray(rows[:, _SHARED].T)
    return [shifted(columns, by, -1.0) for by in range(-_REACH, _REACH + 1) if by]


def tree_neighbours(facts: NDArray[np.float32], chosen: tuple[int, ...]) -> list[Columns]:
    """The telling structural facts of two blocks either side."""
    columns = np.ascontiguousarray(facts[:, chosen].T)
    return [shifted(columns, by, -1.0) for by in (-2, -1, 1, 2)]


def score_facts(
    p: NDArray[np.float32], rows: NDArray[np.float32], words: NDArray[np.float32]
) -> Columns:
    """What first-pass scores say around each block and of the page, as columns."""
    n = len(p)
    weight = np.sqrt(np.minimum(words, 100))
    at = np.arange(n, dtype=np.float32)
    mass = p * words
    total = max(float(mass.sum()), 1e-6)
    start, end = best_run((p - np.float32(0.4)) * weight)
    yes = p > 0.5
    columns: list[NDArray[np.generic]] = [p]
    for by in range(1, _SCORE_REACH + 1):
        columns += [shifted(p[None], -by, -0.1)[0], shifted(p[None], by, -0.1)[0]]
    for reach in _WINDOWS:
        around = window_mean(weight, reach)
        columns += [
            window_mean(p, reach),
            window_mean(p * weight, reach) / np.maximum(around, 1e-6),
        ]
    columns += [
        np.full(n, p.max()), np.full(n, np.log1p(mass.sum())), np.cumsum(mass) / total, mass / total,
        (at >= start) & (at < end), np.clip(start - at, -40, 40), np.clip(at - end, -40, 40),
        np.clip((at - start) / max(end - start, 1), -2, 3), distance_back(yes), distance_ahead(yes),
        np.log1p(np.cumsum(yes)), np.log1p(np.cumsum(yes[::-1])[::-1]), np.full(n, np.log1p(yes.sum())),
        np.full(n, mass.sum() / max(float(words.sum()), 1.0)), np.full(n, p[start:end].mean() if end > start else 0),
        _chrome_since(yes, words), _chrome_since(yes[::-1], words[::-1])[::-1],
    ]  # fmt: skip
    others, _ = _share_others(np.cumsum(rows[:, TEXT_FACTS.index("gap")] > 0), p, weight)
    columns.append(others)
    indent = rows[:, TEXT_FACTS.index("indent")].astype(np.int64)
    columns.append(
        (np.bincount(indent, p * weight) / np.maximum(np.bincount(indent, weight), 1e-3))[indent]
    )
    return stacked(columns)


def tree_score_facts(p: NDArray[np.float32], words: NDArray[np.float32], tree: Tree) -> Columns:
    """First-pass scores of the other blocks in each block's containers, and of those marked up alike."""
    weight = np.sqrt(np.minimum(words, 100))
    scored = p * weight
    m = len(tree.parent)
    up = np.maximum(tree.parent, 0)
    above = tree.parent.tolist()
    content = np.bincount(tree.home, scored, minlength=m).tolist()
    size = np.bincount(tree.home, weight, minlength=m).tolist()
    for index in range(m - 1, 0, -1):
        content[above[index]] += content[index]
        size[above[index]] += size[index]
    sums, sizes = np.array(content), np.array(size)
    columns: list[NDArray[np.generic]] = []
    level = tree.home
    for _ in range(_LEVELS):
        rest = np.maximum(sizes[level] - weight, 1e-3)
        columns += [
            (sums[level] - scored) / rest * (rest > 2e-3),
            (sums[level] - scored) / max(float(sums[0]), 1e-6),
        ]
        level = up[level]
    count = np.bincount(tree.alike)[tree.alike]
    alike, share = _share_others(tree.alike, p, weight)
    columns += [np.where(count > 1, alike, -0.1), share]
    votes = np.zeros(m)
    first = up[tree.home]
    for ancestor, part in ((first, 1.0), (up[first], 0.7), (up[up[first]], 0.4)):
        votes += np.bincount(ancestor, part * scored, minlength=m)
    chain: dict[int, int] = {}
    index = int(votes.argmax())
    while index >= 0:
        chain[index] = len(chain)
        index = above[index]
    steps = [0] * m
    for index in range(m):
        steps[index] = chain[index] if index in chain else steps[above[index]]
    columns.append(np.minimum(np.array(steps)[tree.home], 12))
    return stacked(columns)


def stacked(columns: list[NDArray[np.generic]]) -> Columns:
    """Columns of any number type as one array, facts x rows."""
    result = np.empty((len(columns), len(columns[0])), dtype=np.float32)
    for number, column in enumerate(columns):
        result[number] = column
    return result


def _share_others(
    group: NDArray[np.int64], p: NDArray[np.float32], weight: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The weighted mean score of the other blocks of each block's group (its own where it is alone),
    and the group's share of the page's score.
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
