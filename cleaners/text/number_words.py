"""Loads the words for numbers and weekdays, in the languages of `data/number_words.json`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files

_ROWS = json.loads((files("cleaners") / "data" / "number_words.json").read_text("utf-8"))
NUMBER_WORDS: dict[str, int] = {
    word: int(value)
    for language in _ROWS["numbers"].values()
    for value, words in language.items()
    for word in words.split()
}
_MAX_DIGITS = 18  # longer runs of digits are no numbers that anybody spells out
_MULTIPLIER = 100  # words for this number and larger ones multiply those before them
WEEKDAYS = frozenset(day for days in _ROWS["weekdays"].values() for day in days.split())


def number_in(words: Sequence[str]) -> int | None:
    """The number among these words, in digits or spelled out; None if there is none.

    >>> number_in(["two", "hundred"]), number_in(["12", "000"]), number_in(["forty", "two"])
    (200, 12000, 42)
    >>> number_in(["six", "in", "the", "evening"]), number_in(["tonight"])
    (6, None)
    """
    digits = "".join(filter(str.isdecimal, words))
    number = int(digits[:_MAX_DIGITS]) if digits else 0
    for value in filter(None, map(NUMBER_WORDS.get, words)):
        number = number * value if number and value >= _MULTIPLIER else number + value
    return number or None
