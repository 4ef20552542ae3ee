"""Recognises boilerplate by the HTML elements around it: `nav`, `footer`, a class named share."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

from cleaners.model import Cleaner, Removal
from cleaners.reasons import Reason

_CAMEL_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NON_LETTERS = re.compile(r"[^a-z]+")


def match_markup(elements: Iterable[tuple[str, str]]) -> Removal | None:
    """The removal that the elements around a block suggest, or None.

    `elements` are (tag, label) pairs, innermost first; a label has the class and id attributes.

    >>> match_markup([("li", ""), ("ul", "articleShare-bar")]).reason.value
    'share'
    """
    around = list(elements)
    article = any(tag in ("article", "main") for tag, _ in around)
    for tag, label in around:
        if tag in ("html", "body", "main"):
            break
        if reason := _reason_of_element(tag, label, article):
            shown = f"<{tag} {label[:40]}>" if label else f"<{tag}>"
            return Removal(reason, Cleaner.MARKUP, f"inside {shown}", 0.75)
    return None


@lru_cache(maxsize=8192)
def _reason_of_element(tag: str, label: str, article: bool) -> Reason | None:
    """The reason that an element's tag and label suggest; a header in an article is content."""
    names = _label_words(label) if tag == "header" and article else [*_label_words(label), tag]
    return next((reason for word in names if (reason := _reason_by_word().get(word))), None)


@cache
def _reason_by_word() -> dict[str, Reason]:
    path = files("cleaners") / "data" / "markup.json"
    lists = json.loads(path.read_text(encoding="utf-8"))
    del lists["about"]
    return {word: Reason(reason) for reason, words in lists.items() for word in words}


def _label_words(label: str) -> list[str]:
    """The words of class and id attributes, split at capitals and non-letters."""
    return [word for word in _NON_LETTERS.split(_CAMEL_CASE.sub("-", label).lower()) if word]
