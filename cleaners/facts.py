"""What can be read off one line of text, each fact when it is first asked for."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

from cleaners.script import main_script
from cleaners.vocabulary import words_of

# A sentence's end, closing quotes and brackets and note marks after it allowed for.
_ENDS = re.compile(r"(?:\.(?!\d)|[!?…。！？।؟۔։])[\"'”’»›」』)\]\s\d*]{0,8}$")
_NUMBER = re.compile(r"[+\-−]?\d+(?:[.,:/\u00a0 ]\d+)*%?")
_INNER_STOPS = re.compile(r"[.!?…。！？।؟۔][\"'”’»」』)]*\s?(?=\S)")
_WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_PROSE_WORDS = 10
_HEADING_WORDS = 15
_SHORT = 300  # characters of a line that is remembered


def facts_of(text: str) -> Facts:
    """The facts of a line; short ones are remembered, since chrome comes back page after page."""
    return _remembered(text) if len(text) <= _SHORT else Facts(text)


@lru_cache(maxsize=16384)
def _remembered(text: str) -> Facts:
    return Facts(text)


class Facts:
    """A line's measurements.

    `size` counts words; in scripts without blanks, every two characters count as one.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words, case folded, as the vocabulary spells them."""
        return tuple(words_of(self.text))

    @cached_property
    def size(self) -> int:
        """How many words there are."""
        wide = 0 if self.text.isascii() else len(_WIDE.findall(self.text))
        return len(self.words) + wide // 2

    @cached_property
    def script(self) -> str | None:
        """The writing system of most letters."""
        return main_script(self.text)

    @cached_property
    def numbers(self) -> int:
        """How many figures there are, signs and decimals being part of one."""
        return len(_NUMBER.findall(self.text))

    @cached_property
    def ends(self) -> bool:
        """Whether it ends as a sentence does."""
        return bool(_ENDS.search(self.text[-12:]))

    @cached_property
    def sentences(self) -> int:
        """How many sentences it has, roughly."""
        return 1 + len(_INNER_STOPS.findall(self.text))

    @cached_property
    def prose(self) -> bool:
        """Whether it reads as running text: a finished sentence of some length, or several."""
        return (self.size >= _PROSE_WORDS and self.ends) or self.size >= 30

    @property
    def spoken(self) -> bool:
        """Whether it is a short but finished sentence: “No,” she said."""
        return self.ends and self.size >= 4

    @property
    def announces(self) -> bool:
        """Whether a colon, a comma or a semicolon at its end says that more is to come."""
        return self.text[-1:] in ":：;,、"

    @property
    def heading_like(self) -> bool:
        """Whether it is short and unfinished, as headings are."""
        return len(self.text) < 160 and not self.ends and self.size < _HEADING_WORDS
