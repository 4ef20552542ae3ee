"""Trains the network on whole pages by gradient descent, with jax.

Pages of similar length are padded to the same number of blocks, so that they can be batched. The
loss is the cross-entropy of a page's labelled blocks, plus one minus its expected F1 (Milletari et
al., "V-Net", 2016) if the whole page is labelled, plus the cross-entropy of the page type if it is
known.

The lists of a corpus disagree about what is content: captions, the title, the byline. The network
learns a vector for each list, so that these disagreements don't contradict each other. When it is
used, the page type selects the vector.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from cleaners.classifier.network import (
    LAYERS,
    PAGE_TYPES,
    SUMMARY_AFTER_LAYER,
    WIDTH,
    Array,
    Network,
    Scale,
    weight_shapes,
)
from cleaners.model import PageType
from flows.training.corpus import LISTS

_PADDED_LENGTHS = (64, 128, 256, 512)  # lengths in blocks to which pages are padded, or cut
_ROWS_PER_STEP = 4096  # blocks of all pages in a batch
_LEARNING_RATE, _WEIGHT_DECAY, _MAX_GRADIENT_NORM = 4e-3, 0.02, 1.0
_WARM_UP_SHARE = 0.15
_FEATURE_DROPOUT, _DROPOUT, _HASH_DROPOUT = 0.1, 0.1, 0.3
_SOFT_PAGE, _SOFT_WORDS = 15.0, 5.0
_F1_SHARE, _TYPE_SHARE = 0.5, 0.1
# Share of pages of which random blocks are left out, and the highest share of blocks left out.
_THINNED_SHARE, _MAX_LEFT_OUT_SHARE = 0.25, 0.3
_MIN_BLOCKS_TO_THIN = 30  # pages with at most this many blocks keep them all
_MIN_DEVIATION = 1e-3
_MIN_STEPS = 120
_FAR = -1e9

Arrays = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TrainingPage:
    """A page to learn from.

    `columns` is features x blocks, and `hashes` is blocks x hashed words. `content` (the label, 0
    to 1), `weight` (of the label) and `words` (their number) are by block. `whole` means that every
    block of the page is labelled. `page_type` is an index into `PAGE_TYPES`, -1 if unknown.
    `importance` is the page's weight relative to others. `on_list` is an index into `LISTS`.
    """

    columns: Array
    hashes: NDArray[np.int16]
    content: Array
    weight: Array
    words: Array
    whole: bool
    page_type: int = -1
    importance: float = 1.0
    on_list: int = 0


def fit(
    pages: Sequence[Sequence[TrainingPage]], rounds: int, seed: int, done: Callable[[], None]
) -> Network:
    """A network trained for `rounds` epochs over the pages; `done` is called after each.

    A page has one or more forms, of which each epoch uses one at random. The same pages and seed
    give the same network. With few pages, an epoch goes over them several times.
    """
    random = np.random.default_rng(seed)
    labelled = [[form for form in forms if form.weight.any()] for forms in pages]
    labelled = [forms for forms in labelled if forms]
    scale = _scale_of([form for forms in labelled for form in forms])
    each = sum(1 for _ in batches([forms[0] for forms in labelled], random))
    again = -(-max(_MIN_STEPS, rounds * each) // (rounds * each))
    steps = rounds * again * each
    rate = optax.warmup_cosine_decay_schedule(
        0.04 * _LEARNING_RATE, _LEARNING_RATE, max(1, int(_WARM_UP_SHARE * steps)), steps + 1
    )
    optimiser = optax.chain(
        optax.clip_by_global_norm(_MAX_GRADIENT_NORM),
        optax.adamw(rate, b2=0.99, weight_decay=_WEIGHT_DECAY),
    )
    weights = initial_weights(len(scale.mean), random)
    state = optimiser.init(weights)

    def step(weights: Arrays, state: Any, batch: Arrays, key: Any) -> tuple[Arrays, Any]:
        slope = jax.grad(loss)(weights, batch, key)
        updates, state = optimiser.update(slope, state, weights)
        return optax.apply_updates(weights, updates), state

    compiled = jax.jit(step)
    key = jax.random.key(seed)
    for number in range(rounds * again):
        drawn = [forms[int(random.integers(len(forms)))] for forms in labelled]
        for length, chosen in batches(drawn, random):
            key, own = jax.random.split(key)
            batch = pack_batch([drawn[i] for i in chosen], scale, length, random)
            weights, state = compiled(weights, state, batch, own)
        if number % again == again - 1:
            done()
    learnt = {name: np.asarray(held, np.float32) for name, held in weights.items()}
    seen = {form.on_list for forms in labelled for form in forms}
    learnt["type_summary"] = learnt["type_summary"] + _list_of_each_type(learnt.pop("lists"), seen)
    exact = {name: held.astype(np.float16).astype(np.float32) for name, held in learnt.items()}
    exact["hashes"][0] = 0  # the hash 0 means no word
    return Network(scale, exact)


def _list_of_each_type(lists: Array, seen: set[int]) -> Array:
    """For each page type the vector of a list: the first list for articles, the last for others."""
    articles, others = lists[min(seen)], lists[max(seen)]
    return np.stack([articles if one is PageType.ARTICLE else others for one in PAGE_TYPES])


def _scale_of(pages: Sequence[TrainingPage]) -> Scale:
    """The scale of each feature; a page's weight is the square root of its number of blocks."""
    total = sum(np.sqrt(one.columns.shape[1]) for one in pages)
    mean, square = np.zeros((2, pages[0].columns.shape[0]))
    for one in pages:
        x = one.columns.astype(np.float64)
        share = np.sqrt(x.shape[1]) / total
        mean += share * x.mean(axis=1)
        square += share * (x**2).mean(axis=1)
    deviation = np.sqrt(np.maximum(square - mean**2, 0))
    factor = np.where(deviation > _MIN_DEVIATION, 1 / np.maximum(deviation, _MIN_DEVIATION), 0)
    return Scale(mean.astype(np.float32), factor.astype(np.float32))


