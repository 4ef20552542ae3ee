"""Recognises date lines, which give the day of publication or update, and reads the dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache

from cleaners.reasons import Reason
from cleaners.rules.calendars import full_year, gregorian_day, in_ascii_digits, jalali_month
from cleaners.rules.line_features import LineFeatures, cached_on_line
from cleaners.rules.month_names import month_number, names_day_or_month
from cleaners.rules.wordlists import split_words, wordlist, wordlist_tables

_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?<!\d)(?:1[34]\d\d|19[5-9]\d|2[05]\d\d)(?!\d)")
_NUMERIC_DATE = re.compile(
    r"(?<![\d/])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d|\2\d)"
)
_YEAR_OR_DATE = re.compile(
    r"(?<!\d)(?:19[5-9]\d|20\d\d)(?!\d)|(?<!\d)\d{1,2}[./-]\s?\d{1,2}[./-]\s?(?:\d{4}|\d{2})(?!\d)"
)
_YEAR_FIRST = re.compile(
    r"(?<!\d)(\d{4})\s?(?:[-/.]|[年년]\s?)\s?(\d{1,2})\s?(?:[-/.]|[月월]\s?)\s?(\d{1,2})(?!\d)"
)
_YEAR_FIRST_LANGUAGES = frozenset(("ja", "ko", "zh"))  # which also write 21/05/14
_DIGITS_ONLY = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])([0-3]\d)(?:T?\d{4,6}Z?)?$")
_EPOCH_TIME = re.compile(r"([89]\d{8}|1\d{9})(?:\d{3})?$")  # seconds or milliseconds since 1970
_VIETNAMESE = re.compile(
    r"(?<!\d)(\d{1,2})\s*(?:tháng|thg\.?)\s*(\d{1,2})\s*(?:,|năm|[-/])*\s*(\d{4})(?!\d)", re.I
)
# Letters, including the combining marks of South and South-East Asian scripts.
_LETTER = (
    r"(?:[^\W\d_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u0670\u200c\u200d]"
    r"|[\u0900-\u0963\u0971-\u0df4\u0e00-\u0eff\u0f00-\u109f\u1780-\u17d3])"
)
_MONTH_WORD = re.compile(
    rf"{_LETTER}{{2,}}(?:\.{_LETTER}{{1,3}}){{0,2}}\.?|(?<![^\W\d_]){_LETTER}\.{_LETTER}\."
)
# A day directly before or after the month, and a year nearby, with at most a short word between.
_ORDINAL = r"(?:st|nd|rd|th|er|º|ª|[^\W\d_]{1,2})?\.?"
_DAY_BEFORE = re.compile(
    rf"(?<![\d.:/])(\d{{1,2}}){_ORDINAL}[\s,/-]*(?:(?:d[’']|[^\W\d_]{{1,3}}\.?)\s+)?$", re.I
)
_DAY_AFTER = re.compile(
    rf"[\s,/-]*(\d{{1,2}})(?!\d|\s?[:h]\s?\d|\.\d\d){_ORDINAL}(?![^\W\d_])", re.I
)
_YEAR_AFTER = re.compile(
    r"(?:[\s,./-]|[^\W\d_]{1,5}\.?[\s,]|[พค]\.ศ\.|ปี)*(\d{4})(?!\d)|[\s,]*[-/’'‘]\s*(\d\d)(?!\d|\s?[:.h]\s?\d)",
    re.I,
)
_SHORT_YEAR_AFTER = re.compile(r"\s*(\d\d)(?!\d|\s?[:.]\s?\d)")
_YEAR_BEFORE = re.compile(r"(?<!\d)(\d{4})[\s,./-]*(?:[^\W\d_]{1,8}\.?[\s,]*)?$")
_JOINED_WORD = re.compile(r"(?<=[a-zß-ÿа-яё])[A-ZÀ-ÞА-ЯЁ][a-zß-ÿа-яё]{2,9}")
_NEXT_WORD = re.compile(r" [^\W\d_]{2,}")
_UNIX_DATE = re.compile(
    r"\b[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) \d\d:\d\d:\d\d"
    r" (?:[A-Z]{1,5}(?:[+-]\d+)? )?(\d{4})\b"
)
_UNTIL = re.compile(
    r"[\s,]*(?:\d{1,2}[:.]\d\d\s*)?(?:[–—-]|to|until|till|through|bis|au|al|até|a|до|по|ile)\s*",
    re.I,
)
_ITEM_MARK = re.compile(r"[|•·]")  # between a date and the other items of its line
_TIME_OF_DAY = re.compile(
    r"(?<![\d.])\d{1,2}\s?[:.h]\s?\d{2}(?![\d.])(?:[:.]\d{2})?(?:\s*[ap]\.?m\b\.?)?", re.I
)
_MAX_DATED_WORDS = 16
_MAX_DATE_LINE_WORDS = 24  # a longer line is not a date line
# In a date line, the text this far before and after a date has few other words.
_CHARS_BEFORE, _CHARS_AFTER = 40, 25
_MAX_OTHER_WORDS = 4  # other words near the date: “Published on”, a weekday, a name
_MAX_OTHER_WORDS_WITH_TIME = 8  # the same if the line has a time of day or starts like a byline
# Times and zones that show that the page writes the day first, and that it writes the month first.
_DAY_FIRST = re.compile(
    r"\b(?:1[3-9]|2[0-3])[:.][0-5]\d\b|\b(?:GMT|UTC|CES?T|BST|IST|SAST|AES?T|SGT)\b"
)
_MONTH_FIRST = re.compile(r"\b[ECMP][SD]?T\b|^[A-Z][a-z]{2}, \d\d/\d\d/\d{4} - \d\d:\d\d$")
# The year after the separator is searched first: ten times as fast as searching digits.
# A pattern for each mark, because a search for a fixed first character is ten times as fast.
_YEARS_AFTER_MARKS = tuple(re.compile(rf"{mark}(?:19|20)\d\d(?![\d-])") for mark in "/-")
_SLASHED_DAY = re.compile(r"(?<![\w/.-])(\d{1,2})[/-](\d{1,2})$")
_DAY_FIRST_PAGE = re.compile(
    r"https?://[^/]*\.(?:uk|ie|au|nz|in|za|sg|my|hk|ng|ke|gh|pk|bd|lk|mt|eu)(?:[:/]|$)"
    r"|^en[-_](?:GB|IE|AU|NZ|IN|ZA|SG|HK|MY)$",
    re.I,
)
_EVIDENCE_CHARS = 400_000  # characters of a page that are searched for unambiguous dates


class DateRole(StrEnum):
    """What happened on a date, according to the words next to it."""

    PUBLISHED = "published"
    UNLABELLED = "unlabelled"
    UPDATED = "updated"
    OTHER = "other"  # an event, a deadline, a birth, a photograph


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a line: its ISO 8601 day, its role, and its character range in the line."""

    day: str
    role: DateRole
    start: int
    end: int


