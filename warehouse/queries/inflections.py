"""Finds other forms of a word among the words of the full-text index: "ferries" for "ferry"."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from cleaners.text.stems import forms_of, index_form

# Each language once, by its index alone.
_LANGUAGES = """
WITH RECURSIVE spoken (language) AS (
    SELECT min(language) FROM document
    UNION ALL
    SELECT (SELECT min(language) FROM document WHERE language > spoken.language)
    FROM spoken WHERE language IS NOT NULL
)
SELECT language FROM spoken WHERE language IS NOT NULL
"""
_WORDS = "SELECT term FROM search_words WHERE term >= ? AND term < ? LIMIT ?"
_LAST_CHAR = "\U0010ffff"
_MAX_WORDS = 20_000  # of the index that are compared with one beginning
_MAX_FORMS = 200  # that a query may have of one word


def other_forms(
    db: sqlite3.Connection, words: Sequence[str]
) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """For each language of the documents, the forms that they have of each word besides itself.

    A language in which no word has other forms is left out.
    """
    for (language,) in db.execute(_LANGUAGES).fetchall() if words else ():
        found = {word: forms for word in words if (forms := _forms(db, word, language))}
        if found:
            yield language, found


def _forms(db: sqlite3.Connection, word: str, language: str) -> list[str]:
    forms = forms_of(word, language)
    if forms is None:
        return []
    plain = index_form(word)
    found = [
        term
        for beginning in forms.beginnings
        for (term,) in db.execute(_WORDS, (beginning, beginning + _LAST_CHAR, _MAX_WORDS))
        if term != plain and forms.is_form(term)
    ]
    return list(dict.fromkeys(found))[:_MAX_FORMS]
