"""Boosted oblivious trees, evaluated for all rows at once with numpy.

In an oblivious tree every node of a level asks the same question, so a tree of depth d is d
comparisons and one look-up among 2**d leaves (Prokhorenkova et al., "CatBoost", 2018).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

_ROWS_AT_ONCE = 512  # so that what is worked on stays in the processor's cache


@dataclass(frozen=True, slots=True)
class Forest:
    """`features` and `borders` are trees x depth, `leaves` trees x 2**depth; scores are log-odds.

    Trees share questions: `asked` and `limits` are the features and borders of the distinct ones,
    `question` (depth x trees) tells which of them each level of each tree asks.
    """

    features: NDArray[np.uint16]
    borders: NDArray[np.float32]
    leaves: NDArray[np.float32]
    bias: float
    asked: NDArray[np.intp] = field(init=False, repr=False, compare=False)
    limits: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    question: NDArray[np.intp] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        pairs = np.stack([self.features.ravel(), self.borders.ravel()], axis=1, dtype=np.float64)
        distinct, at = np.unique(pairs, axis=0, return_inverse=True)
        set_field = object.__setattr__
        set_field(self, "asked", distinct[:, 0].astype(np.intp))
        set_field(self, "limits", distinct[:, 1, None].astype(np.float32))
        set_field(self, "question", at.reshape(self.features.shape).T.astype(np.intp).copy())

    def score(self, columns: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-odds of every row; `columns` is facts x rows."""
        rows = columns.shape[1]
        total = np.empty(rows, dtype=np.float32)
        for start in range(0, rows, _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            total[part] = self._score(columns[:, part])
        return total

    def _score(self, columns: NDArray[np.float32]) -> NDArray[np.float32]:
        answers = (columns[self.asked] > self.limits).view(np.uint8)
        index = answers[self.question[-1]]
        for asked in self.question[-2::-1]:
            index += index  # numpy shifts bytes ten times as slowly as it adds them
            index |= answers[asked]
        trees, leaves = self.leaves.shape
        places = index.astype(np.intp)
        places += np.arange(0, trees * leaves, leaves)[:, None]
        total: NDArray[np.float32] = self.leaves.ravel().take(places).sum(axis=0)
        return total + np.float32(self.bias)

    def arrays(self, name: str) -> dict[str, NDArray[np.generic]]:
        """The forest as arrays for a weights file."""
        return {
            f"{name}_features": self.features,
            f"{name}_borders": self.borders,
            f"{name}_leaves": self.leaves,
            f"{name}_bias": np.array([self.bias], dtype=np.float64),
        }


def forest(arrays: dict[str, NDArray[np.generic]], name: str) -> Forest:
    """The forest of that name in a weights file; raises KeyError where there is none."""
    return Forest(
        features=arrays[f"{name}_features"].astype(np.uint16),
        borders=arrays[f"{name}_borders"].astype(np.float32),
        leaves=arrays[f"{name}_leaves"].astype(np.float32),
        bias=float(arrays[f"{name}_bias"][0]),
    )


def probability(log_odds: NDArray[np.float32]) -> NDArray[np.float32]:
    """The logistic function."""
    result: NDArray[np.float32] = (1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))).astype(np.float32)
    return result