@cached_on_line
def has_date(line: LineFeatures) -> bool:
    """Whether a line is short and contains a year or a numeric date."""
    if line.n_words > _MAX_DATED_WORDS or line.is_prose:
        return False
    if _YEAR_OR_DATE.search(line.text) is not None:
        return True
    return not line.text.isascii() and bool(_YEAR_FIRST.search(in_ascii_digits(line.text)))


def published_day(mentions: Sequence[DateMention]) -> str | None:
    """The publication day among some dates; else an unlabelled day, or the day of an update."""
    for role in DateRole:
        for mention in mentions:
            if mention.role is role:
                return mention.day
    return None


def find_line_dates(
    line: LineFeatures, language: str | None, month_first: bool | None = None
) -> tuple[DateMention, ...]:
    """The dates in a date line, which has few other words; empty for other lines.

    `month_first` says whether the page writes the month first in 3/4/2020; None if unknown.
    """
    if line.n_words > _MAX_DATE_LINE_WORDS or not (line.n_numbers or "年" in line.text):
        return ()
    text = _separate_months(in_ascii_digits(line.text, language), language)
    found = find_dates(text, language, month_first)
    if not found:
        return ()
    timed = _TIME_OF_DAY.search(text) is not None
    is_byline = not wordlist(Reason.BYLINE).first_words.isdisjoint(line.words[:1])
    most = _MAX_OTHER_WORDS_WITH_TIME if timed or is_byline else _MAX_OTHER_WORDS
    return found if all(_words_around(text, found, i) <= most for i in range(len(found))) else ()


def _separate_months(text: str, language: str | None) -> str:
    """A text with a blank before each month that a converter joined to a word: “MarlowMay 14”."""

    def separate(found: re.Match[str]) -> str:
        return f" {found[0]}" if month_number(found[0], language) else found[0]

    return _JOINED_WORD.sub(separate, text)


