"""Boosted oblivious trees, evaluated for all rows at once with numpy.

In an oblivious tree every node of a level asks the same question, so a tree of depth d is d
comparisons and one look-up among 2**d leaves (Prokhorenkova et al., "CatBoost", 2018).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Forest:
    """`features` and `borders` are trees x depth, `leaves` trees x 2**depth; scores are log-odds."""

    features: NDArray[np.uint16]
    borders: NDArray[np.float32]
    leaves: NDArray[np.float32]
    bias: float

    def score(self, columns: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-odds of every row; `columns` is facts x rows, contiguous by fact."""
        trees, depth = self.features.shape
        rows = columns.shape[1]
        index = np.zeros((trees, rows), dtype=np.uint8)
        for level in range(depth):
            above = columns[self.features[:, level]] > self.borders[:, level, None]
            index |= above.view(np.uint8) << np.uint8(level)
        base = (np.arange(trees, dtype=np.int32) * self.leaves.shape[1])[:, None]
        total: NDArray[np.float32] = self.leaves.ravel()[index + base].sum(axis=0, dtype=np.float32)
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
