"""Groups of words in class, id, role and itemprop attributes that tell content from chrome."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib.resources import files


def _read() -> tuple[tuple[str, ...], dict[str, int]]:
    """The names of the groups, and each word's groups as a bit set."""
    path = files("cleaners") / "data" / "markup_words.json"
    groups: dict[str, str] = json.loads(path.read_text("utf-8"))
    del groups["about"]
    bits: dict[str, int] = {}
    for number, words in enumerate(groups.values()):
        for word in words.lower().split(" "):
            bits[word] = bits.get(word, 0) | 1 << number
    return tuple(groups), bits


GROUPS, _BITS = _read()

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[a-z]+")


def tokens(label: str) -> list[str]:
    """The words of a class or id, cut at case changes and marks.

    >>> tokens("articleBody c-entry__text")
    ['article', 'body', 'c', 'entry', 'text']
    """
    return _WORD.findall(_CAMEL.sub(" ", label).lower())


@lru_cache(8192)
def hints(label: str) -> int:
    """The groups that the words of a class or id belong to, as a bit set over `GROUPS`."""
    bits = 0
    for word in tokens(label):
        bits |= _BITS.get(word, 0)
    return bits
