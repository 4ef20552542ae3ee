"""Trains the network on whole pages by gradient descent, with the gradients written out in numpy.

Pages are concatenated with blank rows between them, so that one multiplication serves many. The
loss is the cross-entropy of a page's labelled blocks plus, if the whole page is labelled, one minus
its expected F1 (Milletari et al., "V-Net", 2016). Every page has the same weight.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, pi

import numpy as np
from numpy.typing import NDArray

from cleaners.classifier.network import (
    HEADS,
    LAYERS,
    REACH,
    SUMMARY_AFTER_LAYER,
    Array,
    Network,
    Scale,
    weight_shapes,
)

_PAGES_PER_STEP = 16  # pages in a step
_MAX_BLOCKS_PER_STEP = 384  # blocks of a page in a step
_LEARNING_RATE, _WEIGHT_DECAY, _MAX_GRADIENT_NORM = 4e-3, 0.02, 1.0
_WARM_UP_SHARE = 0.15
_FEATURE_DROPOUT, _DROPOUT = 0.1, 0.1  # features of a page, and units, that a step doesn't see
_ADAM_BETAS = (0.9, 0.99)
_SOFT_PAGE, _SOFT_WORDS = 15.0, 5.0
_F1_SHARE = 0.5
_THINNED_SHARE, _MAX_LEFT_OUT_SHARE = (
    0.25,
    0.3,
)  # of the pages some blocks are left out, at most so many
_MIN_BLOCKS_TO_THIN = 30  # blocks of a page that is seen whole
_MIN_STEPS = 120  # steps
_MIN_DEVIATION, _EPSILON = 1e-3, 1e-20

Arrays = dict[str, Array]


@dataclass(frozen=True, slots=True)
class TrainingPage:
    """A page to learn from: features x blocks, and each block's label (0 to 1), weight and words.

    `whole` means that every block of the page is labelled.
    """

    columns: Array
    content: Array
    weight: Array
    words: Array
    whole: bool


@dataclass(frozen=True, slots=True)
class TrainingBatch:
    """Concatenated pages: rows x features, and for each row its label, weight, words and page.

    `real` is 0 in the blank rows between pages; `of_page` is pages x rows, with 1 for the rows of
    a page; `whole` tells which pages are completely labelled.
    """

    x: Array
    content: Array
    weight: Array
    words: Array
    real: Array
    of_page: Array
    whole: Array


def scale_of(pages: Sequence[TrainingPage]) -> Scale:
    """The mean and spread of each feature, on every third block."""
    some = np.concatenate([one.columns[:, ::3] for one in pages], axis=1)
    spread = some.std(axis=1, dtype=np.float64)
    spread[spread < _MIN_DEVIATION] = 1
    mean = some.mean(axis=1, dtype=np.float64)
    return Scale(mean.astype(np.float32), (1 / spread).astype(np.float32))


def fit(
    pages: Sequence[TrainingPage],
    rounds: int,
    seed: int,
    done: Callable[[], None] = lambda: None,
) -> Network:
    """A network trained for at least `rounds` epochs and `_MIN_STEPS` steps.

    `done` is called after each round. The weights have the precision of the weights file.
    """
    random = np.random.default_rng(seed)
    scale = scale_of(pages)
    ready = [
        (np.ascontiguousarray(scale.rows(one.columns)), one) for one in pages if one.weight.any()
    ]
    of = initial_weights(len(scale.mean), random)
    moments = [{name: np.zeros_like(held) for name, held in of.items()} for _ in range(2)]
    lots = -(-len(ready) // _PAGES_PER_STEP)
    again = -(-max(_MIN_STEPS, rounds * lots) // (rounds * lots))
    steps, step = rounds * lots * again, 0
    for _ in range(rounds):
        for _ in range(again):
            order = random.permutation(len(ready))
            for at in range(0, len(order), _PAGES_PER_STEP):
                batch = pack_batch(
                    [ready[place] for place in order[at : at + _PAGES_PER_STEP]], random
                )
                step += 1
                _, slope = gradient(of, batch, random)
                _adam_step(of, slope, moments, step, _learning_rate(step / steps))
        done()
    exact = {name: held.astype(np.float16).astype(np.float32) for name, held in of.items()}
    return Network(scale, exact)


def pack_batch(
    pages: Sequence[tuple[Array, TrainingPage]], random: np.random.Generator | None = None
) -> TrainingBatch:
    """Concatenates pages; with `random`, cuts long ones and omits some blocks of others."""
    parts = []
    for x, one in pages:
        kept = _sampled_blocks(one, random) if random is not None else np.arange(len(one.words))
        parts.append((x[kept], one.content[kept], one.weight[kept], one.words[kept]))
    rows = sum(len(part[1]) + REACH for part in parts) + REACH
    x = np.zeros((rows, parts[0][0].shape[1]), dtype=np.float32)
    content, weight, words, real = np.zeros((4, rows), dtype=np.float32)
    of_page = np.zeros((len(parts), rows), dtype=np.float32)
    at = REACH
    for number, (own, *labels) in enumerate(parts):
        here = slice(at, at + len(own))
        x[here], content[here], weight[here], words[here] = own, *labels
        real[here] = of_page[number, here] = 1
        at += len(own) + REACH
    whole = np.array([one.whole for _, one in pages], dtype=np.float32)
    return TrainingBatch(x, content, weight, words, real[:, None], of_page, whole)


@dataclass(frozen=True, slots=True)
class _Summary:
    """The pages' summaries: the rows below, the attention to each, the sums, and their output."""

    h: Array
    attention: Array
    pooled: Array
    added: Array


