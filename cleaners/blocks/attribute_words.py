"""Finds words in class, id and similar attributes that tell content from boilerplate."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib.resources import files


def _read_groups() -> tuple[tuple[str, ...], dict[str, int]]:
    """The names of the word groups, and each word's groups as a bit set."""
    path = files("cleaners") / "data" / "markup_words.json"
    groups: dict[str, str] = json.loads(path.read_text("utf-8"))
    del groups["about"]
    bits: dict[str, int] = {}
    for number, words in enumerate(groups.values()):
        for word in words.lower().split(" "):
            bits[word] = bits.get(word, 0) | 1 << number
    return tuple(groups), bits


ATTRIBUTE_GROUPS, _GROUP_BITS = _read_groups()

_ATTRIBUTE_CAMEL_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ATTRIBUTE_WORD = re.compile(r"[a-z]+")


def attribute_words(label: str) -> list[str]:
    """The lower-case words of a class or id, split at case changes and non-letters.

    >>> attribute_words("articleBody c-entry__text")
    ['article', 'body', 'c', 'entry', 'text']
    """
    if label != (small := label.lower()):
        small = _ATTRIBUTE_CAMEL_CASE.sub(" ", label).lower()
    return _ATTRIBUTE_WORD.findall(small)


@lru_cache(8192)
def attribute_groups(label: str) -> int:
    """The groups of the words of a class or id attribute: a bit set over `ATTRIBUTE_GROUPS`."""
    bits = 0
    for word in attribute_words(label):
        bits |= _GROUP_BITS.get(word, 0)
    return bits
