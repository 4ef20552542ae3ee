"""Date lines: a line that says when the page was published, and the date in it."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from importlib import import_module

from cleaners.rules.line_features import Facts

_YEAR = re.compile(r"(?<!\d)(?:19[5-9]\d|20\d\d)(?!\d)")
_FIGURES = re.compile(r"(?<!\d)(\d{1,2})[./-]\s?(\d{1,2})[./-]\s?(\d{4}|\d{2})(?!\d)")
_DATED = re.compile(rf"{_YEAR.pattern}|{_FIGURES.pattern}")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_CJK = re.compile(r"((?:19|20)\d\d)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_CLOCK = re.compile(
    r"(?<![\d.])\d{1,2}\s?[:.h]\s?\d{2}(?![\d.])(?:[:.]\d{2})?(?:\s*[ap]\.?m\b\.?)?", re.I
)
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|ª)?(?!\d)", re.I)
_WORD = re.compile(r"[^\W\d_]{2,}\.?")
_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_MAX_WORDS = 16
_MOST_WORDS = 24  # where only those around the year count
_BEFORE, _AFTER = 40, 25  # characters around the year that its day and month are looked for in
_BYSTANDERS = 4  # words beside the date: “Published on”, a weekday, a name
_MORE_BYSTANDERS = 8  # where a time of day says that this is about a date
# Clocks of places that write the day first.
_DAY_FIRST = re.compile(
    r"\b(?:1[3-9]|2[0-3])[:.][0-5]\d\b|\b(?:GMT|UTC|CES?T|BST|IST|SAST|AES?T|SGT)\b"
)
# Codes of languages that CLDR's tables have under another one.
_TABLES = {"no": "nb", "sh": "hr", "iw": "he", "in": "id"}


def looks_dated(facts: Facts) -> bool:
    """Whether a line is short and has a year in it, or a date in figures."""
    return _DATED.search(facts.text) is not None and facts.size <= _MAX_WORDS and not facts.prose


def date_in(facts: Facts, language: str | None) -> str | None:
    """The ISO date in a line that says little else; None for any other line."""
    if facts.size > _MOST_WORDS or not _DATED.search(facts.text):
        return None
    text = _CLOCK.sub(" ", facts.text)
    for written in (_ISO.search(text), _CJK.search(text)):
        if written:
            return _valid(*map(int, written.groups()))
    if figures := _FIGURES.search(text):
        return _in_figures(*map(int, figures.groups()), american=_american(facts.text, language))
    timed = len(text) != len(facts.text)
    return _in_words(text, language, _MORE_BYSTANDERS if timed else _BYSTANDERS)


def _american(text: str, language: str | None) -> bool:
    """Whether 3/4/2020 is the fourth of March: slashes, in English, by an American clock."""
    return language == "en" and "/" in text and not _DAY_FIRST.search(text)


def _in_figures(first: int, second: int, year: int, *, american: bool) -> str | None:
    if year < 100:
        year += 1900 if year > 70 else 2000
    day, month = (second, first) if american else (first, second)
    return _valid(year, month, day) or _valid(year, day, month)


def _in_words(text: str, language: str | None, bystanders: int) -> str | None:
    """A day, a year and the name of a month, in whatever order the language puts them."""
    year = _YEAR.search(text)
    if year is None:
        return None
    start, end = year.span()
    rest = text[max(0, start - _BEFORE) : start] + " " + text[end : end + _AFTER]
    days = [day for found in _DAY.finditer(rest) if 1 <= (day := int(found[1])) <= 31]
    words = _WORD.findall(rest)
    if not days or len(words) > bystanders + 1:
        return None
    for word in words:
        if month := month_of(word, language):
            return _valid(int(year[0]), month, days[0])
    return None


def month_of(word: str, language: str | None) -> int | None:
    """The number of a month by its name, in the page's language or in English."""
    folded = word.casefold().rstrip(".")
    for tried in dict.fromkeys([language or "en", "en"]):
        if number := _months(tried).get(folded):
            return number
    return None


@cache
def _months(language: str) -> dict[str, int]:
    """The names of the months in a language, from the tables that dateparser keeps of CLDR's.

    dateparser itself would read them too, but takes a quarter of a second to get ready.
    """
    if language == "en":
        english = {name: number for number, name in enumerate(_MONTHS, 1)}
        return english | {name[:3]: number for name, number in english.items()} | {"sept": 9}
    try:
        name = _TABLES.get(language, language)
        tables = import_module(f"dateparser.data.date_translation_data.{name}")
    except ModuleNotFoundError:
        return {}
    names = (
        (name.casefold().rstrip("."), number)
        for number, month in enumerate(_MONTHS, 1)
        for name in tables.info.get(month, ())
    )
    return {name: number for name, number in names if not name.isdigit()}


def _valid(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
