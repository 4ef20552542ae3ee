"""What can be read off one line of text, computed once and used by every cleaner."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cleaners.script import main_script
from cleaners.vocabulary import words_of

# A sentence's end, closing quotes and brackets and note marks after it allowed for.
_ENDS = re.compile(r"(?:\.(?!\d)|[!?…。！？।؟۔։])[\"'”’»›」』)\]\s\d*]*$")
_ENDS_COLON = re.compile(r"[:：;,][\"'”’»)\]\s]*$")
_NUMBER = re.compile(r"[+\-−]?\d+(?:[.,:/\u00a0 ]\d+)*%?")
_INNER_STOPS = re.compile(r"[.!?…。！？।؟۔][\"'”’»」』)]*\s?(?=\S)")
_WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_PROSE_WORDS = 10
_QUOTE_OPENS = re.compile(r"^[\"“«„「『—–-]")


@dataclass(frozen=True, slots=True)
class Facts:
    """A line's measurements.

    `size` counts words; in scripts without blanks, every two characters count as one.
    """

    text: str
    words: tuple[str, ...]
    size: int
    script: str | None
    numbers: int
    ends: bool
    ends_open: bool
    sentences: int

    @property
    def prose(self) -> bool:
        """Whether it reads as running text: a finished sentence of some length, or several."""
        return (self.size >= _PROSE_WORDS and self.ends) or self.size >= 30

    @property
    def spoken(self) -> bool:
        """Whether it is a short but finished sentence: “No,” she said."""
        return self.ends and self.size >= 4 and any(c.islower() or c > "\u0590" for c in self.text)

    @property
    def dialogue(self) -> bool:
        """Whether it opens as direct speech does."""
        return bool(_QUOTE_OPENS.match(self.text))


def facts_of(text: str) -> Facts:
    """The measurements of one line."""
    words = tuple(words_of(text))
    wide = len(_WIDE.findall(text)) if not text.isascii() else 0
    return Facts(
        text=text,
        words=words,
        size=len(words) + wide // 2,
        script=main_script(text),
        numbers=len(_NUMBER.findall(text)),
        ends=bool(_ENDS.search(text)),
        ends_open=bool(_ENDS_COLON.search(text)),
        sentences=1 + len(_INNER_STOPS.findall(text)),
    )
