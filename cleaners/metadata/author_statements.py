"""Reads the names in statements of authors: in JSON-LD, `meta` elements and marked elements."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cleaners.rules.author_names import is_nobody, is_staff, tidy_name
from cleaners.rules.bylines import TOLD_TO, byline_authors, leading_names, standalone_names
from cleaners.rules.east_asian_bylines import east_asian_authors
from cleaners.rules.name_words import is_name, is_place
from cleaners.rules.wordlists import split_words

# A separator between names, or a short word: “and” has at most three letters in most languages.
_SEPARATED_NAMES = re.compile(r"[,;/|•·]|\s(?:[-–—&]|\w{1,3})\s")
_ADDRESS = re.compile(r"(?<!\S)\S*(?:://|@|\bwww\.|\.\w{2,6}/)\S*")
_NON_LETTERS_RUN = re.compile(r"[\W_]+")
_MAX_STATEMENT_CHARS = 300


def metadata_authors(
    statements: Iterable[str], language: str | None = None, *, strict: bool = False
) -> tuple[str, ...]:
    """The authors named in author metadata, without repeats.

    URLs and the other words of a byline are removed. A statement that isn't a list of people's
    names counts as one author, such as an agency or the site. With `strict` it is left out.

    >>> metadata_authors(["By Jane Doe, Editor", "https://example.org/doe", "JANE DOE", "dpa"])
    ('Jane Doe', 'dpa')
    """
    found: dict[str, str] = {}
    for statement in (part for one in statements for part in _separate_statements(one)):
        text = tidy_name(statement if "@" in statement else _ADDRESS.sub(" ", statement))
        text = tidy_name(_ADDRESS.sub(" ", text))
        names = byline_authors(text) or east_asian_authors(text) or _helped_author(text)
        if not names and is_nobody(text):
            continue
        if not names and strict:
            names = (
                ()
                if is_place(split_words(text))
                else standalone_names(text, language or "en") or ()
            )
        elif not names and _SEPARATED_NAMES.search(text):
            names = leading_names(text)
        if not names and not strict and text and len(text) <= _MAX_STATEMENT_CHARS:
            names = (" ".join(text.split()),)
        for name in names:
            found.setdefault(_NON_LETTERS_RUN.sub("", name.casefold()) or name, name)
    return tuple(found.values())


def _separate_statements(statement: str) -> list[str]:
    """The two parts of “Voss, Ann; Bell, Ian” or “Voss, Ann and Bell, Ian”, else the whole text."""
    text = TOLD_TO.sub(", ", statement)
    if ";" in text:
        return text.split(";")
    halves = text.split(" and ")
    is_list = len(halves) > 1 and all("," in one and "," not in tidy_name(one) for one in halves)
    return halves if is_list else [text]


def _helped_author(text: str) -> tuple[str, ...]:
    """The people in “Ann Marlow with Ian Bell”; an agency in second place is left out."""
    author, joint, helper = text.partition(" with ")
    if not joint or not is_name(author):
        return ()
    return (author, helper) if is_name(helper) and not is_staff(helper) else (author,)
