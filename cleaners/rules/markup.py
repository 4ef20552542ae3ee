"""Chrome that its place in the HTML tree gives away: a class named share, a nav, a footer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

from cleaners.model import Reason, Removal

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PARTS = re.compile(r"[^a-z]+")


def by_markup(elements: Iterable[tuple[str, str]]) -> Removal | None:
    """The removal that a block's elements suggest: tags with class and id words, innermost first.

    >>> by_markup([("li", ""), ("ul", "articleShare-bar")]).reason.value
    'share'
    """
    around = list(elements)
    article = any(tag in ("article", "main") for tag, _ in around)
    for tag, label in around:
        if tag in ("html", "body", "main"):
            break
        if reason := _reason(tag, label, article):
            shown = f"<{tag} {label[:40]}>" if label else f"<{tag}>"
            return Removal(reason, "markup", f"it stands in {shown}", 0.75)
    return None


@lru_cache(maxsize=8192)
def _reason(tag: str, label: str, article: bool) -> Reason | None:
    """What an element's names say; an article has a header of its own."""
    names = _words(label) if tag == "header" and article else [*_words(label), tag]
    return next((reason for word in names if (reason := _table().get(word))), None)


@cache
def _table() -> dict[str, Reason]:
    path = files("cleaners") / "data" / "markup.json"
    lists = json.loads(path.read_text(encoding="utf-8"))
    del lists["about"]
    return {word: Reason(reason) for reason, words in lists.items() for word in words}


def _words(label: str) -> list[str]:
    """The words of class and id attributes, cut at capitals, hyphens, underscores and digits."""
    return [word for word in _PARTS.split(_CAMEL.sub("-", label).lower()) if word]
