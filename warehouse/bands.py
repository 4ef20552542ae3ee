"""Signatures made small enough to store, and the bands by which like ones find each other.

Banding is after Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets" (2014), 3.4; keeping
only the low bits of each minimum after Li and König, "b-Bit Minwise Hashing" (2010): two unlike
minima share their low 16 bits once in 65,536.
"""

from __future__ import annotations

from array import array
from operator import eq

import xxhash

from cleaners.shingles import PERMUTATIONS

BANDS = 32
ROWS = 4  # 32 bands of 4: pages that share 0.7 of their shingles miss each other once in 6,000

_BAND_BYTES = 2 * ROWS
_SIGNATURE_BYTES = 4 * PERMUTATIONS


def packed(signature: bytes) -> bytes:
    r"""The low halves of a signature's little-endian 32-bit minima: 256 bytes for 128 of them.

    >>> packed(bytes([1, 2, 3, 4]) * 128)[:4]
    b'\x01\x02\x01\x02'

    Raises ValueError where `signature` is not one.
    """
    if len(signature) != _SIGNATURE_BYTES:
        raise ValueError(f"a signature has {_SIGNATURE_BYTES} bytes, not {len(signature)}")
    halves = bytearray(2 * PERMUTATIONS)
    halves[0::2] = signature[0::4]
    halves[1::2] = signature[1::4]
    return bytes(halves)


def band_keys(halves: bytes) -> frozenset[int]:
    """One 32-bit key for each band of a packed signature; its number is hashed in as the seed."""
    return frozenset(
        xxhash.xxh32_intdigest(halves[band * _BAND_BYTES : (band + 1) * _BAND_BYTES], seed=band)
        for band in range(BANDS)
    )


def estimate(a: bytes, b: bytes) -> float:
    """The Jaccard similarity of the sets behind two packed signatures, within some 0.04."""
    shared: int = sum(map(eq, array("H", a), array("H", b)))
    return shared / PERMUTATIONS