def gradient(
    of: Arrays, batch: TrainingBatch, random: np.random.Generator | None = None
) -> tuple[float, Arrays]:
    """The loss of a batch and its gradient; `random` turns dropout on."""
    real, owner = batch.real, batch.of_page.argmax(axis=0)
    x = batch.x
    if random is not None:
        x = x * _dropout_mask((len(batch.of_page), x.shape[1]), random, _FEATURE_DROPOUT)[owner]
    h = opened = np.maximum(x @ of["entry"] + of["entry_bias"], 0) * real
    layers = []
    for number in range(LAYERS):
        around = _with_neighbours(h, 1 << number)
        u = np.maximum(around @ of[f"layer_{number}"] + of[f"layer_{number}_bias"], 0)
        u *= _dropout_mask(h.shape, random, _DROPOUT) * real
        layers.append((around, u))
        h = h + u
        if number + 1 == SUMMARY_AFTER_LAYER:
            summary = _page_summaries(of, h, batch)
            h = h + summary.added[owner] * real
    drop = _dropout_mask(h.shape, random, _DROPOUT)
    last = np.maximum(h @ of["last"] + of["last_bias"], 0) * drop
    loss, dz = _loss(last @ of["out"] + of["out_bias"], batch)
    slope: Arrays = {"out": last.T @ dz, "out_bias": dz.sum(keepdims=True)}
    d = np.outer(dz, of["out"]) * drop * (last > 0)
    slope |= {"last": h.T @ d, "last_bias": d.sum(axis=0)}
    d = (d @ of["last"].T) * real
    seen = np.float32(1 if random is None else 1 / (1 - _DROPOUT))
    for number in reversed(range(LAYERS)):
        if number + 1 == SUMMARY_AFTER_LAYER:
            d = d + _summary_gradients(of, d, summary, batch, slope)
        around, u = layers[number]
        du = d * (u > 0) * seen
        slope |= {f"layer_{number}": around.T @ du, f"layer_{number}_bias": du.sum(axis=0)}
        d = (d + _sum_neighbours(du @ of[f"layer_{number}"].T, 1 << number)) * real
    d = d * (opened > 0)
    return loss, slope | {"entry": x.T @ d, "entry_bias": d.sum(axis=0)}


def _page_summaries(of: Arrays, h: Array, batch: TrainingBatch) -> _Summary:
    """The summary of each page."""
    attention = h @ of["attention"]
    attention = np.exp(attention - attention.max(axis=0)) * batch.real
    attention /= np.maximum(batch.of_page @ attention, _EPSILON)[batch.of_page.argmax(axis=0)]
    pooled = np.stack([batch.of_page @ (h * one[:, None]) for one in attention.T], axis=1)
    pooled = pooled.reshape(len(pooled), -1)
    added = np.maximum(pooled @ of["summary"] + of["summary_bias"], 0)
    return _Summary(h, attention, pooled, added)


def _summary_gradients(
    of: Arrays, d: Array, summary: _Summary, batch: TrainingBatch, slope: Arrays
) -> Array:
    """Adds the gradients of the summary's arrays to `slope`; returns those of its input rows."""
    of_page, owner = batch.of_page, batch.of_page.argmax(axis=0)
    added = (of_page @ d) * (summary.added > 0)
    slope |= {"summary": summary.pooled.T @ added, "summary_bias": added.sum(axis=0)}
    pooled = (added @ of["summary"].T).reshape(len(of_page), HEADS, -1)
    by_head = [one[owner] for one in pooled.swapaxes(0, 1)]
    attention = np.stack([(summary.h * one).sum(axis=1) for one in by_head], axis=1)
    attention = summary.attention * (attention - (of_page @ (summary.attention * attention))[owner])
    slope["attention"] = summary.h.T @ attention
    rows: Array = attention @ of["attention"].T
    for head, one in enumerate(by_head):
        rows = rows + summary.attention[:, head, None] * one
    return rows * batch.real


