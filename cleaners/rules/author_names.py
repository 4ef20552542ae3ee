"""Normalises author names, and tells people from organisations, staff and accounts."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

from cleaners.reasons import Reason
from cleaners.rules.month_names import month_number
from cleaners.rules.name_words import PARTICLES
from cleaners.rules.wordlists import listed_phrases, split_words

_BRACKETS = re.compile(r"\s*[(\[（【][^()\[\]（）【】]*(?:[)\]）】]|$)")
_QUOTES = " \t,;:|\"“”„«»'‘’<>-–—"
# Degrees and licences after a name. The same letters before a name are initials: “MA Khan”.
_DEGREES = re.compile(
    r"[\s,]+(?:Ph\.?\s?D|D\.?Phil|M\.?D|D\.?O|D\.?D\.?S|J\.?D|Esq|R\.?N|B\.?S\.?N|M\.?S\.?N|N\.?P|"
    r"F?NP-?C|R\.?D\.?N?|LCSW|LMFT|LPC|Ed\.?D|Psy\.?D|Pharm\.?D|M\.?B\.?A|M\.?P\.?H|M\.?Sc|B\.?Sc|"
    r"M\.?S\.?W|M\.?Ed|M\.?S|M\.?A|B\.?A|B\.?S|CPA|CFP|CFA|CPP|PSP|PMP|P\.?E|FACP|FACS|FAAP|"
    r"FACLM|MBBS|BDS|DVM|CPT|CSCS|CEPF)[.®]*(?=\s*(?:,|$))"
)
_SURNAME_FIRST = re.compile(r"((?:[^\W\d_][\w'’-]*\s){0,2}[^\W\d_][\w'’-]+),\s*([^,]{1,30})$")
_MAIL_WITH_NAME = re.compile(r"\S+@\S+\s*\(([^()]+)\)$")
_TURKISH_CAPITALS = frozenset("İĞŞ")
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]{3,}")
# Parts of template code, of dates, telephone numbers, copyright notices and labels.
_NO_NAME = re.compile(
    r"\{\{|\}\}|\$\{|%%|\[object|[©®]|^\W*[\d\W]+$|^[a-z_]{2,}(?:\.[a-z_]{2,}){2,}$"
    r"|\bcopyright\b|\ball rights\b|\w: ",
    re.IGNORECASE,
)
_USERNAME = re.compile(r"[a-z0-9._-]+|\S*\d\S*")


def tidy_name(statement: str) -> str:
    """An author's name without brackets, quotes and degrees, with the given name first.

    >>> [tidy_name(s) for s in ("Ann Marlow (Reuters)", "Ann Marlow, Ph.D.", "Marlow, Ann J.")]
    ['Ann Marlow', 'Ann Marlow', 'Ann J. Marlow']
    """
    if found := _MAIL_WITH_NAME.match(statement):
        statement = found[1]
    text = _BRACKETS.sub(" ", statement).strip(_QUOTES) if len(statement) < 400 else statement
    bare = _DEGREES.sub("", text)
    while bare != text and " " in bare:
        text, bare = bare, _DEGREES.sub("", bare)
    text = " ".join(text.split())
    if (found := _SURNAME_FIRST.match(text)) and _is_surname_first(found[1], found[2]):
        return f"{found[2]} {found[1]}"
    return text


def _is_surname_first(before: str, after: str) -> bool:
    """Whether “Marlow, Ann” is one person: a surname, and one to three given names or initials."""
    given = after.split()
    if len(before.split()) > 1 or not 1 <= len(given) <= 3:
        return False
    if not all(part[0].isupper() and part.replace(".", "").isalpha() for part in given):
        return False
    return not any(is_agency(part) or is_staff(part) for part in (before, after))


def is_agency(text: str) -> bool:
    """Whether a text names a news agency and nothing else."""
    return tuple(split_words(text)) in listed_phrases(Reason.BYLINE, "agencies")


def is_nobody(name: str) -> bool:
    """Whether a name is only a system role, a number, a notice or what a template left over.

    >>> [is_nobody(s) for s in ("admin", "Site Admin", "user-12", "© The Quay", "5 May 2021", "Bo")]
    [True, True, True, True, True, False]
    """
    words = split_words(name)
    accounts = listed_phrases(Reason.BYLINE, "accounts")
    if tuple(words) in accounts or _NO_NAME.search(name):
        return True
    rest = [word for word in words if not word.isdecimal() and (word,) not in accounts]
    is_dated = len(rest) == 1 and len(words) > 1 and month_number(rest[0], None) is not None
    return not rest or is_dated


def is_staff(name: str) -> bool:
    """Whether a name belongs to a desk, a feed, a newspaper or another organisation."""
    words = split_words(name)
    return bool(words) and (
        tuple(words) in listed_phrases(Reason.BYLINE, "staff")
        or any(word in _body_words() for word in words)
        or is_agency(name)
        or is_nobody(name)
    )


def is_account(name: str) -> bool:
    """Whether a name may not be a person's: an organisation, or a user name such as “anna99”."""
    is_title = name.casefold().startswith("the ")
    return is_title or is_staff(name) or _USERNAME.fullmatch(name) is not None


def without_capitals(name: str) -> str:
    """A name with the usual capitalisation, if the page prints it in all capitals.

    >>> [without_capitals(name) for name in ("MARGARET O'SHEA-BELL", "ELİF IŞIK", "AFP")]
    ["Margaret O'Shea-Bell", 'Elif Işık', 'AFP']
    >>> without_capitals("ANNA VAN DER MARLE")
    'Anna van der Marle'
    """
    if " " not in name or not name.isupper():
        return name
    is_turkish = not _TURKISH_CAPITALS.isdisjoint(name)
    text = _LETTERS.sub(lambda found: _capitalised(found[0], is_turkish=is_turkish), name)
    first, *rest = text.split(" ")
    return " ".join([first, *(w.lower() if w.lower() in PARTICLES else w for w in rest)])


def _capitalised(word: str, *, is_turkish: bool) -> str:
    rest = word[1:].replace("İ", "i")
    return word[0] + (rest.replace("I", "ı") if is_turkish else rest).lower()


def common_words(name: str) -> tuple[int, int]:
    """The number of common English words in a text, and the number of all words.

    Words of fewer than three letters don't count.

    >>> common_words("Customer Reviews"), common_words("Ann Bridges")
    ((2, 2), (1, 2))
    """
    words = _WORD.findall(name.casefold())
    return sum(word in _common_words() for word in words), len(words)


def is_label(name: str) -> bool:
    """Whether capitalised words are a role or a label: two of them are common words, or all.

    >>> is_label("Disclosure Policy"), is_label("Trial"), is_label("Ann Bridges")
    (True, True, False)
    """
    common, n_words = common_words(name)
    return common >= min(2, n_words) > 0


@cache
def _common_words() -> frozenset[str]:
    path = files("cleaners") / "data" / "common_words.json"
    return frozenset(
        word for line in json.loads(path.read_text("utf-8"))["words"] for word in line.split()
    )


@cache
def _body_words() -> frozenset[str]:
    """Words in the names of newspapers, desks and companies."""
    return frozenset(
        entry[0]
        for key in ("organisations", "bodies")
        for entry in listed_phrases(Reason.BYLINE, key)
        if len(entry) == 1
    )
