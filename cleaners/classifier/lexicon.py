"""Computes features from the boilerplate phrases and words of all reasons at once.

The tables are those of the rules in `cleaners/rules`; here they only give features to the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from cleaners.classifier.words import function_words, words_of_entries
from cleaners.reasons import Reason
from cleaners.rules.wordlists import wordlist_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from cleaners.classifier.words import PageWords

LEXICON_REASONS = (
    "advert",
    "byline",
    "caption",
    "comment",
    "date",
    "navigation",
    "related",
    "share",
)
MAX_PHRASE_WORDS = 6
_MAX_SHORT_LINE_WORDS = 12

LEXICON_FEATURES: tuple[str, ...] = (
    *(f"says_{r}" for r in LEXICON_REASONS), *(f"share_{r}" for r in LEXICON_REASONS), "says_any", "share_any",
)  # fmt: skip

# The bits of each bit set over `LEXICON_REASONS` (256 x reasons).
_REASON_BITS = np.unpackbits(
    np.arange(256, dtype=np.uint8)[:, None], axis=1, count=len(LEXICON_REASONS), bitorder="little"
)
_REASON_FLAGS = _REASON_BITS.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases and words of all reasons, numbered together with the function words.

    `number` maps words to numbers; function words come first. By number, `function_languages` has
    the languages of a function word, `reason_bits` the reasons that list the word (a bit set over
    `LEXICON_REASONS`), and `max_phrase_words` the length of the longest phrase that starts with it.
    `phrases` and `opening_phrases` (which may start a line) map phrases to bit sets of reasons.
    `phrase_starts` are the first two words of all longer phrases.
    """

    number: dict[str, int]
    function_languages: NDArray[np.float32]
    reason_bits: NDArray[np.uint8]
    max_phrase_words: NDArray[np.uint8]
    phrases: dict[tuple[str, ...], int]
    opening_phrases: dict[tuple[str, ...], int]
    phrase_starts: frozenset[tuple[str, ...]]

    def features(self, words: PageWords, numbers: NDArray[np.intp]) -> NDArray[np.float32]:
        """The features `LEXICON_FEATURES` of every block (features x blocks).

        For each reason: 1 if the block is a phrase, 0.5 if it starts with one. Then for each reason
        the share of a short block's words that are listed. Then the maximum of each group.
        """
        count, blocks = len(LEXICON_REASONS), len(words.first)
        features = np.zeros((2 * count + 2, blocks), dtype=np.float32)
        says, shares = features[:count], features[count : 2 * count]
        self._phrases(words, numbers, says)
        hits = self.reason_bits[numbers].nonzero()[0]
        owner = words.owner[hits]
        short = words.sizes[owner] <= _MAX_SHORT_LINE_WORDS
        hit, reason = _REASON_BITS[self.reason_bits[numbers[hits[short]]]].nonzero()
        listed = np.bincount(reason * blocks + owner[short][hit], minlength=count * blocks)
        np.divide(
            listed.reshape(count, blocks),
            np.maximum(words.sizes, 1),
            out=shares,
            casting="same_kind",
        )
        says.max(axis=0, out=features[-2])
        shares.max(axis=0, out=features[-1])
        return features

    def _phrases(
        self, words: PageWords, numbers: NDArray[np.intp], says: NDArray[np.float32]
    ) -> None:
        """Writes to `says` 1 if a block is a phrase of a reason, 0.5 if it starts with one."""
        spoken = words.sizes.nonzero()[0]
        longest = self.max_phrase_words[numbers[words.first[spoken]]]
        opened, longest = spoken[longest > 0], longest[longest > 0]
        half = np.zeros(len(words.first), dtype=np.uint8)
        one = np.zeros_like(half)
        flat, pairs, opening, whole = (
            words.words,
            self.phrase_starts,
            self.opening_phrases,
            self.phrases,
        )
        spans = zip(
            opened.tolist(),
            words.first[opened].tolist(),
            words.end[opened].tolist(),
            longest.tolist(),
            strict=True,
        )
        for block, start, end, most in spans:
            if end - start > 1 and (flat[start], flat[start + 1]) not in pairs:
                half[block] = opening.get((flat[start],), 0)
                continue
            key = tuple(flat[start : min(end, start + most)])
            if end - start <= most:
                one[block] = whole.get(key, 0)
            while key and key not in opening:
                key = key[:-1]
            if key:
                half[block] = opening[key]
        np.maximum(_REASON_FLAGS[half] / 2, _REASON_FLAGS[one], out=says.T)


def build_lexicon(tables: Iterable[tuple[str, Sequence[str], Sequence[str]]]) -> Lexicon:
    """A lexicon from (reason, phrases, words); a phrase that ends in `$` only matches whole lines."""
    whole: dict[tuple[str, ...], int] = {}
    opening: dict[tuple[str, ...], int] = {}
    single: dict[str, int] = {}
    for reason, phrases, words in tables:
        bit = 1 << LEXICON_REASONS.index(reason)
        for phrase, key in zip(phrases, words_of_entries(phrases), strict=True):
            if 0 < len(key) <= MAX_PHRASE_WORDS:
                whole[key] = whole.get(key, 0) | bit
                if not phrase.endswith("$"):
                    opening[key] = opening.get(key, 0) | bit
        for key in words_of_entries(words):
            if len(key) == 1:
                single[key[0]] = single.get(key[0], 0) | bit
    longest = _longest_phrases(whole)
    known = function_words()
    number = dict(known.number)
    for word in (*single, *longest):
        number.setdefault(word, len(number) + 1)
    by_number = np.zeros((2, len(number) + 1), dtype=np.uint8)
    for row, values in zip(by_number, (single, longest), strict=True):
        row[[number[word] for word in values]] = list(values.values())
    return Lexicon(
        number,
        known.languages,
        by_number[0],
        by_number[1],
        whole,
        opening,
        frozenset(key[:2] for key in whole if len(key) > 1),
    )


def _longest_phrases(phrases: Iterable[tuple[str, ...]]) -> dict[str, int]:
    """The number of words of the longest phrase that starts with a word, by that word."""
    longest: dict[str, int] = {}
    for words in phrases:
        if len(words) > longest.get(words[0], 0):
            longest[words[0]] = len(words)
    return longest


@cache
def shipped_lexicon() -> Lexicon:
    """The lexicon from the tables in `data/`; built once."""
    return build_lexicon(
        (
            reason,
            [phrase for table in tables for phrase in table.get("phrases", ())],
            [word for table in tables for word in table.get("words", ())],
        )
        for reason in LEXICON_REASONS
        for tables in [wordlist_tables(Reason(reason)).values()]
    )
