"""Finds the words of all blocks of a page at once, and counts function words.

A word is a run of letters, digits and combining marks, in lower case. The function words of a
language are the 150 most frequent words of its Wikipedia, from the lists of jusText (BSD licence).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from cleaners.classifier.char_features import (
    Characters,
    lower_words,
    read_characters,
    word_starts,
)
from cleaners.rules.wordlists import END_MARKS

_MIN_VOTER_WORDS = 8  # shorter blocks don't count in the choice of the page's language


@dataclass(frozen=True, slots=True)
class WordTable:
    """The number of each function word (0 is no word), and its languages.

    `languages` is numbers x languages, with 1 if the word is a function word of the language.
    """

    number: dict[str, int]
    languages: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PageWords:
    """A page's words in lower case, in order; block `i` has `words[first[i]:end[i]]`.

    `owner` is the block of each word, and `sizes` the number of words of each block.
    """

    words: list[str]
    first: NDArray[np.intp]
    end: NDArray[np.intp]
    sizes: NDArray[np.intp]
    owner: NDArray[np.intp]


@cache
def function_words() -> WordTable:
    """The function words of all languages."""
    path = files("cleaners") / "data" / "function_words.json"
    raw: dict[str, str] = json.loads(path.read_text("utf-8"))
    del raw["about"]
    number: dict[str, int] = {}
    pairs = [
        (number.setdefault(word, len(number) + 1), language)
        for language, words in enumerate(raw.values())
        for word in words.split(" ")
    ]
    spoken = np.zeros((len(number) + 1, len(raw)), dtype=np.float32)
    at = np.array(pairs)
    spoken[at[:, 0], at[:, 1]] = 1
    return WordTable(number, spoken)


def page_words(text: Characters) -> PageWords:
    """The words of lines of text."""
    owner = text.owner.take(word_starts(text.coded))
    sizes = np.bincount(owner, minlength=len(text.starts))
    end = sizes.cumsum()
    return PageWords(lower_words(text.codes).split(), end - sizes, end, sizes, owner)


def words_by_line(lines: Sequence[str]) -> list[list[str]]:
    """The words of each line; a line must not have line feeds.

    >>> words_by_line(["Don’t miss: “Top 10”", "e-mail"])
    [['don', 't', 'miss', 'top', '10'], ['e', 'mail']]
    """
    if not lines:
        return []
    words = page_words(read_characters(lines))
    return [words.words[a:b] for a, b in zip(words.first.tolist(), words.end.tolist(), strict=True)]


def words_of_entries(entries: Sequence[str]) -> list[tuple[str, ...]]:
    """The words of each entry of a word list, as `words_by_line` finds them.

    Most entries have only letters and blanks before an end mark: those need no look at each letter.

    >>> words_of_entries(["read also:", "e-mail$"])
    [('read', 'also'), ('e', 'mail')]
    """
    bare = [entry.rstrip(END_MARKS) for entry in entries]
    plain = [entry.replace(" ", "").isalpha() for entry in bare]
    others = iter(
        words_by_line([e.replace("\n", " ") for e, p in zip(bare, plain, strict=True) if not p])
    )
    return [
        tuple(entry.lower().split() if is_plain else next(others))
        for entry, is_plain in zip(bare, plain, strict=True)
    ]


def words_in(text: str) -> list[str]:
    """The words of a text, which may have line feeds."""
    return words_by_line([text.replace("\n", " ")])[0]


def function_counts(
    words: PageWords, numbers: NDArray[np.intp], languages: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The number of function words of the page's language in each block.

    The page's language is the one with the most function words in the longer blocks, so that a menu
    in another language doesn't count.
    """
    blocks = len(words.first)
    listed = ((numbers > 0) & (numbers < len(languages))).nonzero()[0]
    if not len(listed):
        return np.zeros(blocks, dtype=np.float32)
    numbers, owner = numbers[listed], words.owner[listed]
    voters = (words.sizes >= _MIN_VOTER_WORDS)[owner]
    counts = np.bincount(numbers[voters] if voters.any() else numbers, minlength=len(languages))
    found = counts.nonzero()[0]
    language = int((counts[found].astype(np.float32) @ languages[found]).argmax())
    return np.bincount(owner, languages[numbers, language], minlength=blocks).astype(np.float32)


def word_numbers(words: Sequence[str], number: dict[str, int]) -> NDArray[np.intp]:
    """Each word's number in a table; 0 if it isn't listed."""
    return np.fromiter(map(number.get, words, repeat(0)), dtype=np.intp, count=len(words))