def batches(
    pages: Sequence[TrainingPage], random: np.random.Generator
) -> Iterator[tuple[int, list[int]]]:
    """Batches of all pages in random order: the padded length, and the indices of the pages."""
    waiting: dict[int, list[int]] = {length: [] for length in _PADDED_LENGTHS}
    for at in random.permutation(len(pages)).tolist():
        n = len(pages[at].words)
        length = next((one for one in _PADDED_LENGTHS if n <= one), _PADDED_LENGTHS[-1])
        waiting[length].append(at)
        if len(waiting[length]) * length >= _ROWS_PER_STEP:
            yield length, waiting[length]
            waiting[length] = []
    for length, rest in waiting.items():
        if rest:
            yield length, rest


def pack_batch(
    pages: Sequence[TrainingPage], scale: Scale, length: int, random: np.random.Generator | None
) -> Arrays:
    """A batch as arrays, pages x blocks (x features); with `random`, some blocks are left out.

    Batches with the same length have the same shape, so that jax compiles a single function.
    """
    count = _ROWS_PER_STEP // length
    x = np.zeros((count, length, len(scale.mean)), np.float32)
    hashes = np.zeros((count, length, pages[0].hashes.shape[1]), np.int32)
    content, weight, words, real = np.zeros((4, count, length), np.float32)
    whole, importance = np.zeros((2, count), np.float32)
    types = np.full(count, -1, np.int32)
    lists = np.zeros(count, np.int32)
    for number, one in enumerate(pages):
        kept = _sampled_blocks(one, length, random)
        here = (number, slice(0, len(kept)))
        x[here] = scale.rows(one.columns[:, kept].astype(np.float32))
        hashes[here] = one.hashes[kept]
        content[here], weight[here], words[here] = (
            one.content[kept],
            one.weight[kept],
            one.words[kept],
        )
        real[here] = 1
        whole[number], importance[number], types[number] = one.whole, one.importance, one.page_type
        lists[number] = one.on_list
    return {
        "x": x, "hashes": hashes, "content": content, "weight": weight, "words": words,
        "real": real, "whole": whole, "importance": importance, "types": types,
        "lists": lists,
    }  # fmt: skip


def _sampled_blocks(
    one: TrainingPage, most: int, random: np.random.Generator | None
) -> NDArray[np.intp]:
    """The blocks of a page to use in a step: part of a long page, most blocks of some others."""
    n = len(one.words)
    if random is None:
        return np.arange(min(n, most))
    if n > most:
        start = int(random.integers(0, n - most + 1))
        return np.arange(start, start + most)
    if n > _MIN_BLOCKS_TO_THIN and random.random() < _THINNED_SHARE:
        left_out = random.random(n) < random.random() * _MAX_LEFT_OUT_SHARE
        return np.flatnonzero(~left_out | (one.content > 0.5))
    return np.arange(n)


