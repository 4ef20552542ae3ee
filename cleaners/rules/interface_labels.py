"""Tells the labels of a site's software from names: “Log in”, “View all posts”, “12 users”."""

from __future__ import annotations

from cleaners.rules.author_names import common_words
from cleaners.rules.forum_words import is_post_control
from cleaners.rules.line_features import line_features
from cleaners.rules.name_words import has_common_word
from cleaners.rules.phrases import match_phrases
from cleaners.rules.software_words import is_control

_MAX_COUNT_WORDS = 2  # words of “12 users”


def is_interface_label(text: str, language: str | None = None) -> bool:
    """Whether a short text in the place of a name is a label of the site's software.

    >>> [is_interface_label(text) for text in ("Follow us", "View all posts", "12 users")]
    [True, True, True]
    >>> [is_interface_label(text) for text in ("heron", "Blue Heron", "Quay Boats Team")]
    [False, False, False]
    """
    line = line_features(text)
    if match_phrases(line) or is_control(line) or is_post_control(line):
        return True
    n_common, n_words = common_words(text)
    is_common = n_common == n_words and n_words > 0
    is_count = line.n_numbers == 1 and len(line.words) == _MAX_COUNT_WORDS
    if is_count:
        return is_common and line.words[0].isdecimal()
    return is_common and n_words > 1 and has_common_word(text.split(), language or "en")
