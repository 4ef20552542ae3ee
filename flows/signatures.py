"""presswash's MinHash signatures as datasketch objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datasketch import MinHash


def minhash(text: str) -> MinHash:
    """The datasketch MinHash of a text's shingles, with presswash's parameters."""
    import numpy as np
    from datasketch import MinHash

    from cleaners.text.minhash import PERMUTATIONS
    from cleaners.text.sketch import Sketch

    minima = np.frombuffer(Sketch.of(text).signature, dtype="<u4")
    return MinHash(num_perm=PERMUTATIONS, seed=1, scheme="affine32", hashvalues=minima)
