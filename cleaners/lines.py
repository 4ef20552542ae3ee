"""A page's lines and their measurements, each taken when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from cleaners.facts import Facts, facts_of
from cleaners.shingles import tokens


class Lines(Sequence[Facts]):
    """The facts of each line, by position."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts

    @overload
    def __getitem__(self, at: int) -> Facts: ...
    @overload
    def __getitem__(self, at: slice) -> list[Facts]: ...
    def __getitem__(self, at: int | slice) -> Facts | list[Facts]:
        if isinstance(at, slice):
            return [facts_of(text) for text in self.texts[at]]
        return facts_of(self.texts[at])

    def __len__(self) -> int:
        return len(self.texts)

    @staticmethod
    def folded(text: str) -> tuple[str, ...]:
        """The words of a line as they are compared: case, punctuation and blanks aside."""
        return tuple(tokens(text))
