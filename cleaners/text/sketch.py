"""The sets and signatures that texts are compared by, made once when a page is cleaned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleaners.text.minhash import signature
from cleaners.text.shingles import count_shared, mix_bits, shingles_from_tokens, token_hashes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleaners.text.shingles import Hashes, Tokens

_WORDS_BEFORE_FIGURE = (
    2  # words before a figure that say what it is a figure of; one more follows it
)


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """The figures of a text, each known by the words around it: sorted hashes, each once.

    `places` are those words, `values` the same words together with the figure.
    """

    places: Hashes
    values: Hashes


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """How alike two texts are, 0 to 1: by Jaccard, and how much of the smaller is in the larger.

    `ratio` is the size of the smaller to that of the larger. Of the figures that both give in the
    same words, `figures` counts all and `agreeing` those that are equal.
    """

    jaccard: float
    containment: float
    ratio: float
    figures: int
    agreeing: int


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """The sets that decide exactly how alike two texts are."""

    shingles: Hashes
    figures: Figures

    @classmethod
    def of(cls, text: str) -> Text:
        """Cut a text into its sets."""
        return cls._of(token_hashes(text))

    @classmethod
    def _of(cls, tokens: Tokens) -> Text:
        return cls(shingles_from_tokens(tokens.hashes), figures_of(tokens))

    def likeness(self, other: Text) -> Likeness:
        """Compare with another text."""
        both = count_shared(self.shingles, other.shingles)
        small, large = sorted((len(self.shingles), len(other.shingles)))
        return Likeness(
            jaccard=both / (small + large - both) if both else 0.0,
            containment=both / small if both else 0.0,
            ratio=small / large if large else 0.0,
            figures=count_shared(self.figures.places, other.figures.places),
            agreeing=count_shared(self.figures.values, other.figures.values),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """A text as the duplicate index takes it in.

    Texts of one `digest`, a signed 64-bit number, are the same to the letter: capitals and
    punctuation tell names.
    `signature` is that of the shingles, `figures` that of the figures with the words around them.
    """

    n_words: int
    digest: int
    text: Text
    signature: bytes
    figures: bytes

    @classmethod
    def of(cls, text: str) -> Sketch:
        """Sketch a text."""
        tokens = token_hashes(text)
        made = Text._of(tokens)
        return cls(
            n_words=len(tokens.hashes),
            digest=_digest(text),
            text=made,
            signature=signature(made.shingles),
            figures=signature(made.figures.values),
        )


def figures_of(tokens: Tokens) -> Figures:
    """The figures of a text: “12.5” is one, and so is “3,200”."""
    import numpy as np

    numeric = np.flatnonzero(tokens.numeric)
    if not len(numeric):
        return Figures(tokens.hashes[:0], tokens.hashes[:0])
    # A figure beside a figure says nothing of it, nor does the end of the text.
    words = np.concatenate(
        (_zeros(_WORDS_BEFORE_FIGURE), np.where(tokens.numeric, 0, tokens.hashes), _zeros(1))
    )
    first = np.flatnonzero(np.diff(numeric, prepend=-2) > 1)
    starts = numeric[first]
    ends = numeric[np.append(first[1:], len(numeric)) - 1] + 1
    places = mix_bits(
        words[starts] * np.uint64(3)
        + words[starts + 1] * np.uint64(5)
        + words[ends + _WORDS_BEFORE_FIGURE]
    )
    nth = np.arange(len(numeric)) - np.repeat(first, np.diff(first, append=len(numeric)))
    digits = tokens.hashes[numeric] * (2 * nth.astype(np.uint64) + np.uint64(1))
    places, index = np.unique(places, return_index=True)
    values = mix_bits(places + np.add.reduceat(digits, first)[index])
    return Figures(places, np.unique(values))


def _zeros(length: int) -> NDArray[np.uint64]:
    import numpy as np

    return np.zeros(length, dtype=np.uint64)


def _digest(text: str) -> int:
    import xxhash

    digest = xxhash.xxh3_64_digest(text.encode("utf-8", "surrogatepass"))
    return int.from_bytes(digest, "big", signed=True)
