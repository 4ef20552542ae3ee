"""Parses timestamps as archives, records and HTTP headers write them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MIN_MILLISECONDS = 10**11  # as seconds that would be the year 5138


def parse_timestamp(value: object) -> datetime | None:
    """A timestamp in UTC from ISO 8601, RFC 2822, seconds or milliseconds since 1970; else None.

    >>> parse_timestamp("2024-05-01T09:30:00+02:00")
    datetime.datetime(2024, 5, 1, 7, 30, tzinfo=datetime.timezone.utc)
    """
    if isinstance(value, datetime):
        return _in_utc(value)
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return from_epoch_seconds(value / 1000 if abs(value) > _MIN_MILLISECONDS else value)
    if not isinstance(value, str):
        return None
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return _in_utc(parse(value.strip()))
        except (ValueError, OverflowError):
            continue
    return None


def from_epoch_seconds(seconds: float) -> datetime:
    """Seconds since 1970 as a timestamp in UTC; 1970 itself for seconds out of range."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)


def format_timestamp(moment: datetime) -> str:
    """A moment as the warehouse stores it: UTC, to the second.

    >>> format_timestamp(datetime(2024, 5, 1, 9, 30, tzinfo=UTC))
    '2024-05-01T09:30:00Z'
    """
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _in_utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
