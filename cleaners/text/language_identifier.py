"""Identifies the language of a text by its byte n-grams, with the model of py3langid.

The model is naive Bayes (Lui and Baldwin, "langid.py: an off-the-shelf language identification
tool", 2012). An Aho-Corasick automaton finds the n-grams. py3langid moves through it byte by byte.
Here it starts at many places of a text at once, because its state depends on the last bytes only.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LANGUAGES_FILE = "languages.npz"  # made by `flows.training.languages`
PACKED_ARRAYS = ("odds", "moves", "rows", "ngrams")  # those that the file has as zstd frames
LONGEST_NGRAM = 6  # bytes that the automaton's state depends on
LOG_ODDS_UNIT = 2.0**-9
BYTES = 256
_STARTS = 256  # places where the automaton starts in a long text


@dataclass(frozen=True, slots=True, eq=False)
class LanguageIdentifier:
    """The automaton and the odds of the n-grams in each language.

    The automaton goes from state `s` with byte `b` to `moves[row_starts[s] + b]`. In state `s` it
    finds the n-gram `ngrams[s]`, or none if that is -1. `prior` are log-probabilities. Those of the
    n-grams are `odds` (n-grams x languages) above those of `least`, in units of `LOG_ODDS_UNIT`.
    `aliases` are pairs of columns that are one language.
    """

    languages: list[str]
    prior: NDArray[np.float32]
    least: NDArray[np.float32]
    odds: NDArray[np.int16]
    moves: NDArray[np.int32]
    row_starts: NDArray[np.intp]
    ngrams: NDArray[np.int32]
    aliases: list[tuple[int, int]]

    def classify(self, text: str) -> tuple[str, float]:
        """The most likely language, as py3langid names it, and its probability."""
        import numpy as np

        normal = unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
        data = normal.encode("utf-8", "surrogatepass")
        found, counts = self._count_ngrams(data)
        weights = np.log1p(counts.astype(np.float32)) * np.float32(LOG_ODDS_UNIT)
        scores = weights @ self.odds.take(found, axis=0).astype(np.float32)
        if len(found):
            scores += weights.sum() * self.least + self.prior
        # The root of the length keeps the probabilities calibrated.
        odds = np.exp((scores - scores.max()) / np.float32(sqrt(len(data) or 1)))
        odds /= odds.sum()
        for first, alias in self.aliases:
            odds[first] += odds[alias]
            odds[alias] = 0
        best = int(odds.argmax())
        return self.languages[best], float(odds[best])

    def _count_ngrams(self, data: bytes) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
        """The numbers of the n-grams of a text, and how often each occurs."""
        import numpy as np

        run = -(-len(data) // _STARTS) or 1
        before = LONGEST_NGRAM - 1  # bytes read ahead of each run, to reach its first state
        starts = np.arange(0, len(data), run)
        padded = np.zeros(before + len(starts) * run, dtype=np.uint8)
        padded[before : before + len(data)] = np.frombuffer(data, dtype=np.uint8)
        steps = padded.take(starts + np.arange(before + run)[:, None])
        states = np.zeros((before + run, len(starts)), dtype=np.int32)
        state = np.zeros(len(starts), dtype=np.int32)
        for step, reached in zip(steps, states, strict=True):
            state = self.moves.take(self.row_starts.take(state) + step)
            reached[:] = state
        found = self.ngrams.take(states[before:].T.ravel()[: len(data)])
        found = np.sort(found[found >= 0])
        starts = np.flatnonzero(np.diff(found, prepend=-1))
        return found[starts], np.diff(starts, append=len(found))


@cache
def shipped_identifier() -> LanguageIdentifier:
    """The identifier that the package ships; loaded once, in a tenth of a second."""
    import numpy as np
    from zstandard import ZstdDecompressor

    with (files("cleaners") / "data" / LANGUAGES_FILE).open("rb") as file, np.load(file) as loaded:
        held = {name: loaded[name] for name in loaded.files}
    flat = {name: ZstdDecompressor().decompress(held[name]) for name in PACKED_ARRAYS}
    languages = held["languages"].tolist()
    return LanguageIdentifier(
        languages,
        held["prior"],
        held["least"],
        np.frombuffer(flat["odds"], dtype="<i2").reshape(-1, len(languages)),
        np.frombuffer(flat["moves"], dtype="<i4"),
        np.frombuffer(flat["rows"], dtype="<u2").astype(np.intp) * BYTES,
        np.frombuffer(flat["ngrams"], dtype="<i4"),
        [(languages.index(code), i) for i, code in enumerate(languages) if code in languages[:i]],
    )
