"""Which blocks are worded as chrome: one look-up for the phrases and words of every reason at once.

Built from the same tables as the cleaners of single reasons; here they only give the model facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from cleaners.classifier.words import function_words, split_lines
from cleaners.model import Reason
from cleaners.vocabulary import tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from cleaners.classifier.words import PageWords

REASONS = ("advert", "byline", "caption", "comment", "date", "navigation", "related", "share")
LONGEST = 6
_SHORT_LINE = 12

LEXICON_FACTS: tuple[str, ...] = (
    *(f"says_{r}" for r in REASONS), *(f"share_{r}" for r in REASONS), "says_any", "share_any",
)  # fmt: skip

_ONES = tuple(
    tuple(r for r in range(len(REASONS)) if bits >> r & 1) for bits in range(1 << len(REASONS))
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases and words of all reasons, numbered together with the function words.

    `number` is each word's number; by number, `spoken` tells the languages of function words (which
    come first), `held` the reasons whose lists a word is on (a bit set over `REASONS`), and `longest`
    how many words the longest phrase has that starts with it. `whole` and `opening` are phrases, with
    their reasons as a bit set; `pairs` are the first two words of the longer ones.
    """

    number: dict[str, int]
    spoken: NDArray[np.float32]
    held: NDArray[np.uint8]
    longest: NDArray[np.uint8]
    whole: dict[tuple[str, ...], int]
    opening: dict[tuple[str, ...], int]
    pairs: frozenset[tuple[str, str]]

    def facts(self, words: PageWords, numbers: NDArray[np.intp]) -> NDArray[np.float32]:
        """For each block 1 where it is a phrase, 0.5 where it opens with one, by reason; then the
        share of its words that the reason lists, where it is short; then the largest of each.
        """
        count = len(REASONS)
        blocks = len(words.first)
        facts = np.zeros((blocks, 2 * count + 2), dtype=np.float32)
        sizes = words.end - words.first
        spoken = np.flatnonzero(sizes)
        room = self.longest[numbers[words.first[spoken]]]
        for block in spoken[room > 0].tolist():
            self._phrases(
                words.flat[words.first[block] : words.end[block]][: LONGEST + 1], facts[block]
            )
        bits = self.held[numbers]
        hits = np.flatnonzero(bits)
        if len(hits):
            owner = words.owners()[hits]
            short = sizes[owner] <= _SHORT_LINE
            owner, held = owner[short], bits[hits[short]]
            for reason in range(count):
                listed = owner[(held >> np.uint8(reason)) & 1 == 1]
                facts[:, count + reason] = np.bincount(listed, minlength=blocks) / np.maximum(
                    sizes, 1
                )
        facts[:, -2] = facts[:, :count].max(axis=1)
        facts[:, -1] = facts[:, count : 2 * count].max(axis=1)
        return facts

    def _phrases(self, words: list[str], row: NDArray[np.float32]) -> None:
        if len(words) > 1 and (words[0], words[1]) not in self.pairs:
            for reason in _ONES[self.opening.get((words[0],), 0)]:
                row[reason] = 0.5
            return
        key = tuple(words)
        for reason in _ONES[self.whole.get(key, 0)]:
            row[reason] = 1
        for size in range(len(key), 0, -1):
            bits = self.opening.get(key[:size])
            if bits:
                for reason in _ONES[bits]:
                    row[reason] = max(row[reason], 0.5)
                return


def lexicon_of(tables: Iterable[tuple[str, Iterable[str], Iterable[str]]]) -> Lexicon:
    """A lexicon from (reason, phrases, words); a phrase that ends in `$` is a whole line, others may open one."""
    entries: list[tuple[str, int, bool, bool]] = []
    for reason, phrases, words in tables:
        bit = 1 << REASONS.index(reason)
        entries += [(phrase, bit, True, not phrase.endswith("$")) for phrase in phrases]
        entries += [(word, bit, False, False) for word in words]
    keys = [
        tuple(words) for words in split_lines([entry[0].replace("\n", " ") for entry in entries])
    ]
    known = function_words()
    number = dict(known.number)
    whole: dict[tuple[str, ...], int] = {}
    opening: dict[tuple[str, ...], int] = {}
    single: dict[int, int] = {}
    longest: dict[int, int] = {}
    for key, (_, bit, is_phrase, opens) in zip(keys, entries, strict=True):
        if is_phrase and 0 < len(key) <= LONGEST:
            whole[key] = whole.get(key, 0) | bit
            if opens:
                opening[key] = opening.get(key, 0) | bit
            at = number.setdefault(key[0], len(number) + 1)
            longest[at] = max(longest.get(at, 0), len(key))
        elif not is_phrase and len(key) == 1:
            at = number.setdefault(key[0], len(number) + 1)
            single[at] = single.get(at, 0) | bit
    by_number = np.zeros((2, len(number) + 1), dtype=np.uint8)
    by_number[0, list(single)] = list(single.values())
    by_number[1, list(longest)] = list(longest.values())
    return Lexicon(
        number,
        known.spoken,
        by_number[0],
        by_number[1],
        whole,
        opening,
        frozenset((k[0], k[1]) for k in whole if len(k) > 1),
    )


@cache
def lexicon() -> Lexicon:
    """The lexicon of the tables in `data/`, made once."""
    return lexicon_of(
        (reason, table.get("phrases", ()), table.get("words", ()))
        for reason in REASONS
        for table in tables(Reason(reason)).values()
    )
