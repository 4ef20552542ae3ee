"""Turns words of each block, and class names around it, into hashes for the network to learn from.

This is the hashing trick of Weinberger et al., "Feature hashing for large scale multitask learning"
(2009): a word's number is its hash, so that all languages work without a stored vocabulary.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from cleaners.blocks.attribute_words import attribute_words

if TYPE_CHECKING:
    from cleaners.blocks.raw import RawPage
    from cleaners.classifier.words import PageWords

N_TEXT_HASHES, N_LABEL_HASHES = 2048, 1024
N_HASHES = N_TEXT_HASHES + N_LABEL_HASHES + 1  # 0 stands for no word
_FIRST_WORDS, _LAST_WORDS = 6, 2  # words at the start and at the end of a block that are used
_TEXT_WORDS = _FIRST_WORDS + _LAST_WORDS
_LABEL_WORDS = 8  # words from class and id of the innermost elements around a block
_ELEMENTS_AROUND = 3
_MAX_LABEL_CHARS = 300  # the rest of a label is ignored
WORDS_PER_BLOCK = _TEXT_WORDS + _LABEL_WORDS
_NO_LABELS = (0,) * _LABEL_WORDS


@lru_cache(65536)
def _label_hashes(label: str) -> tuple[int, ...]:
    words = dict.fromkeys(word for word in attribute_words(label) if len(word) > 1)
    return tuple(1 + N_TEXT_HASHES + crc32(word.encode()) % N_LABEL_HASHES for word in words)


def hashed_words(page: RawPage, words: PageWords) -> NDArray[np.int16]:
    """For each block the hashes of its words and of the class names around it; 0 is no word.

    The result is blocks x `WORDS_PER_BLOCK`.
    """
    numbers = np.zeros((len(page.blocks), WORDS_PER_BLOCK), dtype=np.int16)
    numbers[:, :_TEXT_WORDS] = _text_numbers(words)
    if page.is_html:
        homes = [block.container for block in page.blocks]
        around = {home: _label_numbers(_labels_around(page, home)) for home in {*homes}}
        flat = chain.from_iterable(map(around.__getitem__, homes))
        labels = np.fromiter(flat, dtype=np.int16, count=len(homes) * _LABEL_WORDS)
        numbers[:, _TEXT_WORDS:] = labels.reshape(len(homes), _LABEL_WORDS)
    return numbers


def _text_numbers(words: PageWords) -> NDArray[np.int16]:
    """The hashes of the first and the last words of each block."""
    first, end = words.first[:, None], words.end[:, None]
    after = first + _FIRST_WORDS
    last = np.maximum(end - _LAST_WORDS, after) + np.arange(_LAST_WORDS)
    places = np.hstack((first + np.arange(_FIRST_WORDS), last))
    is_word = places < end
    picked = [words.words[place] for place in places[is_word].tolist()]
    numbers = np.zeros(places.shape, dtype=np.int16)
    if picked:
        encoded = "\n".join(picked).encode("utf-8", "surrogatepass").split(b"\n")
        sums = np.fromiter(map(crc32, encoded), dtype=np.uint32, count=len(picked))
        numbers[is_word] = 1 + sums % N_TEXT_HASHES
    return numbers


def _labels_around(page: RawPage, at: int) -> tuple[str, ...]:
    """The class names of an element and of two around it, innermost first."""
    found: list[str] = []
    while at >= 0 and len(found) < _ELEMENTS_AROUND:
        found.append(page.containers[at].label[:_MAX_LABEL_CHARS])
        at = page.containers[at].parent
    return tuple(found)


@lru_cache(8192)
def _label_numbers(labels: tuple[str, ...]) -> tuple[int, ...]:
    """The hashes of the distinct class names in labels, cut or padded to `_LABEL_WORDS`."""
    found = dict.fromkeys(chain.from_iterable(map(_label_hashes, labels)))
    return (*found, *_NO_LABELS)[:_LABEL_WORDS]
