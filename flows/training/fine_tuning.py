"""Fine-tunes a trained network with jax.

The loss is that of training (see `descent`), plus the distance from the original weights, which
stand for the labels that they were trained on (Li et al., "Explicit inductive bias for
transfer learning with convolutional networks", ICML 2018).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from cleaners.classifier.network import WIDTH, Network
from flows.training.corpus import LISTS
from flows.training.descent import Arrays, TrainingPage, batches, loss, pack_batch

_LEARNING_RATE, _MAX_GRADIENT_NORM = 5e-4, 1.0
_WARM_UP_STEPS = 10
_PULL = 1e-3  # of the weights back to the original ones


class FineTuner:
    """Fine-tunes networks of one kind; all of them share the compiled steps."""

    def __init__(self, steps: int) -> None:
        rate = optax.warmup_cosine_decay_schedule(
            0.1 * _LEARNING_RATE, _LEARNING_RATE, _WARM_UP_STEPS, max(steps, _WARM_UP_STEPS + 1)
        )
        self._steps = steps
        self._optimiser = optax.chain(
            optax.clip_by_global_norm(_MAX_GRADIENT_NORM), optax.adam(rate, b2=0.99)
        )
        self._compiled = jax.jit(self._step)

    def fine_tuned(
        self,
        network: Network,
        pages: Sequence[TrainingPage],
        seed: int,
        done: Callable[[], None],
    ) -> Network:
        """The network after training on the pages; `done` is called after each step.

        The same network, pages and seed give the same result.
        """
        random = np.random.default_rng(seed)
        began: Arrays = {name: jnp.asarray(held) for name, held in network.arrays.items()}
        # A trained network already includes what the lists differ in.
        began["lists"] = jnp.zeros((len(LISTS), WIDTH))
        weights, state = began, self._optimiser.init(began)
        key = jax.random.key(seed)
        taken = 0
        while taken < self._steps:
            for length, chosen in batches(pages, random):
                key, own = jax.random.split(key)
                batch = pack_batch([pages[i] for i in chosen], network.scale, length, random)
                weights, state = self._compiled(weights, state, began, batch, own)
                taken += 1
                done()
                if taken == self._steps:
                    break
        learnt = {name: np.array(weights[name], np.float32) for name in network.arrays}
        learnt["hashes"][0] = 0  # stands for no word
        return Network(network.scale, learnt)

    def _step(
        self, weights: Arrays, state: Any, began: Arrays, batch: Arrays, key: Any
    ) -> tuple[Arrays, Any]:
        def whole_loss(of: Arrays) -> Any:
            distance = sum(((of[name] - began[name]) ** 2).sum() for name in began)
            return loss(of, batch, key) + _PULL * distance

        slope = jax.grad(whole_loss)(weights)
        slope["lists"] = jnp.zeros_like(slope["lists"])
        updates, state = self._optimiser.update(slope, state, weights)
        return optax.apply_updates(weights, updates), state