def forward(of: Arrays, batch: Arrays, key: Any = None) -> tuple[Any, Any]:
    """Log-odds of all blocks and of the page types; a random `key` turns dropout on."""
    keys = iter(jax.random.split(key, LAYERS + 4)) if key is not None else None

    def dropped(values: Any, share: float, shape: tuple[int, ...]) -> Any:
        return values if keys is None else values * _kept(next(keys), share, shape)

    x, real = batch["x"], batch["real"][..., None]
    x = dropped(x, _FEATURE_DROPOUT, (x.shape[0], 1, x.shape[2]))
    hashes = batch["hashes"]
    known = dropped((hashes > 0).astype(jnp.float32), _HASH_DROPOUT, hashes.shape)
    added = (of["hashes"][hashes] * known[..., None]).sum(axis=2)
    h = jax.nn.relu(x @ of["entry"] + of["entry_bias"] + added) * real
    types = None
    for number in range(LAYERS):
        around = _with_neighbours(h, 1 << number)
        u = jax.nn.relu(around @ of[f"layer_{number}"] + of[f"layer_{number}_bias"])
        h = h + dropped(u, _DROPOUT, u.shape) * real
        if number + 1 == SUMMARY_AFTER_LAYER:
            attention = jax.nn.softmax(h @ of["attention"] + (1 - real) * _FAR, axis=1)
            pooled = jnp.einsum("blh,blw->bhw", attention, h).reshape(h.shape[0], -1)
            types = pooled @ of["type"] + of["type_bias"]
            summary = jax.nn.relu(pooled @ of["summary"] + of["summary_bias"])
            summary = summary + jax.nn.softmax(types) @ of["type_summary"]
            summary = summary + of["lists"][batch["lists"]]
            h = h + summary[:, None] * real
    last = jax.nn.relu(h @ of["last"] + of["last_bias"])
    last = dropped(last, _DROPOUT, last.shape)
    return last @ of["out"] + of["out_bias"], types


def _kept(key: Any, share: float, shape: tuple[int, ...]) -> Any:
    """A dropout mask, which sets `share` of the values to 0 and scales the others up.

    Each 32-bit random number decides on four values, because random numbers are most of the cost
    of dropout.
    """
    count = prod(shape)
    numbers = jax.random.bits(key, (-(-count // 4),))
    drawn = jax.lax.bitcast_convert_type(numbers, jnp.uint8).ravel()[:count].reshape(shape)
    lowest = round(256 * share)
    return (drawn >= lowest) * (256 / (256 - lowest))


def loss(of: Arrays, batch: Arrays, key: Any = None) -> Any:
    """The loss of a batch; a random `key` turns dropout on."""
    z, types = forward(of, batch, key)
    y, share = batch["content"], batch["importance"] / batch["importance"].sum()
    mass = batch["weight"] * jnp.log1p(batch["words"])
    entropy = (jax.nn.softplus(z) - y * z) * mass
    per_page = entropy.sum(axis=1) / (mass.sum(axis=1) + _SOFT_PAGE)
    p, size = jax.nn.sigmoid(z), batch["weight"] * batch["words"]
    both = 2 * (p * y * size).sum(axis=1) + _SOFT_WORDS
    all_ = ((p + y) * size).sum(axis=1) + _SOFT_WORDS
    per_page += _F1_SHARE * batch["whole"] * (1 - both / all_)
    typed = jax.nn.one_hot(batch["types"], len(PAGE_TYPES))
    per_page -= _TYPE_SHARE * (jax.nn.log_softmax(types) * typed).sum(axis=1)
    return (per_page * share).sum()


def _with_neighbours(h: Any, far: int) -> Any:
    """Each row concatenated with the rows at distance `far` before and after it."""
    padded = jnp.pad(h, ((0, 0), (far, far), (0, 0)))
    return jnp.concatenate([padded[:, : -2 * far], h, padded[:, 2 * far :]], axis=2)


def initial_weights(features: int, random: np.random.Generator) -> Arrays:
    """Random initial weights, smaller in residual layers; the biases are 0."""
    of: Arrays = {}
    for name, shape in weight_shapes(features).items():
        if name.endswith("_bias"):
            of[name] = jnp.zeros(shape)
        else:
            limit = (0.5 if name.startswith("layer") else 1.0) / np.sqrt(shape[0])
            if name in ("hashes", "type_summary"):
                limit = 0.02
            of[name] = jnp.asarray(random.uniform(-limit, limit, shape), jnp.float32)
    of["lists"] = jnp.zeros((len(LISTS), WIDTH))
    return of
