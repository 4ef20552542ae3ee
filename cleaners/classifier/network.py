"""A small convolutional network over the blocks of a page, evaluated with numpy.

It sees the facts of a block and of those around it together, in layers that reach twice as far each
time (Yu and Koltun, "Multi-scale context aggregation by dilated convolutions", 2016), and a summary
of the whole page, in which each block is heeded as much as it matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

WIDTH, LAYERS, HEADS = 48, 5, 4
REACH = 1 << (LAYERS - 1)  # blocks; the last layer looks so far to either side
SUMMED_AFTER = 3  # layers before the page's summary is added
FARTHEST = 4.0  # standard deviations from the mean that still tell


def shapes(facts: int) -> dict[str, tuple[int, ...]]:
    """The arrays of weights (from x to) and biases of a network for so many facts, in order.

    A layer's weights are for the block `2**layer` before, the block, and the one as far after.
    """
    layers: dict[str, tuple[int, ...]] = {}
    for number in range(LAYERS):
        layers |= {f"layer_{number}": (3 * WIDTH, WIDTH), f"layer_{number}_bias": (WIDTH,)}
    return {
        "entry": (facts, WIDTH), "entry_bias": (WIDTH,), **layers,
        "heed": (WIDTH, HEADS), "summary": (HEADS * WIDTH, WIDTH), "summary_bias": (WIDTH,),
        "last": (WIDTH, WIDTH), "last_bias": (WIDTH,), "out": (WIDTH,), "out_bias": (1,),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scale:
    """The mean of each fact, and one over its standard deviation."""

    mean: Array
    factor: Array

    def rows(self, columns: Array) -> Array:
        """Facts x blocks as blocks x facts, in standard deviations from the mean."""
        x = columns - self.mean[:, None]
        x *= self.factor[:, None]
        np.minimum(x, FARTHEST, out=x)
        np.maximum(x, -FARTHEST, out=x)
        return x.T


@dataclass(frozen=True, slots=True)
class Network:
    """The arrays of a network by their names in `shapes`."""

    arrays: dict[str, Array]

    def score(self, x: Array) -> Array:
        """Log-odds of every block of a page; `x` is blocks x facts, scaled."""
        of = self.arrays
        h: Array = x @ of["entry"]
        h += of["entry_bias"]
        np.maximum(h, 0, out=h)
        n, width = h.shape
        padded = np.zeros((n + 2 * REACH, width), dtype=np.float32)
        for number in range(LAYERS):
            padded[REACH : REACH + n] = h
            weights, far = of[f"layer_{number}"], 1 << number
            z = h @ weights[width : 2 * width]
            z += padded[REACH - far : REACH - far + n] @ weights[:width]
            z += padded[REACH + far : REACH + far + n] @ weights[2 * width :]
            z += of[f"layer_{number}_bias"]
            np.maximum(z, 0, out=z)
            h += z
            if number + 1 == SUMMED_AFTER:
                np.add(h, self._summary(h), out=h)
        last: Array = h @ of["last"]
        last += of["last_bias"]
        np.maximum(last, 0, out=last)
        scored: Array = last @ of["out"] + of["out_bias"]
        return scored

    def _summary(self, h: Array) -> Array:
        """What the page's blocks say together."""
        of = self.arrays
        heed = h @ of["heed"]
        heed -= heed.max(axis=0)
        np.exp(heed, out=heed)
        heed /= heed.sum(axis=0)
        told = (heed.T @ h).reshape(-1) @ of["summary"]
        result: Array = np.maximum(told + of["summary_bias"], 0)
        return result


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Networks for the same facts that began from different random weights; their mean speaks."""

    scale: Scale
    networks: tuple[Network, ...]

    def score(self, columns: Array) -> Array:
        """Log-odds that each block is main content; `columns` is facts x blocks."""
        x = self.scale.rows(columns)
        mean: Array = np.mean([network.score(x) for network in self.networks], axis=0)
        return np.clip(mean, -30, 30)

    def arrays(self, name: str) -> dict[str, NDArray[np.generic]]:
        """The ensemble as arrays for a weights file; weights take two bytes."""
        flat = [np.concatenate([a.ravel() for a in one.arrays.values()]) for one in self.networks]
        return {
            f"{name}_scale": np.stack([self.scale.mean, self.scale.factor]),
            f"{name}_weights": np.stack(flat).astype(np.float16),
        }


def ensemble(arrays: dict[str, NDArray[np.generic]], name: str) -> Ensemble:
    """The ensemble of that name in a weights file; raises KeyError where there is none."""
    mean, factor = arrays[f"{name}_scale"].astype(np.float32)
    wanted = shapes(len(mean))
    ends = np.cumsum([prod(shape) for shape in wanted.values()])[:-1]
    networks = []
    for flat in arrays[f"{name}_weights"].astype(np.float32):
        parts = zip(wanted.items(), np.split(flat, ends), strict=True)
        networks.append(Network({part: held.reshape(shape) for (part, shape), held in parts}))
    return Ensemble(Scale(mean, factor), tuple(networks))


def probability(log_odds: Array) -> Array:
    """The logistic function, to three decimals, so that any processor says the same."""
    result: Array = np.round(1 / (1 + np.exp(-log_odds)), 3).astype(np.float32)
    return result
