"""Chrome that its place in the HTML tree gives away: a class named share, a nav, a footer."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

from cleaners.model import Reason, Removal

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PARTS = re.compile(r"[^a-z]+")


def by_markup(path: str) -> Removal | None:
    """The removal that a block's path suggests, from its nearest telling element outwards.

    >>> by_markup("body/div.page/ul.article-share/li").reason.value
    'share'
    """
    for label in reversed(path.split("/")):
        for word in _words(label):
            if reason := _table().get(word):
                detail = f"it stands in <{label.replace('.', ' ', 1)}>"
                return Removal(reason, "markup", detail, 0.75)
    return None


def _words(label: str) -> list[str]:
    """The words of `tag.class-or-id`, the whole name first."""
    tag, _, name = label.partition(".")
    spaced = _CAMEL.sub("-", name).lower()
    words = [spaced, *_PARTS.split(spaced)] if "-" not in spaced else _PARTS.split(spaced)
    return [word for word in [*words, tag] if word and word != "div"] if name else [tag]


@cache
def _table() -> dict[str, Reason]:
    path = files("cleaners") / "data" / "markup.json"
    lists = json.loads(path.read_text(encoding="utf-8"))
    del lists["about"]
    return {word: Reason(reason) for reason, words in lists.items() for word in words}