def _loss(z: Array, batch: TrainingBatch) -> tuple[float, Array]:
    """The loss, and its gradient by each row's log-odds."""
    y, pages = batch.content, len(batch.of_page)
    p = 1 / (1 + np.exp(-np.clip(z, -30, 30)))
    importance = batch.weight * np.log1p(batch.words)
    share = 1 / (batch.of_page @ importance + _SOFT_PAGE) / pages
    weight = importance * (share @ batch.of_page)
    entropy = np.logaddexp(0, z) - y * z
    loss = float((entropy * weight).sum())
    dz = weight * (p - y)
    size = batch.weight * batch.words
    both = 2 * (batch.of_page @ (p * y * size)) + _SOFT_WORDS
    all_ = batch.of_page @ ((p + y) * size) + _SOFT_WORDS
    amount = np.float32(_F1_SHARE / pages) * batch.whole
    loss += float((amount * (1 - both / all_)).sum())
    up, down = (amount * 2 / all_) @ batch.of_page, (amount * both / all_**2) @ batch.of_page
    dz = dz - (up * y - down) * size * p * (1 - p)
    return loss, dz.astype(np.float32)


def _with_neighbours(h: Array, far: int) -> Array:
    """Each row joined with the rows at the given distance before and after it."""
    n, width = h.shape
    rows = np.zeros((n, 3 * width), dtype=np.float32)
    rows[far:, :width] = h[:-far]
    rows[:, width : 2 * width] = h
    rows[:-far, 2 * width :] = h[far:]
    return rows


def _sum_neighbours(rows: Array, far: int) -> Array:
    """The reverse of `_with_neighbours`, for gradients: adds each part back to its own row."""
    width = rows.shape[1] // 3
    h = rows[:, width : 2 * width].copy()
    h[:-far] += rows[far:, :width]
    h[far:] += rows[:-far, 2 * width :]
    return h


def _dropout_mask(
    shape: tuple[int, ...], random: np.random.Generator | None, share: float
) -> Array:
    """Dropout: 0 for a random share, the others larger to keep the sum; 1 without `random`."""
    if random is None:
        return np.ones(shape, dtype=np.float32)
    return (random.random(shape, np.float32) > share) * np.float32(1 / (1 - share))


def _sampled_blocks(one: TrainingPage, random: np.random.Generator) -> NDArray[np.intp]:
    """The blocks of a page for one step: a part of a long page, most blocks of some others."""
    n = len(one.words)
    if n > _MAX_BLOCKS_PER_STEP:
        start = int(random.integers(0, n - _MAX_BLOCKS_PER_STEP + 1))
        return np.arange(start, start + _MAX_BLOCKS_PER_STEP)
    if n > _MIN_BLOCKS_TO_THIN and random.random() < _THINNED_SHARE:
        left_out = random.random(n) < random.random() * _MAX_LEFT_OUT_SHARE
        return np.flatnonzero(~left_out | (one.content > 0.5))
    return np.arange(n)


def initial_weights(features: int, random: np.random.Generator) -> Arrays:
    """Random initial weights, smaller in residual layers; the biases are 0."""
    of: Arrays = {}
    for name, shape in weight_shapes(features).items():
        if name.endswith("_bias"):
            of[name] = np.zeros(shape, dtype=np.float32)
        else:
            limit = (0.5 if name.startswith("layer") else 1.0) / np.sqrt(shape[0])
            of[name] = random.uniform(-limit, limit, shape).astype(np.float32)
    return of


def _learning_rate(progress: float) -> float:
    """The learning rate: a cosine warm-up, then a cosine decay to 0."""
    if progress < _WARM_UP_SHARE:
        return _LEARNING_RATE * (0.04 + 0.96 * (1 - cos(pi * progress / _WARM_UP_SHARE)) / 2)
    return _LEARNING_RATE * (1 + cos(pi * (progress - _WARM_UP_SHARE) / (1 - _WARM_UP_SHARE))) / 2


def _adam_step(
    of: Arrays, slope: Arrays, moments: Sequence[Arrays], step: int, rate: float
) -> None:
    """One step of AdamW (Loshchilov and Hutter, 2019) with clipped gradients."""
    norm = float(np.sqrt(sum(float((one * one).sum()) for one in slope.values())))
    clip = np.float32(min(1.0, _MAX_GRADIENT_NORM / max(norm, 1e-12)))
    first, second = moments
    fast, slow = _ADAM_BETAS
    for name in of:
        g = slope[name] * clip
        first[name] += np.float32(1 - fast) * (g - first[name])
        second[name] += np.float32(1 - slow) * (g * g - second[name])
        m = first[name] / np.float32(1 - fast**step)
        v = second[name] / np.float32(1 - slow**step)
        of[name] *= np.float32(1 - rate * _WEIGHT_DECAY)
        of[name] -= np.float32(rate) * m / (np.sqrt(v) + np.float32(1e-8))
