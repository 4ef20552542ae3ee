"""Date lines: lines that give the publication date, and the date in them."""

from __future__ import annotations

import re
from datetime import date

from cleaners.rules.line_features import LineFeatures
from cleaners.rules.month_names import month_number

_YEAR = re.compile(r"(?<!\d)(?:19[5-9]\d|20\d\d)(?!\d)")
_NUMERIC_DATE = re.compile(r"(?<!\d)(\d{1,2})[./-]\s?(\d{1,2})[./-]\s?(\d{4}|\d{2})(?!\d)")
_YEAR_OR_DATE = re.compile(rf"{_YEAR.pattern}|{_NUMERIC_DATE.pattern}")
_ISO_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_CJK_DATE = re.compile(r"((?:19|20)\d\d)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_TIME_OF_DAY = re.compile(
    r"(?<![\d.])\d{1,2}\s?[:.h]\s?\d{2}(?![\d.])(?:[:.]\d{2})?(?:\s*[ap]\.?m\b\.?)?", re.I
)
_DAY_OF_MONTH = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|ª)?(?!\d)", re.I)
_MONTH_WORD = re.compile(r"[^\W\d_]{2,}\.?")
_MAX_DATED_WORDS = 16
_MAX_DATE_LINE_WORDS = 24  # a longer line is not a date line
_CHARS_BEFORE_YEAR, _CHARS_AFTER_YEAR = (
    40,
    25,
)  # characters around the year that its day and month are looked for in
_MAX_OTHER_WORDS = 4  # words beside the date: “Published on”, a weekday, a name
_MAX_OTHER_WORDS_WITH_TIME = 8  # when the line has a time of day too
# Times of day as written where the day comes first.
_DAY_FIRST = re.compile(
    r"\b(?:1[3-9]|2[0-3])[:.][0-5]\d\b|\b(?:GMT|UTC|CES?T|BST|IST|SAST|AES?T|SGT)\b"
)


def has_date(line: LineFeatures) -> bool:
    """Whether a line is short and contains a year or a numeric date."""
    return (
        _YEAR_OR_DATE.search(line.text) is not None
        and line.n_words <= _MAX_DATED_WORDS
        and not line.is_prose
    )


def parse_date_line(line: LineFeatures, language: str | None) -> str | None:
    """The ISO 8601 date of a line that has little else; None for other lines."""
    if line.n_words > _MAX_DATE_LINE_WORDS or not _YEAR_OR_DATE.search(line.text):
        return None
    text = _TIME_OF_DAY.sub(" ", line.text)
    for written in (_ISO_DATE.search(text), _CJK_DATE.search(text)):
        if written:
            return _iso_date(*map(int, written.groups()))
    if figures := _NUMERIC_DATE.search(text):
        return _parse_numeric(
            *map(int, figures.groups()), american=_is_month_first(line.text, language)
        )
    timed = len(text) != len(line.text)
    return _parse_words(text, language, _MAX_OTHER_WORDS_WITH_TIME if timed else _MAX_OTHER_WORDS)


def _is_month_first(text: str, language: str | None) -> bool:
    """Whether 3/4/2020 is the fourth of March: English, with slashes, and no 24-hour clock."""
    return language == "en" and "/" in text and not _DAY_FIRST.search(text)


def _parse_numeric(first: int, second: int, year: int, *, american: bool) -> str | None:
    if year < 100:
        year += 1900 if year > 70 else 2000
    day, month = (second, first) if american else (first, second)
    return _iso_date(year, month, day) or _iso_date(year, day, month)


def _parse_words(text: str, language: str | None, bystanders: int) -> str | None:
    """The date of a day, a year and a month name, in any order."""
    year = _YEAR.search(text)
    if year is None:
        return None
    start, end = year.span()
    rest = (
        text[max(0, start - _CHARS_BEFORE_YEAR) : start] + " " + text[end : end + _CHARS_AFTER_YEAR]
    )
    days = [day for found in _DAY_OF_MONTH.finditer(rest) if 1 <= (day := int(found[1])) <= 31]
    words = _MONTH_WORD.findall(rest)
    if not days or len(words) > bystanders + 1:
        return None
    for word in words:
        if month := month_number(word, language):
            return _iso_date(int(year[0]), month, days[0])
    return None


def _iso_date(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
