"""Finds inflected forms of a word in the full-text index, such as "ferries" for "ferry"."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cleaners.text.stems import forms_of, index_form

# The languages of the documents, those with the most documents first. It reads each language once
# from the index, and counts at most 1,000 documents of each.
_LANGUAGES = """
WITH RECURSIVE spoken (language) AS (
    SELECT min(language) FROM document
    UNION ALL
    SELECT (SELECT min(language) FROM document WHERE language > spoken.language)
    FROM spoken WHERE language IS NOT NULL
)
SELECT language FROM spoken WHERE language IS NOT NULL
ORDER BY (SELECT count(*) FROM (SELECT 1 FROM document WHERE language = spoken.language
                                LIMIT 1000)) DESC, language
LIMIT ?
"""
_WORDS = """
SELECT term FROM search_words WHERE term >= ? AND term < ? AND length(term) <= ?
ORDER BY length(term), term LIMIT ?
"""
_LAST_CHAR = "\U0010ffff"
_MAX_LANGUAGES = 8
# Words of the index compared in one query; each takes about 50 microseconds.
_MAX_COMPARED = 2_000
# How many letters longer than the word its forms may be.
_MAX_MORE_LETTERS = 6
# How many forms of one word a query may have.
_MAX_FORMS = 200


def other_forms(
    db: sqlite3.Connection, words: Sequence[str]
) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """For each language of the documents, the other forms of each word that occur in the index.

    A language in which no word has other forms is left out. Only the eight languages with the most
    documents are considered. If too many words could be forms, the shortest are compared.
    """
    if not words:
        return
    words = list(dict.fromkeys(words))
    languages = [row[0] for row in db.execute(_LANGUAGES, (_MAX_LANGUAGES,))]
    index = _Index(db)
    left, n_left = _MAX_COMPARED, len(languages) * len(words)
    for language in languages:
        found: dict[str, list[str]] = {}
        for word in words:
            if forms := forms_of(word, language):
                others = index.like(word, forms.beginnings, left // n_left)
                left -= len(others)
                if fitting := [one for one in others if forms.is_form(one)]:
                    found[word] = fitting[:_MAX_FORMS]
            n_left -= 1
        if found:
            yield language, found


@dataclass(frozen=True, slots=True)
class _Index:
    """The words of the full-text index. Words with the same beginning are read once per query."""

    db: sqlite3.Connection
    known: dict[tuple[str, int], list[str]] = field(default_factory=dict)

    def like(self, word: str, beginnings: Sequence[str], limit: int) -> list[str]:
        """Words with one of the beginnings: those starting with `word` first, then the shortest."""
        plain = index_form(word)
        longest = len(plain) + _MAX_MORE_LETTERS
        found = {term for one in beginnings for term in self._beginning_with(one, longest)}

        def rank(term: str) -> tuple[bool, int, str]:
            return not term.startswith(plain), len(term), term

        return sorted(found - {plain}, key=rank)[:limit]

    def _beginning_with(self, beginning: str, longest: int) -> list[str]:
        wanted = beginning, longest
        if wanted not in self.known:
            bounds = (beginning, beginning + _LAST_CHAR, longest, _MAX_COMPARED)
            self.known[wanted] = [term for (term,) in self.db.execute(_WORDS, bounds)]
        return self.known[wanted]