def _words_around(text: str, found: Sequence[DateMention], i: int) -> int:
    """The number of words near a date that are neither a label nor part of another date.

    Words beyond a separator, as in “Ann Marlow | 12 May 2022”, are not near.
    """
    start, end = found[i].start, found[i].end
    if not _MONTH_WORD.search(text, start, end):
        return 0  # numeric dates don't occur in sentences
    first = max(start - _CHARS_BEFORE, found[i - 1].end if i else 0)
    last = min(end + _CHARS_AFTER, found[i + 1].start if i + 1 < len(found) else len(text))
    before, after = _ITEM_MARK.split(text[first:start])[-1], _ITEM_MARK.split(text[end:last])[0]
    words = _MONTH_WORD.findall(_TIME_OF_DAY.sub(" ", f"{before} {after}"))
    labels = sum(len(label[0].split()) for label in _labels().finditer(" ".join(words).casefold()))
    return len(words) - labels


def find_dates(
    text: str, language: str | None, month_first: bool | None = None
) -> tuple[DateMention, ...]:
    """The dates in a text with ASCII digits, in order, each with its role.

    Dates of events, deadlines and the like are left out, and so is a range of days.
    `month_first` is as in `find_line_dates`.
    """
    if not _DIGIT.search(text):
        return ()  # most lines have none, and no date goes without
    if _MONTH_FIRST.search(text):
        month_first = True
    elif month_first is None:
        month_first = language == "en" and "/" in text and not _DAY_FIRST.search(text)
    found: dict[tuple[int, int], str] = {}
    for start, end, day in _written_dates(text, language, month_first):
        if day and not any(start < e and s < end for s, e in found):
            found[start, end] = day
    if not found:
        return ()
    places = sorted(found)
    dates = [
        DateMention(found[place], role, *place)
        for place, role in zip(places, _roles(text, places), strict=True)
    ]
    if len(dates) == 2 and _is_range(text, *dates):
        return ()
    return tuple(date for date in dates if date.role is not DateRole.OTHER)


def opens_with_publication(text: str, language: str | None) -> bool:
    """Whether a text starts with a date, with or without a label such as “Published on”."""
    for date in find_dates(text, language):
        before = split_words(text[: date.start])
        is_bare = all(names_day_or_month(word, language) for word in before)
        return is_bare or date.role is DateRole.PUBLISHED
    return False


def _is_range(text: str, first: DateMention, last: DateMention) -> bool:
    """Whether two dates are the first and the last day of something: “3 July – 5 July”."""
    is_labelled = {first.role, last.role} & {DateRole.PUBLISHED, DateRole.UPDATED}
    between = text[first.end : last.start]
    return first.day < last.day and not is_labelled and _UNTIL.fullmatch(between) is not None


def parse_stated_date(text: str, language: str | None, month_first: bool | None) -> str | None:
    """The day in a date value from a page's metadata, as YYYY-MM-DD; None if it has no valid date.

    `month_first` is as in `find_line_dates`.
    """
    text = in_ascii_digits(text.strip(), language)
    if epoch := _EPOCH_TIME.match(text):
        moment = datetime.fromtimestamp(int(epoch[1]), UTC)
        return gregorian_day(moment.year, moment.month, moment.day, None)
    if digits := _DIGITS_ONLY.match(text):
        year, month, day = map(int, digits.groups())
        return gregorian_day(year, month, day, language)
    found = find_dates(text[:100], language, month_first)
    return found[0].day if found else None


def month_first_evidence(text: str, locale: str | None, url: str | None) -> bool | None:
    """Whether a page writes the month before the day in 3/4/2020; None if unknown.

    `text` is the page, where unambiguous dates such as 3/31/2020 decide; else its `locale` and its
    `url` can.
    """
    years = (
        found.start()
        for pattern in _YEARS_AFTER_MARKS
        for found in pattern.finditer(text, 0, _EVIDENCE_CHARS)
    )
    days = (_SLASHED_DAY.search(text[max(0, year - len("/31/12")) : year]) for year in years)
    pairs = [found.groups() for found in days if found]
    day_first = any(int(first) > 12 for first, _ in pairs)
    month_first = any(int(second) > 12 for _, second in pairs)
    if day_first != month_first:
        return month_first
    if _DAY_FIRST_PAGE.search(locale or "") or _DAY_FIRST_PAGE.search(url or ""):
        return False
    return None


