"""Computes the features of a line of text: word and number counts, whether it is prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache, wraps
from typing import Any, TypeVar

from cleaners.rules.wordlists import split_words
from cleaners.text.scripts import main_script
from cleaners.text.shingles import local_shingles, tokens
from cleaners.text.unspaced import UNSPACED_CHAR

# The end of a sentence, which closing quotes, brackets or footnote marks may follow.
_SENTENCE_END = re.compile(r"(?:\.(?!\d)|[!?…。！？।؟۔։])[\"'”’»›」』)\]\s\d*]{0,8}$")
# That it begins with one set of characters, not with a repeat, makes it fast.
_NUMBER = re.compile(r"\d\d*(?:[.,:/\u00a0 ]\d+)*")
_INNER_STOPS = re.compile(r"[.!?…。！？।؟۔][\"'”’»」』)]*\s?(?=\S)")
_UNSPACED = re.compile(UNSPACED_CHAR)
# In lines without these characters, `words` and `tokens` are the same.
_OTHER_TOKENS = re.compile(rf"['’ʼ©®+#]|{UNSPACED_CHAR}")
_MIN_PROSE_WORDS = 10
_MAX_HEADING_WORDS = 15
_MAX_CACHED_CHARS, _MAX_LONG_CACHED_CHARS = 300, 8000


def line_features(text: str) -> LineFeatures:
    """The features of a line.

    They are cached, because short lines recur on many pages, and because the lines of a text recur
    when its output is cleaned again.
    """
    if len(text) <= _MAX_CACHED_CHARS:
        return _cached_features(text)
    return _cached_long(text) if len(text) <= _MAX_LONG_CACHED_CHARS else LineFeatures(text)


@lru_cache(maxsize=16384)
def _cached_features(text: str) -> LineFeatures:
    return LineFeatures(text)


@lru_cache(maxsize=128)
def _cached_long(text: str) -> LineFeatures:
    return LineFeatures(text)


_T = TypeVar("_T")


def cached_on_line(function: Callable[[LineFeatures], _T]) -> Callable[[LineFeatures], _T]:
    """Decorator: cache the function's result for each line on the line itself."""

    @wraps(function)
    def asked(line: LineFeatures) -> _T:
        cache = line.cache
        if function in cache:
            answer: _T = cache[function]
        else:
            answer = cache[function] = function(line)
        return answer

    return asked


class LineFeatures:
    """The features of one line.

    `words` are case folded, as in the word lists. `n_words` is their number; in scripts without
    spaces, two characters count as one word. `n_numbers` counts numbers, which may have a sign and
    decimals. `ends_sentence` says whether the line ends like a sentence. `is_prose` says whether it
    is running text: a complete sentence of at least ten words, or at least thirty words.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.cache: dict[Any, Any] = {}
        self.words = split_words(text)
        is_spaced = text.isascii() or not _UNSPACED.search(text)
        unspaced = 0 if is_spaced else len(_UNSPACED.findall(text))
        self.n_words = len(self.words) + unspaced // 2
        self.ends_sentence = not text[-1:].isalpha() and bool(_SENTENCE_END.search(text[-12:]))
        self.n_numbers = len(_NUMBER.findall(text))
        self.is_prose = (
            self.n_words >= _MIN_PROSE_WORDS and self.ends_sentence
        ) or self.n_words >= 30

    @cached_property
    def script(self) -> str | None:
        """The writing system of most letters; None if there are no letters."""
        return main_script(self.text)

    @cached_property
    def tokens(self) -> list[str]:
        """The words for comparison with other texts: case folded, without punctuation."""
        return tokens(self.text) if _OTHER_TOKENS.search(self.text) else self.words

    @cached_property
    def n_sentences(self) -> int:
        """The approximate number of sentences."""
        return 1 + len(_INNER_STOPS.findall(self.text))

    @property
    def is_short_sentence(self) -> bool:
        """Whether it ends like a sentence and has at least four words: “No, no,” she said."""
        return self.ends_sentence and self.n_words >= 4

    @property
    def is_heading_like(self) -> bool:
        """Whether it is short and doesn't end like a sentence, as is usual for headings."""
        return len(self.text) < 160 and not self.ends_sentence and self.n_words < _MAX_HEADING_WORDS


class PageLines(list[LineFeatures]):
    """The features of each line of a page, in order; `texts` are the lines themselves."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = list(texts)
        self._shingles: dict[int, frozenset[int]] = {}
        super().__init__(map(line_features, self.texts))

    def shingles(self, i: int) -> frozenset[int]:
        """The shingles of a line, to compare it with others; cached with the page."""
        if (found := self._shingles.get(i)) is None:
            found = self._shingles[i] = local_shingles(self[i].tokens)
        return found
