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
    from datasketch import MinHash

SHINGLE_WORDS = 4
PERMUTATIONS = 128

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


def jaccard(a: frozenset[int], b: frozenset[int]) -> float:
    """Shared shingles over all shingles, 0 to 1; two empty texts are not alike."""
    return len(a & b) / len(a | b) if a and b else 0.0


def containment(part: frozenset[int], whole: frozenset[int]) -> float:
    """The share of `part`'s shingles that `whole` has too, 0 to 1."""
    return len(part & whole) / len(part) if part else 0.0


def signature(text_shingles: Iterable[int]) -> bytes:
    """The MinHash signature: 128 minima, each a little-endian unsigned 32-bit number."""
    minhash: MinHash = _blank().copy()
    minhash.update_batch(list(text_shingles))
    packed: bytes = minhash.hashvalues.astype("<u4").tobytes()
    return packed


@cache
def _blank() -> MinHash:
    """An empty MinHash, made once: drawing its permutations costs more than using them."""
    from datasketch import MinHash

    return MinHash(
        num_perm=PERMUTATIONS,
        seed=1,
        scheme="affine32",
        hashfunc=lambda shingle: shingle & 0xFFFFFFFF,
    )
