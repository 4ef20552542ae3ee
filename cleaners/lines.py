"""A page's lines and their measurements, each taken when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import overload

from cleaners.facts import Facts
from cleaners.shingles import tokens


class Lines(Sequence[Facts]):
    """The facts of each line, by position; lines of chrome come back page after page."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts

    @overload
    def __getitem__(self, at: int) -> Facts: ...
    @overload
    def __getitem__(self, at: slice) -> list[Facts]: ...
    def __getitem__(self, at: int | slice) -> Facts | list[Facts]:
        if isinstance(at, slice):
            return [_facts(text) for text in self.texts[at]]
        return _facts(self.texts[at])

    def __len__(self) -> int:
        return len(self.texts)

    @staticmethod
    def folded(text: str) -> tuple[str, ...]:
        """The words of a line as they are compared: case, punctuation and blanks aside."""
        return tuple(tokens(text))


def _facts(text: str) -> Facts:
    return _remembered(text) if len(text) <= 300 else Facts(text)


@lru_cache(maxsize=16384)
def _remembered(text: str) -> Facts:
    return Facts(text)
