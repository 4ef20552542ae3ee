"""Parses timestamps as archives, records and HTTP headers write them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from types import MappingProxyType
from typing import TypeAlias

# Numbers count seconds, milliseconds, microseconds or nanoseconds since 1970, depending on their
# magnitude: pairs of an upper bound and units per second. Fewer than 10^8 seconds (March 1973) are
# no page's date, but a count or an identifier.
_EPOCH_UNITS = ((1e11, 1), (1e14, 1e3), (1e17, 1e6), (1e20, 1e9))
_MIN_EPOCH_SECONDS = 1e8
_MAX_YEAR = 2200
# Digits only, such as 20240301, 202403010930 or 20240301093000.
_DIGIT_FORMATS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_NUMBER = re.compile(r"\d{8,20}(?:\.\d+)?")
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2((?:19|20)\d\d)\b(.*)", re.DOTALL)
_SLASHED = re.compile(r"((?:19|20)\d\d)[/.](\d{1,2})[/.](\d{1,2})\b(.*)", re.DOTALL)
_CLOCK = re.compile(r"[T,\s]*(\d{1,2}:\d\d(?::\d\d)?)?\s*(?:Z|UTC)?\s*")
_WORDED = re.compile(r"(?=.*[^\W\d_]{3})(?=.*\b(?:19|20)\d\d\b)(?=.*\b\d{1,2}\b)[^\n]{8,60}")


class DateOrder(Enum):
    """Whether the day or the month comes first in a date such as 03/04/2024."""

    DAY = auto()
    MONTH = auto()


# The order for each separator, because a column may have both 12/31/2023 and 31.12.2023.
SeparatorOrders: TypeAlias = Mapping[str, DateOrder]
_NO_ORDERS: SeparatorOrders = MappingProxyType({})


def shown_order(value: object) -> tuple[str, DateOrder] | None:
    """The separator of a date, and the order of day and month if a day above 12 shows it.

    >>> shown_order("12/31/2023"), shown_order("03/04/2024")
    (('/', <DateOrder.MONTH: 2>), None)
    """
    numbers = _DAY_FIRST.fullmatch(value.strip()) if isinstance(value, str) else None
    if numbers and int(numbers[1]) > 12:
        return numbers[2], DateOrder.DAY
    if numbers and int(numbers[3]) > 12:
        return numbers[2], DateOrder.MONTH
    return None


def may_be_ambiguous(value: object) -> bool:
    """Whether a value is a date in which either number could be the day.

    In dates with dots the day comes first.

    >>> [may_be_ambiguous(day) for day in ("03/04/2024", "31/12/2024", "03.04.2024")]
    [True, False, False]
    """
    numbers = _DAY_FIRST.fullmatch(value.strip()) if isinstance(value, str) else None
    return numbers is not None and numbers[2] != "." and int(numbers[1]) <= 12


def parse_timestamp(value: object, orders: SeparatorOrders = _NO_ORDERS) -> datetime | None:
    """The timestamp in UTC; None if the value isn't a timestamp or is ambiguous.

    `orders` gives the order of day and month where it is known.

    Reads datetime and date objects, ISO 8601, RFC 2822, numbers since 1970 in seconds to
    nanoseconds, digits such as 20240301, dates in words, and MongoDB's {"$date": …}.

    >>> parse_timestamp("2024-05-01T09:30:00+02:00")
    datetime.datetime(2024, 5, 1, 7, 30, tzinfo=datetime.timezone.utc)
    >>> parse_timestamp(1709287200_000_000) == parse_timestamp("2024-03-01T10:00:00Z")
    True
    >>> parse_timestamp(float("nan")), parse_timestamp("03/04/2024"), parse_timestamp(17)
    (None, None, None)
    """
    found = _parse(value, orders)
    if found is None:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def parse_day(value: object, orders: SeparatorOrders = _NO_ORDERS) -> str | None:
    """The day of a timestamp in its own time zone, in ISO 8601; None if it isn't a date.

    >>> parse_day("2024-05-01T01:30:00+09:00"), parse_day(20240301), parse_day("soon")
    ('2024-05-01', '2024-03-01', None)
    """
    found = _parse(value, orders)
    return found.date().isoformat() if found else None


def from_epoch_seconds(seconds: float) -> datetime:
    """Convert seconds since 1970 to a UTC timestamp; 1970 itself if they are out of range."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)


