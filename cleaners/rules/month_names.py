"""Looks up the names of months and weekdays in all languages.

They come from `cleaners/data/month_names.json`, or else from dateparser's copy of the CLDR tables.
To add a language that dateparser lacks, add an entry to that file.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_CASELESS_LANGUAGES = "ar fa ur he hi mr ne bn ta te kn ml gu pa si th ka am".split()
# Language codes that have another code in the CLDR tables.
_ACCENTED = frozenset(("el", "fr", "es", "pt"))
_DOTLESS_LANGUAGES = frozenset(("tr", "az"))
# Languages on whose pages the names of another one are common, too.
_ALSO_USED = dict.fromkeys(("kk", "ky", "uz", "tg", "be", "uk"), "ru")
_CLDR_CODES = {"no": "nb", "sh": "hr", "iw": "he", "in": "id"}


def month_number(word: str, language: str | None) -> int | None:
    """The number of a month (1 to 12) by its name in `language` or English; None if unknown.

    >>> month_number("Okt.", "de"), month_number("апрели", "tg"), month_number("maggio", "de")
    (10, 4, None)
    """
    folded = word.casefold().rstrip(".")
    spellings = [folded]
    if not word.isascii() or language in _DOTLESS_LANGUAGES:
        spellings += [_dotless(word).rstrip("."), _without_accents(folded)]
    for tried in dict.fromkeys([language or "en", "en", _ALSO_USED.get(language or "", "en")]):
        names = _numbers_by_name(tried)
        for spelling in spellings:
            if number := names.get(spelling):
                return number
    return None


def names_day_or_month(word: str, language: str | None) -> bool:
    """Whether a word is the name of a month or a weekday in `language` or English."""
    folded = word.casefold().rstrip(".")
    return month_number(word, language) is not None or any(
        folded in _weekdays(code) for code in ("en", language or "en")
    )


@cache
def _weekdays(language: str) -> frozenset[str]:
    names = _dateparser_names(language, _WEEKDAYS)
    return frozenset(name.casefold().rstrip(".") for day in names for name in day)


def _dotless(word: str) -> str:
    """A word in lower case by the rules of Turkish: MAYIS, mayıs."""
    return word.replace("I", "ı").replace("İ", "i").casefold()


def _without_accents(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    return "".join(char for char in parts if not unicodedata.combining(char))


@cache
def _numbers_by_name(language: str) -> dict[str, int]:
    """Maps month names to numbers, 1 to 12, in a language; empty for an unknown language."""
    names_of_months = _own_names().get(language) or _dateparser_names(language, _MONTHS)
    names = (
        (name.casefold().rstrip("."), number)
        for number, names_of_month in enumerate(names_of_months, 1)
        for name in names_of_month
    )
    found = {name: number for name, number in names if not name.isdigit()}
    # Names in capitals often lack their accents.
    bare = {_without_accents(name): n for name, n in found.items() if language in _ACCENTED}
    return bare | found


@cache
def caseless_weekdays() -> frozenset[str]:
    """The names of the weekdays in the languages whose scripts have no capitals."""
    tables = (_dateparser_names(language, _WEEKDAYS) for language in _CASELESS_LANGUAGES)
    return frozenset(name for table in tables for names in table for name in names if name[2:])


@cache
def _own_names() -> dict[str, list[list[str]]]:
    path = files("cleaners") / "data" / "month_names.json"
    tables = json.loads(path.read_text("utf-8"))
    return {language: names for language, names in tables.items() if language != "about"}


def _dateparser_names(language: str, keys: Sequence[str]) -> Iterable[Sequence[str]]:
    """The names of each month or weekday of `keys`; empty for an unknown language.

    Only the language's file is run: to import it from its package would import all of dateparser.
    """
    package = find_spec("dateparser")
    name = _CLDR_CODES.get(language, language)
    if package is None or package.origin is None or not name.replace("-", "").isalnum():
        return ()
    file = Path(package.origin).parent / "data" / "date_translation_data" / f"{name}.py"
    spec = spec_from_file_location(f"dateparser_data_{name}", file)
    if spec is None or spec.loader is None or not file.is_file():
        return ()
    tables = module_from_spec(spec)
    spec.loader.exec_module(tables)
    return [tables.info.get(key, ()) for key in keys]
