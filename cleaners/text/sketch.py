"""Computes the sketch of a text, by which the duplicate index finds similar texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleaners.text.minhash import signature
from cleaners.text.shingles import mix_bits, shingles_from_tokens, sorted_distinct, token_hashes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleaners.text.shingles import Hashes, Tokens

# Words before a figure that are hashed with it. The word after it is hashed too.
_WORDS_BEFORE_FIGURE = 2


@dataclass(frozen=True, slots=True)
class Sketch:
    """The summary of a text that the duplicate index stores; made once when a page is cleaned.

    `digest` is a signed 64-bit hash of the exact text, with capitals and punctuation. `signature`
    is the MinHash signature of the shingles, and `figures` that of the figures with the words
    around them.
    """

    n_words: int
    digest: int
    n_shingles: int
    n_figures: int
    signature: bytes
    figures: bytes

    @classmethod
    def of(cls, text: str) -> Sketch:
        """Sketch a text."""
        tokens = token_hashes(text)
        shingles = shingles_from_tokens(tokens.hashes)
        figures = figure_hashes(tokens)
        return cls(
            n_words=len(tokens.hashes),
            digest=_digest(text),
            n_shingles=len(shingles),
            n_figures=len(figures),
            signature=signature(shingles),
            figures=signature(figures),
        )


def figure_hashes(tokens: Tokens) -> Hashes:
    """The sorted, distinct hashes of a text's figures, each with the words around it.

    “12.5” is a single figure, and so is “3,200”.
    """
    import numpy as np

    numeric = tokens.numeric.nonzero()[0]
    if not len(numeric):
        return tokens.hashes[:0]
    # A neighbour that is a figure itself, or beyond the end of the text, counts as 0.
    words = np.concatenate(
        (_zeros(_WORDS_BEFORE_FIGURE), np.where(tokens.numeric, 0, tokens.hashes), _zeros(1))
    )
    opens = np.append(True, numeric[1:] - numeric[:-1] > 1)
    first = opens.nonzero()[0]
    starts = numeric[first]
    ends = numeric[np.append(first[1:], len(numeric)) - 1] + 1
    places = mix_bits(
        words[starts] * np.uint64(3)
        + words[starts + 1] * np.uint64(5)
        + words[ends + _WORDS_BEFORE_FIGURE]
    )
    nth = np.arange(len(numeric)) - first[opens.cumsum() - 1]
    digits = tokens.hashes[numeric] * (2 * nth.astype(np.uint64) + np.uint64(1))
    # Of figures between the same words, the first counts.
    order = places.argsort(kind="stable")
    places = places[order]
    once = np.append(True, places[1:] != places[:-1])
    figures = np.add.reduceat(digits, first)[order[once]]
    return sorted_distinct(mix_bits(places[once] + figures))


def _zeros(length: int) -> NDArray[np.uint64]:
    import numpy as np

    return np.zeros(length, dtype=np.uint64)


def _digest(text: str) -> int:
    import xxhash

    digest = xxhash.xxh3_64_digest(text.encode("utf-8", "surrogatepass"))
    return int.from_bytes(digest, "big", signed=True)
