"""Evaluates a small convolutional network over the blocks of a page with numpy.

Each layer combines a block with others at twice the distance of the layer before (Yu and Koltun,
"Multi-scale context aggregation by dilated convolutions", 2016). A summary of the whole page, in
which attention weighs the blocks, is added halfway. It also gives the page type, on which the
decision about main content depends.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from cleaners.classifier.hashed_words import N_HASHES
from cleaners.model import PageType

Array = NDArray[np.float32]

WIDTH, LAYERS, HEADS = 48, 5, 4
REACH = 1 << (LAYERS - 1)  # distance in blocks that the last layer sees on either side
SUMMARY_AFTER_LAYER = 3  # the number of layers before the page's summary is added
PAGE_TYPES = tuple(one for one in PageType if one is not PageType.OTHER)
MAX_DEVIATIONS = 4.0  # features are clipped at this many standard deviations from the mean


def weight_shapes(features: int) -> dict[str, tuple[int, ...]]:
    """The shapes of the weights (inputs x outputs) and biases of a network, in order.

    `features` is the number of features. A layer's weights are for the block `2**layer` before, the
    block itself, and the block as far after.
    """
    layers: dict[str, tuple[int, ...]] = {}
    for number in range(LAYERS):
        layers |= {f"layer_{number}": (3 * WIDTH, WIDTH), f"layer_{number}_bias": (WIDTH,)}
    return {
        "entry": (features, WIDTH), "entry_bias": (WIDTH,), "hashes": (N_HASHES, WIDTH), **layers,
        "attention": (WIDTH, HEADS), "summary": (HEADS * WIDTH, WIDTH), "summary_bias": (WIDTH,),
        "type": (HEADS * WIDTH, len(PAGE_TYPES)), "type_bias": (len(PAGE_TYPES),), "type_summary": (len(PAGE_TYPES), WIDTH),
        "last": (WIDTH, WIDTH), "last_bias": (WIDTH,), "out": (WIDTH,), "out_bias": (1,),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scale:
    """The mean of each feature, and the reciprocal of its standard deviation."""

    mean: Array
    factor: Array

    def rows(self, columns: Array) -> Array:
        """Features x blocks, transposed to blocks x features and standardised."""
        x = columns - self.mean[:, None]
        x *= self.factor[:, None]
        np.minimum(x, MAX_DEVIATIONS, out=x)
        np.maximum(x, -MAX_DEVIATIONS, out=x)
        return x.T


@dataclass(frozen=True, slots=True)
class LogOdds:
    """The log-odds of content of each network (networks x blocks), and the mean of the types'."""

    each: Array
    types: Array

    @property
    def content(self) -> Array:
        """The mean log-odds that each block is main content."""
        mean: Array = self.each.sum(axis=0) / len(self.each)
        return mean


@dataclass(frozen=True, slots=True)
class Network:
    """The scale of the features, and the network's arrays by name, as in `weight_shapes`."""

    scale: Scale
    arrays: dict[str, Array]


