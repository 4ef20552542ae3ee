"""Tells the labels of writers from those of editors, translators and photographers."""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.reasons import Reason
from cleaners.rules.wordlists import listed_phrases, split_words, wordlist

_MAX_LABEL_WORDS = 8  # parts of words count in scripts with vowel signs


def is_byline_label(text: str) -> bool:
    """Whether a text is only the label of a byline, before the writer's name: “Written by”."""
    words = split_words(text)
    phrase = wordlist(Reason.BYLINE).match_phrase(text, words, max_extra_words=0)
    return phrase is not None and names_writer(words)


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
