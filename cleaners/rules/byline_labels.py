"""Tells the labels of writers from those of editors, translators and photographers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from cleaners.reasons import Reason
from cleaners.rules.wordlists import listed_phrases, split_words, wordlist, wordlist_tables

# “By” or a longer word before a capital letter; “De” and “Di” are parts of names.
_JOINED_LABEL = re.compile(
    r"(?<!\S)(?:By|[^\W\d_a-z][a-zß-ÿа-яё]{2,11})(?=[^\W\d_a-zß-ÿа-яё][\w.'’-]+ )"
)
_JOINABLE = (Reason.BYLINE, Reason.CAPTION)
_MAX_LABEL_WORDS = 8  # parts of words count in scripts with vowel signs


def byline_opening(
    line: str, words: Sequence[str], language: str | None = None, *, most: int = 8
) -> str | None:
    """The phrase of a byline that a line starts with, such as “by”; None for other lines.

    `words` are the words of the line, of which at most `most` may follow the phrase. In a text of
    another language, a phrase of one word and one word after it are a name: “Theo James”, where
    “theo” is Vietnamese. Without a `language`, phrases of all languages count.
    """
    phrase = wordlist(Reason.BYLINE).match_phrase(line, words, max_extra_words=most)
    if phrase is None or len(words) != 2 or language is None or " " in phrase:
        return phrase
    return phrase if is_own_label(phrase, language) or ":" in line else None


def is_own_label(phrase: str, language: str | None, reason: Reason = Reason.BYLINE) -> bool:
    """Whether a phrase opens a byline, or a line of another `reason`, in the language or English.

    Without a `language`, phrases of all languages count.
    """
    languages = _languages_of(phrase, reason)
    return bool(languages) and (
        language is None or not languages.isdisjoint(("any", "en", language))
    )


@cache
def _languages_of(phrase: str, reason: Reason) -> frozenset[str]:
    """The languages in which a phrase alone opens a line that is removed for the reason."""
    tables = wordlist_tables(reason)
    return frozenset(code for code, table in tables.items() if phrase in table.get("phrases", ()))


def separate_label(text: str, language: str | None = None) -> str:
    """A line with a blank after the label that a converter joined to a name.

    Labels of another language than that of the text are parts of names. Further labels are
    separated from the name before them.

    >>> [separate_label(text) for text in ("ByAnn Marlow", "DeAndre Bell", "VonAnn Bell")]
    ['By Ann Marlow', 'DeAndre Bell', 'Von Ann Bell']
    >>> separate_label("VonAnn Bell", "en"), separate_label("TextAnn Marlow PhotosIan Bell", "en")
    ('VonAnn Bell', 'Text: Ann Marlow | Photos: Ian Bell')
    """
    joined = _JOINED_LABEL.match(text)
    label = _spelled_label(joined[0], language, (Reason.BYLINE,)) if joined else None
    if joined is None or label is None:
        return text
    rest = _JOINED_LABEL.sub(
        lambda found: (
            f"| {other}" if (other := _spelled_label(found[0], language, _JOINABLE)) else found[0]
        ),
        text[joined.end() :],
    )
    return f"{label}{rest}"


def opens_joined_caption(text: str, language: str | None) -> bool:
    """Whether a line opens with a photographer's label joined to a name: “PhotosIan Bell”."""
    joined = _JOINED_LABEL.match(text)
    return joined is not None and bool(_spelled_label(joined[0], language, (Reason.CAPTION,)))


def _spelled_label(word: str, language: str | None, reasons: Iterable[Reason]) -> str | None:
    """The label with a blank or a colon after it, whichever is listed; None if neither is."""
    folded = word.casefold()
    for phrase, label in ((folded, f"{word} "), (f"{folded}:", f"{word}: ")):
        if any(is_own_label(phrase, language, reason) for reason in reasons):
            return label
    return None


def labels_writer(text: str) -> bool | None:
    """Whether a text that is only a label, such as “Written by”, names a writer below it.

    It is False for “Edited by”, and None if the text is no label of a byline.
    """
    words = split_words(text)
    phrase = wordlist(Reason.BYLINE).match_phrase(text, words, max_extra_words=0)
    return None if phrase is None else names_writer(words)


def names_writer(words: Sequence[str]) -> bool:
    """Whether a byline with these words names the writer, not an editor or fact checker."""
    others = listed_phrases(Reason.BYLINE, "other_work")
    return not any(tuple(words[:size]) in others for size in range(1, _MAX_LABEL_WORDS + 1))


def names_other_work(text: str) -> bool:
    """Whether a text opens like the credit of an editor or fact checker: “Reviewed by …”.

    A single word counts only before a colon, because it can be a name.
    """
    words = split_words(text)
    if names_writer(words):
        return False
    return names_writer(words[:1]) or text[len(words[0]) :].lstrip().startswith((":", "："))
