"""Turns words of each block, and class names around it, into hashes for the network to learn from.

This is the hashing trick of Weinberger et al., "Feature hashing for large scale multitask learning"
(2009): a word's number is its hash, so that all languages work without a stored vocabulary.
"""

from __future__ import annotations

from functools import lru_cache
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
_LABEL_WORDS = 8  # words from class and id of the three innermost elements around a block
WORDS_PER_BLOCK = _TEXT_WORDS + _LABEL_WORDS
_NO_WORDS = (0,) * WORDS_PER_BLOCK


@lru_cache(65536)
def _text_hash(word: str) -> int:
    return 1 + crc32(word.encode("utf-8", "surrogatepass")) % N_TEXT_HASHES


@lru_cache(65536)
def _label_hashes(label: str) -> tuple[int, ...]:
    words = dict.fromkeys(word for word in attribute_words(label[:300]) if len(word) > 1)
    return tuple(1 + N_TEXT_HASHES + crc32(word.encode()) % N_LABEL_HASHES for word in words)


def hashed_words(page: RawPage, words: PageWords) -> NDArray[np.int16]:
    """For each block the hashes of its words and of the class names around it; 0 is no word.

    The result is blocks x `WORDS_PER_BLOCK`.
    """
    flat, known = words.words, _text_hash
    around: dict[int, list[int]] = {}
    numbers: list[int] = []
    spans = zip(page.blocks, words.first.tolist(), words.end.tolist(), strict=True)
    for block, first, end in spans:
        picked = flat[first : min(end, first + _FIRST_WORDS)]
        picked += flat[max(end - _LAST_WORDS, first + _FIRST_WORDS) : end]
        numbers += map(known, picked)
        numbers += _NO_WORDS[len(picked) : _TEXT_WORDS]
        labels: list[int] = []
        if page.is_html:
            if block.container not in around:
                around[block.container] = _labels_around(page, block.container)
            labels = around[block.container]
        numbers += labels
        numbers += _NO_WORDS[len(labels) : _LABEL_WORDS]
    return np.array(numbers, dtype=np.int16).reshape(len(page.blocks), WORDS_PER_BLOCK)


def _labels_around(page: RawPage, at: int) -> list[int]:
    """The hashes of the class names of an element and of two around it, innermost first."""
    found: list[int] = []
    for _ in range(3):
        if at < 0:
            break
        found += _label_hashes(page.containers[at].label)
        at = page.containers[at].parent
    return list(dict.fromkeys(found))[:_LABEL_WORDS]
