"""Bylines: lines that say who wrote the article, and the names in them."""

from __future__ import annotations

import re

from cleaners.model import Reason
from cleaners.script import main_script
from cleaners.vocabulary import listed, vocabulary, words_of

# Particles that are written small inside a name.
_PARTICLES = frozenset(
    "al bin da das de del della den der di dos du el ibn la le san ter van von y zu ben".split()
)
_TOKEN = re.compile(r"[^\s,;/|]+")
_SPLIT = re.compile(r"[,;/|•·]|\s[-–—]\s")
# What follows a name in a byline that goes on: “A. Marlow with inputs from agencies”.
_GOES_ON = re.compile(
    r"^(?P<name>.+?)(?:\s+(?:with|for|in|contributed)\s.+|\s*[-–—,|(]\s*(?P<rest>.+))$", re.I
)
_MAX_WORDS = 24
_LONGEST = 300  # characters


def byline_authors(line: str) -> tuple[str, ...] | None:
    """The authors in a line that opens as bylines do (“By …”, “Автор: …”); None if it doesn't.

    >>> byline_authors("By Jane Q. Doe and Ivan Petrov, Reuters")
    ('Jane Q. Doe', 'Ivan Petrov')
    """
    if len(line) > _LONGEST:
        return None
    words = words_of(line)
    if not 2 <= len(words) <= _MAX_WORDS:
        return None
    phrase = vocabulary(Reason.BYLINE).phrase(line, words, room=_MAX_WORDS)
    if phrase is None:
        return None
    rest = line
    for _ in phrase.split():
        match = re.match(r"\W*[^\W_]+(?:['’][^\W_]+)*", rest)
        rest = rest[match.end() :] if match else rest
    rest = rest.lstrip(" :：.-–—|\u00a0")
    names = names_in(rest)
    return names or None


def names_in(text: str) -> tuple[str, ...]:
    """The leading names of a list of names, up to the first part that isn't one."""
    joiners = {entry for entry in listed(Reason.BYLINE, "joiners") if len(entry) == 1}
    found: list[str] = []
    for part in _SPLIT.split(text):
        pieces: list[list[str]] = [[]]
        for token in part.split():
            if pieces[-1] and not _initial(token) and tuple(words_of(token)) in joiners:
                pieces.append([])
            else:
                pieces[-1].append(token)
        names = [" ".join(piece) for piece in pieces if piece]
        good = [name for name in map(_opening_name, names) if name]
        found += good
        if len(good) < len(names) or not names:
            break
    return tuple(dict.fromkeys(found))


def lone_name(line: str) -> tuple[str, ...] | None:
    """The name in a line that is nothing else, or a name and what it worked for.

    >>> lone_name("A. Marlow"), lone_name("Ann Marlow with inputs from agencies")
    (('A. Marlow',), ('Ann Marlow',))
    >>> lone_name("Bridge closed until Monday")
    """
    if len(line) > _LONGEST or len(words_of(line)) > 14 or re.search(r"[.!?:]$|\d", line):
        return None
    if _is_name(line):
        return (line.strip(),)
    match = _GOES_ON.match(line)
    if match and _is_name(match["name"]) and len(match["name"].split()) >= 2:
        return (match["name"].strip(),)
    return None


def _opening_name(text: str) -> str | None:
    """The name that a text opens with: it goes as far as the words are capitalised."""
    if (name := _caseless_name(text)) is not None:
        return name
    kept: list[str] = []
    for token in _TOKEN.findall(text)[:6]:
        if not (_capital(token) or (kept and token.casefold() in _PARTICLES)):
            break
        kept.append(token)
    name = " ".join(kept).strip(" .,:") if kept else ""
    if kept and kept[-1].endswith(".") and len(kept[-1]) <= 2:
        name += "."
    return name if _is_name(name) else None


def _caseless_name(text: str) -> str | None:
    """The name, in a script without capitals: two to four words, or as many Han characters."""
    tokens = [token.strip(".،,") for token in text.split()]
    if not tokens or any(c.isupper() or c.islower() or c.isdigit() for c in text):
        return None
    if main_script(text) in ("han", "hangul"):
        return tokens[0] if 2 <= len(tokens[0]) <= 5 and tokens[0].isalpha() else None
    return " ".join(tokens) if 2 <= len(tokens) <= 4 else None


def _is_name(text: str) -> bool:
    """Whether two to five capitalised words, initials or particles stand here and nothing else."""
    tokens = text.split()
    if not 2 <= len(tokens) <= 5 or any(len(token) > 20 for token in tokens):
        return False
    capitals = [token for token in tokens if _capital(token)]
    small = [token for token in tokens if token.casefold() in _PARTICLES]
    if len(capitals) < 2 or len(capitals) + len([t for t in small if not _capital(t)]) < len(
        tokens
    ):
        return False
    if not any(len(token.strip(".")) >= 3 for token in capitals):
        return False
    roles = listed(Reason.BYLINE, "roles")
    return not any((word,) in roles for word in words_of(text))


def _initial(token: str) -> bool:
    """Whether a token is a single capital, as between first and last name; Spanish y is small."""
    return len(token.strip(".")) == 1 and token[0].isupper()


def _capital(token: str) -> bool:
    """Whether a token looks like part of a name: a capital, then letters, dots or hyphens."""
    core = token.strip('()[]“”"«»')
    return bool(core) and core[0].isupper() and all(c.isalpha() or c in ".-'’" for c in core)
