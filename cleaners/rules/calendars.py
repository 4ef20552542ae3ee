"""Converts dates in other calendars and digits to Gregorian dates."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from functools import cache

_JALALI_LANGUAGES = frozenset(("fa", "ps", "ckb", "lrc", "mzn", "azb"))
_AFGHAN_MONTHS = "حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت".split()
_ERA_STARTS = {
    "令和": 2018,
    "平成": 1988,
    "昭和": 1925,
    "民國": 1911,
    "民国": 1911,
    "中華民國": 1911,
}
_ERA_YEAR = re.compile(r"(令和|平成|昭和|(?:中華|中华)?民[國国])\s*(\d{1,3}|元)(?=\s*[年/.-])")
_ERA_LETTER = re.compile(r"(?<![A-Za-z])([RHS])(\d{1,2})(?=[./年-]\d)")
_ERAS_BY_LETTER = {"R": "令和", "H": "平成", "S": "昭和"}
_TAIWAN_YEAR = re.compile(r"(?<!\d)(1[0-4]\d)(?=\s*年|[/.-]\d{1,2}[/.-]\d{1,2}(?!\d))")
_CHINESE_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "○": 0,
}
_CHINESE_NUMBER = re.compile(r"[〇○零一二三四五六七八九十廿]{1,4}(?=\s*[年月日號号])")
_FULL_WIDTH = str.maketrans("／．－：，　،", "/.-:, ,")
# Optional vowel signs and stress marks: “مارِس”, “ма́рта”.
_READING_MARK = re.compile("[\u0300\u0301\u0591-\u05bd\u05bf-\u05c7\u0640\u064b-\u0652\u0670]")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_BUDDHIST_OFFSET = 543  # years
_EPOCHS = (date(1970, 1, 1), date(1969, 12, 31))  # software prints these for a missing date
_EARLIEST = date(1900, 1, 2)


def in_ascii_digits(text: str, language: str | None = None) -> str:
    """A text with ASCII digits, and with years of Chinese and Japanese eras converted.

    >>> in_ascii_digits("٤ مارس ٢٠٢٤"), in_ascii_digits("令和六年三月十四日")
    ('4 مارس 2024', '2024年3月14日')
    """
    if language == "zh":
        text = _TAIWAN_YEAR.sub(lambda found: str(int(found[1]) + 1911), text)
    elif language == "ja":
        text = _ERA_LETTER.sub(lambda found: _era_year(_ERAS_BY_LETTER[found[1]], found[2]), text)
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text).translate(_FULL_WIDTH)
    text = _READING_MARK.sub("", text)
    text = _OTHER_DIGIT.sub(lambda found: str(unicodedata.digit(found[0], "")), text)
    if "年" in text or "民" in text or language == "zh":
        text = _CHINESE_NUMBER.sub(lambda found: _chinese_value(found[0]), text)
        text = _ERA_YEAR.sub(lambda found: _era_year(found[1], found[2]), text)
    return text


def _era_year(era: str, year: str) -> str:
    return str(
        _ERA_STARTS[era.removeprefix("中華").removeprefix("中华")] + int(year.replace("元", "1"))
    )


def _chinese_value(text: str) -> str:
    """A Chinese number in ASCII digits: a year digit by digit, or a month or day with tens."""
    text = text.replace("廿", "二十")
    tens, ten, ones = text.partition("十")
    if not ten:
        return "".join(str(_CHINESE_DIGITS[char]) for char in text)
    digits = [_CHINESE_DIGITS.get(part[:1], default) for part, default in ((tens, 1), (ones, 0))]
    return str(digits[0] * 10 + digits[1])


def gregorian_day(year: int, month: int, day: int, language: str | None) -> str | None:
    """The ISO 8601 date of a day, in the calendar that the year and the language suggest.

    None if the day doesn't exist, is before 1900 or in the future, or is the Unix epoch.

    >>> gregorian_day(2567, 3, 15, "th"), gregorian_day(1402, 12, 14, "fa")
    ('2024-03-15', '2024-03-04')
    """
    try:
        if 2443 <= year <= 2643:
            found = date(year - _BUDDHIST_OFFSET, month, day)
        elif 1300 <= year <= 1499 and language in _JALALI_LANGUAGES:
            found = _from_jalali(year, month, day)
        else:
            found = date(year, month, day)
    except ValueError:
        return None
    # A time zone east of this machine's may already have the next day.
    latest = date.today() + timedelta(days=1)
    return found.isoformat() if _EARLIEST <= found <= latest and found not in _EPOCHS else None


def _from_jalali(year: int, month: int, day: int) -> date:
    from persiantools.jdatetime import JalaliDate

    found: date = JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
    return found


def full_year(year: str, language: str | None) -> int:
    """A four-digit year from two or four digits; Thai years from 40 to 99 are Buddhist."""
    number = int(year)
    if len(year) > 2:
        return number
    if language == "th" and number >= 40:
        return 2500 + number
    return number + (1900 if number > 70 else 2000)


def jalali_month(word: str, language: str | None) -> int | None:
    """The number of a Jalali month by its Persian or Afghan name; None for other words."""
    return _jalali_months().get(word) if language in _JALALI_LANGUAGES else None


@cache
def _jalali_months() -> dict[str, int]:
    from persiantools.jdatetime import MONTH_NAMES_FA

    names = {str(name): number for number, name in enumerate(MONTH_NAMES_FA) if name}
    return names | {name: number for number, name in enumerate(_AFGHAN_MONTHS, 1)}
