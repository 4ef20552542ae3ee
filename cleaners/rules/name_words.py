"""Tells the words of people's names from other words: roles, agencies, menu words, joiners."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from cleaners.reasons import Reason
from cleaners.rules.wordlists import listed_phrases, split_words, wordlist_tables
from cleaners.text.scripts import main_script

# Particles in names, which are written in lower case.
PARTICLES = frozenset(
    "al bin da das de del della den der di dos du el ibn la le san ter van von y zu ben".split()
)
_JOINED_PARTICLE = re.compile(r"^(?:d|l|dell|dall|al|el|as|ad|an|ar|at|ul|ibn|bin)['’-](?=\w\w)")
_MAX_JOINER_CHARS = 9
_MAX_PLACE_WORDS = 4
_PREFIXED_AND = ("و", "ו")
# Arabic and Hebrew names that begin with the letter for “and”.
_NAMES_LIKE_AND = frozenset(
    "وائل وجدي وجيه وحيد وداد وديع وردة وسام وسيم وصفي وفاء وفيق ولاء وليد وهبي وهيب "
    "ויקטור ויקטוריה ולדימיר ורדה ורדית וולטר וורן ורה".split()
)
_NON_BYLINE_REASONS = (
    *(Reason.SHARE, Reason.NAVIGATION, Reason.FOOTER, Reason.CONSENT, Reason.RELATED),
    *(Reason.DATE, Reason.CAPTION),
)


def has_common_word(tokens: Sequence[str], language: str | None) -> bool:
    """Whether one of the words is common in menus, or the first never starts a name."""
    folded = [token.casefold() for token in tokens]
    opens = (folded[0],) in listed_phrases(Reason.BYLINE, "no_names")
    return opens or any(word in menu_words(language) for word in folded)


@cache
def menu_words(language: str | None) -> frozenset[str]:
    """Words of labels in the language and in English; words of other languages may be names."""
    words = (
        entry.rstrip(":$")
        for reason in _NON_BYLINE_REASONS
        for key, table in wordlist_tables(reason).items()
        if key in ("any", "en", language)
        for entry in (*table.get("words", ()), *table.get("phrases", ()))
    )
    return frozenset(word for word in words if " " not in word) - PARTICLES


@cache
def _joiners() -> frozenset[str]:
    return frozenset(e[0] for e in listed_phrases(Reason.BYLINE, "joiners") if len(e) == 1) | {"&"}


def is_joiner(token: str, before: Sequence[str]) -> bool:
    """Whether a word joins names; “de” is part of a name, and “y” can be either."""
    word = token.casefold()
    if not before or len(word) > _MAX_JOINER_CHARS or word not in _joiners() or _is_initial(token):
        return False
    return word not in PARTICLES or (word == "y" and len(before) > 1)


def has_joined_and(token: str, before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether a word of a list of names starts with the Arabic or Hebrew “and”.

    At least two words of another name stand before it, and one more word after it.
    """
    return (
        token[:1] in _PREFIXED_AND
        and len(token) > 3
        and len(before) >= 2
        and len(after) > 0
        and token not in _NAMES_LIKE_AND
    )


@cache
def _role_words() -> frozenset[str]:
    """The roles of one word, such as “reporter”."""
    roles = listed_phrases(Reason.BYLINE, "roles")
    return frozenset(role[0] for role in roles if len(role) == 1 and len(role[0]) > 3)


@cache
def _role_beginnings() -> frozenset[tuple[str, str]]:
    """The first two words of longer roles, such as “staff writer”."""
    roles = listed_phrases(Reason.BYLINE, "roles")
    return frozenset((role[0], role[1]) for role in roles if len(role) > 1)


def begins_role(tokens: Sequence[str]) -> bool:
    """Whether a role, such as “reporter” or “staff writer”, stands at the start of some words."""
    first, *rest = (token.casefold().strip(".,") for token in tokens[:2])
    return first in _role_words() or (first, *rest) in _role_beginnings()


def is_only_role(text: str) -> bool:
    """Whether a text is a role and nothing else."""
    return tuple(split_words(text)) in listed_phrases(Reason.BYLINE, "roles")


def has_role(text: str) -> bool:
    """Whether a text contains a role, or is the name of a news agency."""
    tokens = text.split()
    is_agency = agency_name(text) is not None
    return is_agency or any(begins_role(tokens[i:]) for i in range(len(tokens)))


def agency_name(text: str) -> str | None:
    """The text, if it names a news agency and nothing else."""
    return text if tuple(split_words(text)) in listed_phrases(Reason.BYLINE, "agencies") else None


def is_organisation(name: str) -> bool:
    """Whether a name that looks like a person's belongs to a newspaper, station or agency."""
    return any(
        (word,) in listed_phrases(Reason.BYLINE, "organisations") for word in split_words(name)
    )


def is_place(words: Sequence[str]) -> bool:
    """Whether capitalised words are the name of a place: “Port Ellis”, “Mill Road”.

    `words` are spelled as by `split_words`.
    """
    if len(words) < 2 or len(words) > _MAX_PLACE_WORDS:
        return False
    return (
        tuple(words) in listed_phrases(Reason.BYLINE, "places")
        or (words[0],) in listed_phrases(Reason.BYLINE, "place_beginnings")
        or (words[-1],) in listed_phrases(Reason.BYLINE, "place_endings")
    )


def caseless_name(text: str) -> str | None:
    """The name in a script without capitals: 2 to 4 words, or 2 to 5 Han or Hangul characters."""
    tokens = [token.strip(".،," if len(token) > 3 else "،,") for token in text.split()]
    if not tokens or any(c.isupper() or c.islower() or c.isdigit() for c in text):
        return None
    if main_script(text) in ("han", "hangul"):
        return tokens[0] if 2 <= len(tokens[0]) <= 5 and tokens[0].isalpha() else None
    return " ".join(tokens) if 2 <= len(tokens) <= 4 else None


def is_name(text: str) -> bool:
    """Whether a text is a name: two to five capitalised words, initials or particles."""
    tokens = text.split()
    if not 2 <= len(tokens) <= 5 or any(len(token) > 20 for token in tokens):
        return False
    capitals = [token for token in tokens if is_capitalised(token)]
    small = [token for token in tokens if token.casefold() in PARTICLES]
    if len(capitals) < 2 or len(capitals) + len([t for t in small if not is_capitalised(t)]) < len(
        tokens
    ):
        return False
    if not any(len(token.strip(".")) >= 3 for token in capitals):
        return False
    roles = listed_phrases(Reason.BYLINE, "roles")
    return not any((word,) in roles for word in split_words(text))


def _is_initial(token: str) -> bool:
    """Whether a token is a single capital letter; Spanish “y” (and) is in lower case."""
    return len(token.strip(".")) == 1 and token[0].isupper()


def is_capitalised(token: str) -> bool:
    """Whether a token looks like part of a name: a capital, then letters, dots or hyphens.

    A particle may be joined to it: “d'Arc”, “al-Masri”.
    """
    core = _JOINED_PARTICLE.sub("", token.strip('()[]“”"«»'), count=1)
    return bool(core) and core[0].isupper() and all(c.isalpha() or c in ".-'’" for c in core)
