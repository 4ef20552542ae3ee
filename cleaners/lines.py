"""A page's lines and their measurements."""

from __future__ import annotations

from collections.abc import Iterable

from cleaners.facts import Facts, facts_of


class Lines(list[Facts]):
    """The facts of each line, by position; `texts` are the lines themselves."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = list(texts)
        super().__init__(map(facts_of, self.texts))
