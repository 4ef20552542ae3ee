"""The words of a page, found for all blocks at once, and the function words among them.

A word is a run of letters, digits and combining marks in lower case. The lists of function words
are the most frequent words of Wikipedia by language as jusText ships them (BSD licence), cut to
their first 150 words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np

from cleaners.classifier import chars

if TYPE_CHECKING:
    from numpy.typing import NDArray

_VOTERS = 8  # words in a block that has a say in what language the page is in
_WORD_CLASSES = (
    chars.LOWER,
    chars.UPPER,
    chars.DIGIT,
    chars.UNCASED,
    chars.MARK,
    chars.DENSE,
    chars.DENSE_FUNCTION,
)
_IN_WORD = np.isin(np.arange(256) % chars.CLASSES, _WORD_CLASSES)


@dataclass(frozen=True, slots=True)
class WordTable:
    """Every listed word's number (0 is no word), and by number: the languages in which it is a function
    word (numbers x languages, 0 or 1).
    """

    number: dict[str, int]
    spoken: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PageWords:
    """A page's words in lower case, in order: block `i` has those from `first[i]` up to `end[i]`."""

    flat: list[str]
    first: NDArray[np.intp]
    end: NDArray[np.intp]

    def owners(self) -> NDArray[np.intp]:
        """For each word the block that it is in."""
        return np.repeat(np.arange(len(self.first)), self.end - self.first)


@cache
def function_words() -> WordTable:
    """The function words of all languages."""
    path = files("cleaners") / "data" / "function_words.json"
    raw: dict[str, str] = json.loads(path.read_text("utf-8"))
    del raw["about"]
    number: dict[str, int] = {}
    pairs = []
    for language, words in enumerate(raw.values()):
        for word in words.split(" "):
            pairs.append((number.setdefault(word, len(number) + 1), language))
    spoken = np.zeros((len(number) + 1, len(raw)), dtype=np.float32)
    at = np.array(pairs)
    spoken[at[:, 0], at[:, 1]] = 1
    return WordTable(number, spoken)


def page_words(
    codes: NDArray[np.uint32], coded: NDArray[np.uint8], starts: NDArray[np.intp]
) -> PageWords:
    """The words of lines of text: its code points, their classes, and where each line starts."""
    inside = _IN_WORD[coded]
    opens = inside.copy()
    opens[1:] &= ~inside[:-1]
    counts = np.add.reduceat(opens, starts, dtype=np.intp)
    end = np.cumsum(counts)
    # Planes above the basic one are folded into one code; they are no letters here.
    flat = np.where(inside, codes, 32).astype("<u4").tobytes().decode("utf-32-le").lower().split()
    return PageWords(flat, end - counts, end)


def split_lines(lines: list[str]) -> list[list[str]]:
    """The words of each line, none of them empty.

    >>> split_lines(["Don’t miss: “Top 10”", "e-mail"])
    [['don', 't', 'miss', 'top', '10'], ['e', 'mail']]
    """
    if not lines:
        return []
    codes = chars.code_points("\n".join([*lines, ""]))
    starts = np.cumsum([0, *(len(line) + 1 for line in lines[:-1])], dtype=np.intp)
    words = page_words(codes, chars.table()[codes], starts)
    return [words.flat[a:b] for a, b in zip(words.first.tolist(), words.end.tolist(), strict=True)]


def function_counts(
    words: PageWords, numbers: NDArray[np.intp], spoken: NDArray[np.float32]
) -> NDArray[np.float32]:
    """How many function words each block has, of the language that most of the page is in.

    The language is the one whose function words are commonest in the longer blocks, so that a menu
    in another language than the article's does not decide.
    """
    blocks = len(words.first)
    listed = np.flatnonzero((numbers > 0) & (numbers < len(spoken)))
    if not len(listed):
        return np.zeros(blocks, dtype=np.float32)
    numbers, owner = numbers[listed], words.owners()[listed]
    voters = ((words.end - words.first) >= _VOTERS)[owner]
    counts = np.bincount(numbers[voters] if voters.any() else numbers, minlength=len(spoken))
    found = np.flatnonzero(counts)
    language = int(np.argmax(counts[found].astype(np.float32) @ spoken[found]))
    return np.bincount(owner, spoken[numbers, language], minlength=blocks).astype(np.float32)


def numbers_of(words: PageWords, number: dict[str, int]) -> NDArray[np.intp]:
    """Each word's number in a table, 0 where it is not listed."""
    return np.fromiter(map(number.get, words.flat, repeat(0)), dtype=np.intp, count=len(words.flat))