@dataclass(frozen=True)
class Ensemble:
    """Networks with the same features, trained from different seeds; their outputs are averaged."""

    networks: tuple[Network, ...]

    @cached_property
    def _stacked(self) -> dict[str, Array]:
        """The arrays of all networks, with the network as the first axis."""
        names = self.networks[0].arrays.keys() - {"entry", "hashes"}
        return {name: np.stack([one.arrays[name] for one in self.networks]) for name in names}

    @cached_property
    def _hashes(self) -> Array:
        """The tables of hashed words of all networks, side by side."""
        return np.concatenate([one.arrays["hashes"] for one in self.networks], axis=1)

    @cached_property
    def _has_one_scale(self) -> bool:
        first = self.networks[0].scale
        return all(
            np.array_equal(one.scale.mean, first.mean)
            and np.array_equal(one.scale.factor, first.factor)
            for one in self.networks
        )

    def score(self, columns: Array, hashes: NDArray[np.int16]) -> LogOdds:
        """The log-odds for a page; `columns` is features x blocks, `hashes` blocks x words."""
        arrays, n = self._stacked, columns.shape[1]
        # All networks are evaluated at once, because most pages have few blocks.
        padded = np.zeros((len(self.networks), n + 2 * REACH, WIDTH), dtype=np.float32)
        h = padded[:, REACH : REACH + n]
        self._enter(h, columns, hashes)
        for number in range(LAYERS):
            weights, far = arrays[f"layer_{number}"], 1 << number
            z = h @ weights[:, WIDTH : 2 * WIDTH]
            z += padded[:, REACH - far : REACH - far + n] @ weights[:, :WIDTH]
            z += padded[:, REACH + far : REACH + far + n] @ weights[:, 2 * WIDTH :]
            z += arrays[f"layer_{number}_bias"][:, None]
            np.maximum(z, 0, out=z)
            h += z
            if number + 1 == SUMMARY_AFTER_LAYER:
                summary, types = self._summary(h)
                h += summary[:, None]
        last: Array = h @ arrays["last"]
        last += arrays["last_bias"][:, None]
        np.maximum(last, 0, out=last)
        each = (last @ arrays["out"][:, :, None])[:, :, 0] + arrays["out_bias"]
        return LogOdds(each, types.sum(axis=0) / len(types))

    def _enter(self, h: Array, columns: Array, hashes: NDArray[np.int16]) -> None:
        """Set `h` (networks x blocks x width) to the output of the entry layer."""
        rows = self.networks[0].scale.rows(columns)
        for number, network in enumerate(self.networks):
            if number and not self._has_one_scale:
                rows = network.scale.rows(columns)
            np.matmul(rows, network.arrays["entry"], out=h[number])
        h += self._stacked["entry_bias"][:, None]
        words = _sums_of_rows(self._hashes, hashes).reshape(len(rows), len(h), WIDTH)
        h += words.transpose(1, 0, 2)
        np.maximum(h, 0, out=h)

    def _summary(self, h: Array) -> tuple[Array, Array]:
        """The page's summary, a sum weighted by attention, and the log-odds of its type.

        Both have a row for each network.
        """
        arrays = self._stacked
        attention: Array = h @ arrays["attention"]
        attention -= attention.max(axis=1, keepdims=True)
        np.exp(attention, out=attention)
        attention /= attention.sum(axis=1, keepdims=True)
        pooled: Array = attention.transpose(0, 2, 1) @ h
        pooled = pooled.reshape(len(h), 1, HEADS * WIDTH)
        types: Array = (pooled @ arrays["type"])[:, 0] + arrays["type_bias"]
        summary: Array = np.maximum((pooled @ arrays["summary"])[:, 0] + arrays["summary_bias"], 0)
        shares = softmax(types)[:, None]
        return summary + (shares @ arrays["type_summary"])[:, 0], types

    def arrays(self, name: str) -> dict[str, NDArray[np.generic]]:
        """The ensemble as arrays for a weights file, with weights in 16-bit floats."""
        names = weight_shapes(0)  # the order in the file; that of `arrays` may differ
        flat = [np.concatenate([one.arrays[n].ravel() for n in names]) for one in self.networks]
        return {
            f"{name}_scales": np.stack(
                [[one.scale.mean, one.scale.factor] for one in self.networks]
            ),
            f"{name}_weights": np.stack(flat).astype(np.float16),
        }


def _sums_of_rows(table: Array, numbers: NDArray[np.int16]) -> Array:
    """For each block, the sum of the table rows of its words; row 0 (no word) is zero."""
    used = numbers[:, numbers.any(axis=0)]
    sums: Array = table.take(used, axis=0).sum(axis=1)
    return sums


def load_ensemble(arrays: dict[str, NDArray[np.generic]], name: str) -> Ensemble:
    """The ensemble with this name in a weights file; raises KeyError if there is none."""
    scales = arrays[f"{name}_scales"].astype(np.float32)
    wanted = weight_shapes(scales.shape[-1])
    ends = np.cumsum([prod(shape) for shape in wanted.values()])[:-1]
    networks = []
    flat = arrays[f"{name}_weights"].astype(np.float32)
    for (mean, factor), weights in zip(scales, flat, strict=True):
        parts = zip(wanted.items(), np.split(weights, ends), strict=True)
        held = {part: values.reshape(shape) for (part, shape), values in parts}
        networks.append(Network(Scale(mean, factor), held))
    return Ensemble(tuple(networks))


def probability(log_odds: Array) -> Array:
    """The logistic function, rounded to three decimals so that all processors give the same."""
    odds = np.exp(np.maximum(np.minimum(log_odds, 30), -30))
    result: Array = (odds / (1 + odds)).round(3)
    return result


def softmax(log_odds: Array) -> Array:
    """Probabilities that sum to 1 along the last axis."""
    odds = np.exp(log_odds - log_odds.max(axis=-1, keepdims=True))
    result: Array = odds / odds.sum(axis=-1, keepdims=True)
    return result
