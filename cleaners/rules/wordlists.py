"""Loads the lists of boilerplate phrases and words, and matches lines against them.

The lists are in `data/`: one file for each reason, which names its source, with a table for each
language. Boilerplate is often in another language than its page, so all languages are matched at
once.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cleaners.reasons import Reason

_WORDLIST_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[©®+#]")
END_MARKS = "$:："
"""The marks after a phrase that say where it may stand in a line."""
# Maps ASCII letters to lower case, and everything else that isn't a letter or digit to a blank.
_ASCII_FOLD = bytes(
    byte if chr(byte).isalnum() else 32 for byte in bytes(range(128)).lower() + bytes(128)
)


def split_words(line: str) -> list[str]:
    """The words of a line, spelled as in the lists: case folded, with straight apostrophes.

    >>> split_words("Don’t miss: Top 10")
    ["don't", 'miss', 'top', '10']
    """
    if line.isascii() and "'" not in line and "+" not in line and "#" not in line:
        return line.encode().translate(_ASCII_FOLD).decode().split()
    return _WORDLIST_WORD.findall(line.casefold().replace("’", "'").replace("ʼ", "'"))


@dataclass(frozen=True, slots=True)
class Wordlist:
    """The phrases and words of one reason, in all languages.

    `phrases` match as a whole line, `opening_phrases` also at the start of a line, and
    `colon_phrases` at the start if a colon follows. `first_words` are the first words of all
    phrases, and `sizes` gives for each of them the numbers of words of its phrases, highest first.
    """

    phrases: frozenset[tuple[str, ...]]
    opening_phrases: frozenset[tuple[str, ...]]
    colon_phrases: frozenset[tuple[str, ...]]
    words: frozenset[str]
    first_words: frozenset[str]
    sizes: Mapping[str, tuple[int, ...]]

    def match_phrase(self, line: str, words: Sequence[str], max_extra_words: int = 8) -> str | None:
        """The phrase that the line equals or starts with, or None.

        `words` are the words of the line. At most `max_extra_words` may follow the phrase.
        """
        if not words:
            return None
        for size in self.sizes.get(words[0], ()):
            extra = len(words) - size
            if extra > max_extra_words:
                break
            part = tuple(words[:size])
            if extra == 0 and part in self.phrases:
                return " ".join(part)
            if extra >= 0 and (
                part in self.opening_phrases
                or (part in self.colon_phrases and _colon_after(line, part))
            ):
                return " ".join(part)
        return None

    def listed_words(self, words: Sequence[str]) -> list[str]:
        """The words that are listed for this reason, without numbers."""
        if self.words.isdisjoint(words):
            return []
        return [word for word in words if word in self.words and not word.isdigit()]

    def share(self, words: Sequence[str]) -> float:
        """The share of words that are listed for this reason, 0 to 1; numbers don't count."""
        if self.words.isdisjoint(words):
            return 0.0
        counted = [word for word in words if not word.isdigit()]
        return len(self.listed_words(counted)) / len(counted) if counted else 0.0


@cache
def wordlist(reason: Reason) -> Wordlist:
    """The word list of a reason; loaded once."""
    tables = wordlist_tables(reason).values()
    phrases = [phrase for table in tables for phrase in table.get("phrases", ())]
    keys = list(map(_words_of_phrase, phrases))
    whole = set(filter(None, keys))
    opening, labels = set[tuple[str, ...]](), set[tuple[str, ...]]()
    for phrase, key in zip(phrases, keys, strict=True):
        if key and phrase.endswith((":", "：")):
            labels.add(key)
        elif key and not phrase.endswith("$"):
            opening.add(key)
    words = {word for table in tables for word in map(str.casefold, table.get("words", ()))}
    # A one-word phrase also counts as a word in a row of labels.
    words.update(key[0] for key in whole if len(key) == 1 and len(key[0]) > 2)
    sizes = defaultdict[str, set[int]](set)
    for key in whole:
        sizes[key[0]].add(len(key))
    return Wordlist(
        phrases=frozenset(whole),
        opening_phrases=frozenset(opening),
        colon_phrases=frozenset(labels),
        words=frozenset(words),
        first_words=frozenset(sizes),
        sizes={word: tuple(sorted(found, reverse=True)) for word, found in sizes.items()},
    )


def _words_of_phrase(phrase: str) -> tuple[str, ...]:
    """The words of a phrase in the lists, which are case folded."""
    bare = phrase.rstrip(END_MARKS)
    plain = bare.replace(" ", "").isalpha()  # most are, and splitting takes half as long
    return tuple(bare.split() if plain else _WORDLIST_WORD.findall(bare))


def _colon_after(line: str, phrase: tuple[str, ...]) -> bool:
    """Whether the line has a colon directly after the phrase, or before."""
    return bool(re.search("[:：]", line[: len(" ".join(phrase)) + 3]))


@dataclass(frozen=True, slots=True)
class CombinedWordlist:
    """The words of several reasons together, so that one lookup rules out most lines.

    `first_words` and `words` map a word to the reasons whose phrases start with it, or which list
    it.
    """

    first_words: dict[str, tuple[Reason, ...]]
    words: dict[str, tuple[Reason, ...]]
    all_words: frozenset[str]

    def shares(self, words: Sequence[str]) -> dict[Reason, float]:
        """The share of words that are listed for each reason, 0 to 1; numbers don't count."""
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
    """The combined word list of several reasons; built once."""
    lists = [wordlist(reason) for reason in reasons]
    first = _reasons_by_word(reasons, [one.first_words for one in lists])
    words = _reasons_by_word(reasons, [one.words for one in lists])
    return CombinedWordlist(first, words, frozenset(words))


def _reasons_by_word(
    reasons: Sequence[Reason], lists: Sequence[frozenset[str]]
) -> dict[str, tuple[Reason, ...]]:
    found: dict[str, tuple[Reason, ...]] = {}
    for reason, words in zip(reasons, lists, strict=True):
        shared = {word: (*found[word], reason) for word in words & found.keys()}
        found |= dict.fromkeys(words, (reason,)) | shared
    return found


@cache
def listed_phrases(reason: Reason, key: str) -> frozenset[tuple[str, ...]]:
    """The entries under `key` in a reason's tables, such as `joiners` for bylines, as words."""
    entries = (e for section in wordlist_tables(reason).values() for e in section.get(key, ()))
    return frozenset(words for entry in entries if (words := tuple(split_words(entry))))


@cache
def wordlist_tables(reason: Reason) -> dict[str, dict[str, list[str]]]:
    """A reason's tables by language, from JSON: TOML takes forty times as long to parse."""
    path = files("cleaners") / "data" / f"{reason.value}.json"
    tables = json.loads(path.read_text(encoding="utf-8"))
    return {language: table for language, table in tables.items() if language != "about"}
