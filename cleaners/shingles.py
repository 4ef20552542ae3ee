"""Shingles and MinHash signatures: the one measure of likeness for blocks and for pages.

A text is the set of its runs of four words, folded to lower case and stripped of
punctuation, so that quotes, commas and entities don't count. Scripts written without blanks
are cut by character, after Broder, "On the resemblance and containment of documents" (1997).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

import xxhash

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHINGLE_WORDS = 4
PERMUTATIONS = 128
_BATCH = 4096  # shingles; of the memory that a batch takes, 4 bytes times the permutations each

# Han, kana, Thai, Lao, Khmer and Burmese are written without blanks: each character is a token.
_TOKEN = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
    r"|[^\W_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
)


def tokens(text: str) -> list[str]:
    """The words of a text in lower case; in scripts without blanks, its characters.

    >>> tokens("“Yes,” she said — 東京")
    ['yes', 'she', 'said', '東', '京']
    """
    return _TOKEN.findall(text.casefold())


def shingles(text: str) -> frozenset[int]:
    """The 64-bit hashes of every run of four tokens; a shorter text is one shingle."""
    return shingles_of(tokens(text))


def shingles_of(words: list[str]) -> frozenset[int]:
    """The shingles of a text that is already cut into tokens."""
    if not words:
        return frozenset()
    runs = max(1, len(words) - SHINGLE_WORDS + 1)
    digest = xxhash.xxh3_64_intdigest
    return frozenset(
        digest(" ".join(words[i : i + SHINGLE_WORDS]).encode("utf-8", "replace"))
        for i in range(runs)
    )


def passing_shingles(words: list[str]) -> frozenset[int]:
    """The same shingles by hashes that hold in this process alone, at a fifth of the cost."""
    if len(words) < SHINGLE_WORDS:
        return frozenset((hash(tuple(words)),)) if words else frozenset()
    runs = zip(words, words[1:], words[2:], words[3:], strict=False)
    return frozenset(map(hash, runs))


def jaccard(a: frozenset[int], b: frozenset[int]) -> float:
    """Shared shingles over all shingles, 0 to 1; two empty texts are not alike."""
    return len(a & b) / len(a | b) if a and b else 0.0


def containment(part: frozenset[int], whole: frozenset[int]) -> float:
    """The share of `part`'s shingles that `whole` has too, 0 to 1."""
    return len(part & whole) / len(part) if part else 0.0


def signature(text_shingles: Iterable[int]) -> bytes:
    """The MinHash signature: 128 minima, each a little-endian unsigned 32-bit number.

    The same numbers as datasketch's `MinHash(num_perm=128, seed=1, scheme="affine32")` over the
    lower halves of the shingles; a test holds it to that. Importing datasketch, which brings
    SciPy, would cost a one-off run as much as all the rest; and a batch at a time keeps the
    memory for a long text small.
    """
    import numpy as np

    factors, terms = _permutations()
    minima = np.full(PERMUTATIONS, 0xFFFFFFFF, dtype=np.uint32)
    hashes = np.array([shingle & 0xFFFFFFFF for shingle in text_shingles], dtype=np.uint32)
    for start in range(0, len(hashes), _BATCH):
        mixed = _mixed(hashes[start : start + _BATCH])[:, None]
        np.minimum(minima, (mixed * factors + terms).min(axis=0), out=minima)
    return minima.astype("<u4").tobytes()


@cache
def _permutations() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The odd factors and the terms of 128 bijections h -> a * h + b modulo 2**32."""
    import numpy as np

    draw = np.random.RandomState(1)
    factors = draw.randint(0, 1 << 31, PERMUTATIONS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, draw.randint(0, 1 << 32, PERMUTATIONS, dtype=np.uint32)


def _mixed(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The finalizer of MurmurHash3: every bit of a hash comes to bear on every other."""
    import numpy as np

    hashes = (hashes ^ (hashes >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> np.uint32(16))
