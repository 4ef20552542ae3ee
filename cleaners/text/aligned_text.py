"""Splits a text into words and shingles for alignment, and finds its names and figures."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cached_property
from itertools import count

from cleaners.text.number_words import NUMBER_WORDS, WEEKDAYS
from cleaners.text.shingles import SHINGLE_WORDS, spelled_tokens
from cleaners.text.unspaced import UNSPACED_CHAR, UNSPACED_RANGES

# If more than this share of words is capitalised, as in German, capitals don't indicate names.
_MAX_CAPITALIZED = 0.15
MIN_NAME_LETTERS = 3
_SENTENCE_START = re.compile(r"(?:^|[.!?…:;\n“„\"«»‹›。！？—–])[\s\"'“„‘«»‹›(\[]*\Z")
# Accents and vowel signs, which aren't letters in \w: combining ones, those of Hebrew and Arabic,
# and the scripts of India. Without them, a Hindi word is several words of one or two letters.
_MARKS = r"\u0300-\u036f\u0591-\u05bd\u05c1\u05c2\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
_WORD = re.compile(
    rf"{UNSPACED_CHAR}|[^\W_{UNSPACED_RANGES}]+(?:[{_MARKS}]+[^\W_{UNSPACED_RANGES}]*)*"
)
# For names, what follows a colon or a quotation mark is a start, too; a sentence needs a full stop.
_AFTER_SENTENCE = re.compile(r"(?:^|[.!?…\n。！？।؟۔])[\s\"'“”„‘’«»‹›「」()\[\]–—-]*\Z")
_FIGURES = WEEKDAYS.union(NUMBER_WORDS)
_BEGINNING = 5  # letters that two forms of a word have in common
_LOOK_BACK = 6  # characters before a word that show whether it starts a sentence


def _words(text: str) -> list[str]:
    """The words of a text as they are spelled, with their vowel signs.

    >>> _words("सोमवार रात, 東京")
    ['सोमवार', 'रात', '東', '京']
    """
    return spelled_tokens(text) if text.isascii() else _WORD.findall(text)


class AlignedText:
    """A text split into words, ready to be aligned with others, and its headline."""

    def __init__(self, text: str, headline: str | None = None) -> None:
        self._text = text
        self._headline = headline or ""
        self.spelled = _words(text)
        self.words = " ".join(self.spelled).casefold().split(" ") if self.spelled else []
        starts = (self.words[place:] for place in range(SHINGLE_WORDS))
        self.shingles = list(map(hash, zip(*starts, strict=False)))
        self.distinct = set(self.shingles)
        # Where the first words start in the text, in characters, and where the last of them ends.
        self._starts: list[int] = []
        self._end = 0

    @cached_property
    def headline_words(self) -> frozenset[str]:
        return frozenset(word.casefold() for word in _words(self._headline))

    @cached_property
    def facts(self) -> frozenset[int]:
        """The places of figures, and of words that are probably names as they are capitalised."""
        figures = [n for n, word in enumerate(self.words) if _is_figure(word)]
        return self._names.union(figures)

    @cached_property
    def _names(self) -> frozenset[int]:
        """The places of words that are capitalised and don't start a sentence.

        None if so many are that capitals don't indicate names.
        """
        names = [place for place, word in enumerate(self.spelled) if self._may_be_name(place, word)]
        return frozenset(names if len(names) <= _MAX_CAPITALIZED * len(self.words) else ())

    def _may_be_name(self, place: int, word: str) -> bool:
        return word[0].isupper() and not _SENTENCE_START.search(self._before(place))

    def _before(self, place: int) -> str:
        """The few characters before a word."""
        while len(self._starts) <= place:
            word = self.spelled[len(self._starts)]
            # No letters are between two words, so this is the word itself.
            start = self._text.find(word, self._end)
            self._starts.append(start)
            self._end = start + len(word)
        start = self._starts[place]
        return self._text[max(0, start - _LOOK_BACK) : start]

    def long_words(self, places: Iterable[int]) -> set[str]:
        """The beginnings of the long words and figures among these words.

        Inflected forms of a word have the same beginning. Where words aren't separated by spaces,
        two characters count as a word.
        """
        found: set[str] = set()
        before = -1
        for place in places:
            word = self.words[place]
            if letters(word) > MIN_NAME_LETTERS or _is_figure(word):
                found.add(word[:_BEGINNING])
            elif place == before + 1 and is_unspaced(word):
                found.add(self.words[before] + word)
            before = place
        return found

    def starts_sentence(self, place: int) -> bool:
        """Whether a word is the first of a sentence."""
        return _AFTER_SENTENCE.search(self._before(place)) is not None

    def has_case(self, places: range) -> bool:
        """Whether these words are in a script with capital letters."""
        return any(self.words[place].upper() != self.words[place] for place in places)

    def facts_in(self, places: Collection[int]) -> set[str]:
        """The figures and probable names among these words."""
        return {self.words[place] for place in self.facts.intersection(places)}

    @cached_property
    def tells_names(self) -> bool:
        """Whether capitals indicate names: the script has them, and few words do."""
        if not self.has_case(range(len(self.words))):
            return False
        return bool(self._names) or not any(map(self._may_be_name, count(), self.spelled))

    def names_in(self, places: Collection[int]) -> set[str]:
        """The probable names among these words."""
        return {self.words[place] for place in self._names.intersection(places)}

    def has_fact(self, places: range) -> bool:
        """Whether one of these words is a figure, or probably a name."""
        return any(
            self.is_figure(place)
            or (self._may_be_name(place, self.spelled[place]) and place in self._names)
            for place in places
        )

    @cached_property
    def first_line(self) -> int:
        """The number of words in the first line."""
        return len(_words(self._text.partition("\n")[0]))

    def is_figure(self, place: int) -> bool:
        """Whether a word is a number, in digits or spelled out, or a weekday."""
        return _is_figure(self.words[place])

    def is_in_headline_alone(self, places: range, other: AlignedText) -> bool:
        """Whether a filling has a word of this text's headline that the other headline lacks."""
        filling = [self.words[place] for place in places]
        if all(len(word) == 1 for word in filling):  # a script without spaces
            run = "".join(filling)
            return len(run) > 1 and run in self._headline and run not in other._headline
        return any(
            word in self.headline_words and word not in other.headline_words
            for word in filling
            if len(word) >= MIN_NAME_LETTERS or word.isnumeric()
        )


def letters(word: str) -> int:
    """The number of letters of a word; a Korean syllable counts as two."""
    return 2 * len(word) if "가" <= word[0] <= "힣" else len(word)


def is_unspaced(word: str) -> bool:
    """Whether a word is a character of a script without spaces."""
    return re.fullmatch(UNSPACED_CHAR, word) is not None


def _is_figure(word: str) -> bool:
    return word in _FIGURES or word.isnumeric()
