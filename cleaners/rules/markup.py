"""Recognises boilerplate by the HTML elements around it: `nav`, `footer`, a class named share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

from cleaners.blocks.attribute_words import attribute_words
from cleaners.blocks.raw import Container
from cleaners.model import Cleaner, Removal
from cleaners.reasons import Reason

_MAX_ANCESTORS = 8  # elements around a block whose tags and class names are examined
_CONTENT_TAGS = frozenset(("article", "main"))
_PAGE_TAGS = frozenset(("html", "body", "main"))


def match_markup(containers: Sequence[Container], innermost: int) -> Removal | None:
    """The removal that an element and those around it suggest by their tags and labels, or None.

    >>> menu = Container(parent=-1, tag="ul", depth=1, label="articleShare-bar")
    >>> match_markup([menu, Container(parent=0, tag="li", depth=2)], 1).reason.value
    'share'
    """
    around: list[Container] = []
    at = innermost
    while at >= 0 and len(around) < _MAX_ANCESTORS:
        around.append(containers[at])
        at = containers[at].parent
    article = not _CONTENT_TAGS.isdisjoint([element.tag for element in around])
    for element in around:
        tag, label = element.tag, element.label
        if tag in _PAGE_TAGS:
            break
        if reason := _reason_of_element(tag, label, article):
            shown = f"<{tag} {label[:40]}>" if label else f"<{tag}>"
            return Removal(reason, Cleaner.MARKUP, f"inside {shown}", 0.75)
    return None


@lru_cache(maxsize=8192)
def _reason_of_element(tag: str, label: str, article: bool) -> Reason | None:
    """The reason that an element's tag and label suggest; a header in an article is content."""
    by_word = _reason_by_word()
    for word in attribute_words(label):
        if word in by_word:
            return by_word[word]
    return None if tag == "header" and article else by_word.get(tag)


@cache
def _reason_by_word() -> dict[str, Reason]:
    path = files("cleaners") / "data" / "markup.json"
    lists = json.loads(path.read_text(encoding="utf-8"))
    del lists["about"]
    return {word: Reason(reason) for reason, words in lists.items() for word in words}
