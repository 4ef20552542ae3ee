"""Computes MinHash signatures, which estimate the Jaccard similarity of two sets of shingles.

Broder, "On the resemblance and containment of documents" (1997).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleaners.text.shingles import Hashes

PERMUTATIONS = 128
_SHINGLES_PER_BATCH = 512  # the batch's products with all permutations fit into the CPU cache


def signature(text_shingles: Hashes) -> bytes:
    """The MinHash signature: 128 minima as little-endian unsigned 32-bit integers (512 bytes).

    It equals datasketch's `MinHash(num_perm=128, seed=1, scheme="affine32")` over the lower 32 bits
    of the shingles, which a test checks. Importing datasketch with SciPy would double the time of a
    run on a single page. Working in batches limits the memory for long texts.
    """
    import numpy as np

    factors, terms = _permutations()
    minima = np.full(PERMUTATIONS, 0xFFFFFFFF, dtype=np.uint32)
    hashes = _mix_bits32(np.asarray(text_shingles, dtype=np.uint64).astype(np.uint32))
    for start in range(0, len(hashes), _SHINGLES_PER_BATCH):
        permuted = hashes[start : start + _SHINGLES_PER_BATCH, None] * factors
        permuted += terms
        np.minimum(minima, permuted.min(axis=0), out=minima)
    return minima.astype("<u4").tobytes()


@cache
def _permutations() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The odd factors `a` and the terms `b` of 128 permutations h -> a * h + b modulo 2**32."""
    import numpy as np

    draw = np.random.RandomState(1)
    factors = draw.randint(0, 1 << 31, PERMUTATIONS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, draw.randint(0, 1 << 32, PERMUTATIONS, dtype=np.uint32)


def _mix_bits32(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The 32-bit finalizer of MurmurHash3, in which each input bit affects each output bit."""
    import numpy as np

    hashes = (hashes ^ (hashes >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> np.uint32(16))
