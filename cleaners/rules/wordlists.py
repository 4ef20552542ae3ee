"""The wording of site chrome, by reason: phrases that open a line, words that fill one.

The lists are in `data/`: a file for each reason, which says where it is from, with a table for
each language. Chrome is often in another language than its page, so all are looked up at once.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cleaners.reasons import Reason

_WORDLIST_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[©®+#]")
# ASCII folded to lower case, with blanks for all that isn't part of a word.
_ASCII_FOLD = bytes(
    byte if chr(byte).isalnum() else 32 for byte in bytes(range(128)).lower() + bytes(128)
)


def split_words(line: str) -> list[str]:
    """The words of a line as the lists spell them: case folded, straight apostrophes.

    >>> split_words("Don’t miss: Top 10")
    ["don't", 'miss', 'top', '10']
    """
    if line.isascii() and "'" not in line and "+" not in line and "#" not in line:
        return line.encode().translate(_ASCII_FOLD).decode().split()
    return _WORDLIST_WORD.findall(line.casefold().replace("’", "'").replace("ʼ", "'"))


@dataclass(frozen=True, slots=True)
class Wordlist:
    """The phrases and words of one reason, in every language."""

    phrases: frozenset[tuple[str, ...]]
    opening_phrases: frozenset[tuple[str, ...]]
    colon_phrases: frozenset[tuple[str, ...]]
    words: frozenset[str]
    first_words: frozenset[str]
    max_words: int

    def match_phrase(self, line: str, words: Sequence[str], max_extra_words: int = 8) -> str | None:
        """The phrase that the line is, or that it opens with and adds at most `room` words to.

        `words` are the line's. Phrases listed with a colon need one in the line.
        """
        if not words or words[0] not in self.first_words:
            return None
        key = tuple(words[: self.max_words])
        if len(words) <= self.max_words and key in self.phrases:
            return " ".join(words)
        for size in range(min(self.max_words, len(words)), 0, -1):
            if len(words) - size > max_extra_words:
                break
            part = key[:size]
            if part in self.opening_phrases or (
                part in self.colon_phrases and _colon_after(line, part)
            ):
                return " ".join(part)
        return None

    def listed_words(self, words: Sequence[str]) -> list[str]:
        """Those of the words that are this reason's, figures aside."""
        if self.words.isdisjoint(words):
            return []
        return [word for word in words if word in self.words and not word.isdigit()]

    def share(self, words: Sequence[str]) -> float:
        """How much of a line is made of this reason's words, 0 to 1; figures don't count."""
        if self.words.isdisjoint(words):
            return 0.0
        counted = [word for word in words if not word.isdigit()]
        return len(self.listed_words(counted)) / len(counted) if counted else 0.0


@cache
def wordlist(reason: Reason) -> Wordlist:
    """The vocabulary of a reason, read once."""
    whole: set[tuple[str, ...]] = set()
    opening: set[tuple[str, ...]] = set()
    labels: set[tuple[str, ...]] = set()
    words: set[str] = set()
    for section in wordlist_tables(reason).values():
        for phrase in section.get("phrases", ()):
            key = tuple(_WORDLIST_WORD.findall(phrase))  # the lists are case folded
            if key:
                whole.add(key)
                if phrase.endswith((":", "：")):
                    labels.add(key)
                elif not phrase.endswith("$"):
                    opening.add(key)
        words.update(word.casefold() for word in section.get("words", ()))
    # A label of one word is one in a row of labels as well.
    words.update(key[0] for key in whole if len(key) == 1 and len(key[0]) > 2)
    longest = max((len(key) for key in whole), default=0)
    return Wordlist(
        phrases=frozenset(whole),
        opening_phrases=frozenset(opening),
        colon_phrases=frozenset(labels),
        words=frozenset(words),
        first_words=frozenset(key[0] for key in whole),
        max_words=longest,
    )


def _colon_after(line: str, phrase: tuple[str, ...]) -> bool:
    """Whether a colon stands in the line, no later than just after the phrase."""
    return bool(re.search("[:：]", line[: len(" ".join(phrase)) + 3]))


@dataclass(frozen=True, slots=True)
class CombinedWordlist:
    """All reasons' words at once: most lines have none of them, and one look-up tells.

    `first` are the reasons by the first words of their phrases, `words` by their words.
    """

    first_words: dict[str, tuple[Reason, ...]]
    words: dict[str, tuple[Reason, ...]]
    all_words: frozenset[str]

    def shares(self, words: Sequence[str]) -> dict[Reason, float]:
        """How much of a line is made of each reason's words, 0 to 1; figures don't count."""
        if self.all_words.isdisjoint(words):
            return {}
        hits: dict[Reason, int] = {}
        counted = 0
        for word in words:
            if not word.isdigit():
                counted += 1
                for reason in self.words.get(word, ()):
                    hits[reason] = hits.get(reason, 0) + 1
        return {reason: times / counted for reason, times in hits.items()}


@cache
def combined_wordlist(reasons: tuple[Reason, ...]) -> CombinedWordlist:
    """The words of several reasons, made once."""
    first: defaultdict[str, tuple[Reason, ...]] = defaultdict(tuple)
    words: defaultdict[str, tuple[Reason, ...]] = defaultdict(tuple)
    for reason in reasons:
        for word in wordlist(reason).first_words:
            first[word] += (reason,)
        for word in wordlist(reason).words:
            words[word] += (reason,)
    return CombinedWordlist(dict(first), dict(words), frozenset(words))


@cache
def listed_phrases(reason: Reason, key: str) -> frozenset[tuple[str, ...]]:
    """The entries under another key of a reason's tables, such as byline `joiners`."""
    entries = (e for section in wordlist_tables(reason).values() for e in section.get(key, ()))
    return frozenset(words for entry in entries if (words := tuple(split_words(entry))))


@cache
def wordlist_tables(reason: Reason) -> dict[str, dict[str, list[str]]]:
    """A reason's tables by language; JSON, since TOML takes forty times as long to read."""
    path = files("cleaners") / "data" / f"{reason.value}.json"
    tables = json.loads(path.read_text(encoding="utf-8"))
    return {language: table for language, table in tables.items() if language != "about"}