def format_timestamp(moment: datetime) -> str:
    """The timestamp as the warehouse stores it: in UTC, to the second.

    >>> format_timestamp(datetime(2024, 5, 1, 9, 30, tzinfo=UTC))
    '2024-05-01T09:30:00Z'
    """
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _parse(value: object, orders: SeparatorOrders = _NO_ORDERS) -> datetime | None:
    """The time that a value states; it has a time zone only if the value states one."""
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        found = datetime.combine(value, time())
    elif isinstance(value, bool):
        return None
    elif isinstance(value, int | float):
        return _from_number(value)
    elif isinstance(value, Mapping):
        inner = next((value[key] for key in ("$date", "$numberLong") if key in value), None)
        return None if isinstance(inner, bool) else _parse(inner)
    elif isinstance(value, str):
        return _from_text(value.strip(), orders)
    else:
        return None
    # Converting to UTC may lead out of the range of years that Python supports.
    return found if 1 < found.year < 9999 else None


def _from_number(number: float) -> datetime | None:
    if not math.isfinite(number) or number < 0:
        return None
    if number == int(number) and (found := _from_digits(str(int(number)))):
        return found
    unit = next((unit for bound, unit in _EPOCH_UNITS if number < bound), None)
    if unit is None or number / unit < _MIN_EPOCH_SECONDS:
        return None
    found = from_epoch_seconds(number / unit)
    return found if found.year < _MAX_YEAR else None


def _from_digits(digits: str) -> datetime | None:
    """The date in digits such as 20240301; None if it isn't a date from 1900 to 2199."""
    written = _DIGIT_FORMATS.get(len(digits))
    if written is None or not digits.startswith(("19", "20", "21")):
        return None
    try:
        return datetime.strptime(digits, written)
    except ValueError:
        return None


def _from_text(text: str, orders: SeparatorOrders) -> datetime | None:
    if _NUMBER.fullmatch(text):
        return _from_digits(text) or _from_number(float(text))
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = parse(text)
        except (ValueError, OverflowError, IndexError, TypeError):
            continue
        return found if 1 < found.year < 9999 else None
    if numeric := _from_numeric_date(text, orders):
        return numeric
    return _from_words(text) if _WORDED.fullmatch(text) else None


def _from_numeric_date(text: str, orders: SeparatorOrders) -> datetime | None:
    """A date such as 2024/3/1, 31/12/2024 or 31.12.2024, unless day and month are ambiguous."""
    if found := _SLASHED.fullmatch(text):
        year, month, day, rest = int(found[1]), int(found[2]), int(found[3]), found[4]
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year, rest = int(found[1]), int(found[3]), int(found[4]), found[5]
        order = orders.get(found[2])
        if month > 12 or (order is DateOrder.MONTH and day <= 12):
            day, month = month, day
        elif order is None and found[2] != "." and day <= 12 and day != month:
            return None
    else:
        return None
    clock = _CLOCK.fullmatch(rest)
    if clock is None:
        return None
    try:
        return datetime.combine(
            date(year, month, day), time.fromisoformat((clock[1] or "0:00").zfill(5))
        )
    except ValueError:
        return None


def _from_words(text: str) -> datetime | None:
    """A date with the month in words, in any language that dateparser supports."""
    import dateparser

    settings = {"STRICT_PARSING": True, "RETURN_AS_TIMEZONE_AWARE": False}
    try:
        found: datetime | None = dateparser.parse(text, settings=settings)
    except Exception:  # dateparser raises many kinds of errors
        return None
    return found