def _written_dates(
    text: str, language: str | None, month_first: bool
) -> Iterator[tuple[int, int, str | None]]:
    """The start, the end and the day of each date in any format; the day is None if impossible."""
    for found in _YEAR_FIRST.finditer(text):
        year, month, day = map(int, found.groups())
        yield *found.span(), gregorian_day(year, month, day, language)
    for found in _NUMERIC_DATE.finditer(text):
        first, second = int(found[1]), int(found[3])
        day, month = (second, first) if month_first else (first, second)
        year = full_year(found[4], language)
        if language in _YEAR_FIRST_LANGUAGES and len(found[4]) == 2:
            year, month, day = full_year(found[1].zfill(2), language), second, int(found[4])
        yield (
            *found.span(),
            gregorian_day(year, month, day, language) or gregorian_day(year, day, month, language),
        )
    for found in _UNIX_DATE.finditer(text):
        yield *found.span(), _day(found[3], month_number(found[1], "en") or 0, found[2], "en")
    for found in _VIETNAMESE.finditer(text):
        day, month, year = map(int, found.groups())
        yield *found.span(), gregorian_day(year, month, day, language)
    if _YEAR.search(text) or language == "th" or "'" in text or "’" in text or "-" in text:
        for found in _MONTH_WORD.finditer(text):
            if whole := _date_around(text, found, language):
                yield whole


def _date_around(
    text: str, word: re.Match[str], language: str | None
) -> tuple[int, int, str | None] | None:
    """The date with this word as its month: start, end and day; None if the word is no month."""
    start, end = word.span()
    pair = _NEXT_WORD.match(text, end)
    month = month_number(f"{word[0]}{pair[0]}", language) if pair else None
    if month and pair:
        end = pair.end()
    before = _DAY_BEFORE.search(text, max(0, start - 12), start)
    after = _DAY_AFTER.match(text, end)
    if not before and not after:
        return None
    name = word[0].replace(".", "")
    month = month or month_number(word[0], language) or month_number(name, language)
    month = month or jalali_month(name, language)
    if not month:
        return None
    # “4 May 14, 2021”: the number after the month is the day, because a year follows it.
    later = after and _YEAR_AFTER.match(text, after.end())
    if after and later and (later[1] or set("’'‘") & set(later[0])):
        return start, later.end(), _day(later[1] or later[2], month, after[1], language)
    if before and (year := _year_after(text, end, language)):
        return (
            before.start(),
            year.end(),
            _day(year[year.lastindex or 1], month, before[1], language),
        )
    for day in filter(None, (before, after)):
        first = min(start, day.start())
        if year := _YEAR_BEFORE.search(text, max(0, first - 16), first):
            return year.start(), max(end, day.end()), _day(year[1], month, day[1], language)
    return None


def _year_after(text: str, end: int, language: str | None) -> re.Match[str] | None:
    short = _SHORT_YEAR_AFTER.match(text, end) if language == "th" else None
    return _YEAR_AFTER.match(text, end) or short


def _day(year: str, month: int, day: str, language: str | None) -> str | None:
    return gregorian_day(full_year(year, language), month, int(day), language)


def _roles(text: str, places: Sequence[tuple[int, int]]) -> Iterator[DateRole]:
    """The role of each date, from the label before it, or after it if labels follow dates."""
    ends = [0, *(end for _, end in places)]
    starts = [*(start for start, _ in places), len(text)]
    between = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    before = [_label(part, last=True) for part in between]
    after = [_label(part, last=False) for part in between[1:]]
    if after and not before[0] and _is_label_of_date(after[-1], between[-1]):
        before = [*after, None]  # “2024年3月4日 公開 2024年3月5日 更新”
    for label in before[:-1]:
        yield label or DateRole.UNLABELLED


def _is_label_of_date(role: DateRole | None, text: str) -> bool:
    """Whether a label after a date is of that date, not of a time: “(Updated 11:54 am)”."""
    if role is DateRole.UPDATED:
        return _TIME_OF_DAY.search(text) is None
    return role is DateRole.PUBLISHED


def role_of_label(text: str) -> DateRole | None:
    """What a label such as “Date of publication” says about the date after it; None if nothing."""
    return _label(text, last=True)


def _label(text: str, *, last: bool) -> DateRole | None:
    found = [DateRole(str(label.lastgroup)) for label in _labels().finditer(text.casefold())]
    return found[-1 if last else 0] if found else None


@cache
def _labels() -> re.Pattern[str]:
    """A pattern for the stems of words for publishing and updating, in all languages."""
    table = wordlist_tables(Reason.DATE)["labels"]
    groups = (
        f"(?P<{role}>{'|'.join(map(re.escape, table[role]))})"
        for role in (DateRole.UPDATED, DateRole.PUBLISHED)
    )
    others = "|".join(map(re.escape, table[DateRole.OTHER]))
    return re.compile("|".join((*groups, rf"(?<![^\W\d_])(?P<{DateRole.OTHER}>{others})")))
