"""Packs MinHash signatures for storage, and derives the band keys that find similar texts.

Banding follows Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets" (2014), section 3.4.
Each band has a single minimum, so that it also finds pairs that share only a third of their
shingles, such as a page and its edited half. Only the low byte of the other minima is stored, after
Li and König, "b-Bit Minwise Hashing" (2010): two different minima agree in their low byte by chance
once in 256 times.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cleaners.text.minhash import PERMUTATIONS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# With 32 bands of one row, two texts that share a tenth of their shingles have no common band, and
# so miss each other, once in 30 times.
BANDS = 32
ROWS = 1

_SIGNATURE_BYTES = 4 * PERMUTATIONS
_HIGH_BYTES = 3 * BANDS
# A text's numbers ("figures") have a signature of their own. The low bytes of this many of its
# minima are stored.
_FIGURE_MINIMA = 16
_MAX_FIGURE_COUNT = 255
_FIRST_FIGURE = PERMUTATIONS + _HIGH_BYTES + 1
PACKED_BYTES = _FIRST_FIGURE + _FIGURE_MINIMA


def pack_signatures(signature: bytes, figures: bytes, n_figures: int) -> bytes:
    r"""Pack the shingle signature and the number signature of a page into one short record.

    The record holds the low byte of each little-endian 32-bit minimum; the three high bytes of each
    minimum that makes a band; how many numbers the page has, at most 255; and the low bytes of 16
    minima of the number signature.

    >>> pack_signatures(bytes([1, 2, 3, 4]) * 128, bytes(512), 7)[126:131]
    b'\x01\x01\x02\x03\x04'

    Raises ValueError if `signature` has the wrong length.
    """
    if len(signature) != _SIGNATURE_BYTES:
        raise ValueError(f"a signature has {_SIGNATURE_BYTES} bytes, not {len(signature)}")
    high = bytearray(_HIGH_BYTES)
    for byte in (1, 2, 3):
        high[byte - 1 :: 3] = signature[byte : 4 * BANDS : 4]
    of_figures = bytes((min(n_figures, _MAX_FIGURE_COUNT), *figures[0 : 4 * _FIGURE_MINIMA : 4]))
    return signature[0::4] + bytes(high) + of_figures


def band_keys(signatures: Sequence[bytes]) -> list[list[int]]:
    """The band keys of each packed signature: one unsigned 32-bit number for each band."""
    import numpy as np

    table = _signature_matrix(signatures)
    high = (
        table[:, PERMUTATIONS : PERMUTATIONS + _HIGH_BYTES]
        .reshape(len(table), BANDS, 3)
        .astype(np.uint32)
    )
    minima = table[:, :BANDS].astype(np.uint32)
    for byte in range(3):
        minima |= high[:, :, byte] << np.uint32(8 * (byte + 1))
    # Long texts have small minima. Hashing them spreads the keys over all 32-bit numbers, so that
    # the keys of different bands rarely coincide.
    band: NDArray[np.uint32] = np.arange(BANDS, dtype=np.uint32)
    keys: NDArray[np.uint32] = np.multiply(minima + band, np.uint32(0x9E3779B1), dtype=np.uint32)
    keys = (keys ^ (keys >> np.uint32(15))) * np.uint32(0x85EBCA6B) ^ (band << np.uint32(27))
    found: list[list[int]] = keys.tolist()
    return found


def estimated_similarities(one: bytes, others: Sequence[bytes]) -> list[float]:
    """Estimate the Jaccard similarity of one packed signature with each of the others.

    The standard error is about 0.04.
    """
    import numpy as np

    ours = np.frombuffer(one, dtype=np.uint8)[:PERMUTATIONS]
    same = np.count_nonzero(_signature_matrix(others)[:, :PERMUTATIONS] == ours, axis=1)
    found: list[float] = (same / PERMUTATIONS).tolist()
    return found


def figures_in_common(one: bytes, others: Sequence[bytes]) -> list[tuple[int, int]]:
    """Compare the numbers of one page with those of each other page.

    Returns pairs: how many numbers the page with fewer has, and how many of 16 minima agree.
    """
    import numpy as np

    ours = np.frombuffer(one, dtype=np.uint8)[_FIRST_FIGURE - 1 :]
    theirs = _signature_matrix(others)[:, _FIRST_FIGURE - 1 :]
    fewer = np.minimum(theirs[:, 0], ours[0])
    same = np.count_nonzero(theirs[:, 1:] == ours[1:], axis=1)
    return list(zip(fewer.tolist(), same.tolist(), strict=True))


def _signature_matrix(signatures: Sequence[bytes]) -> NDArray[np.uint8]:
    import numpy as np

    together = np.frombuffer(b"".join(signatures), dtype=np.uint8)
    return together.reshape(len(signatures), PACKED_BYTES)
