"""Reads the values in the query of a page's URL."""

from __future__ import annotations

from collections.abc import Mapping

from warehouse.errors import RequestError
from warehouse.queries.filters import Filters

_RECORDS_PER_PAGE = 50
MAX_RECORDS = 200  # that one page may list


def query_filters(query: Mapping[str, str]) -> Filters:
    """The filters of a list of records. Raises RequestError for an invalid value."""

    def listed(name: str) -> tuple[str, ...]:
        return tuple(one.strip() for one in query.get(name, "").split(",") if one.strip())

    return Filters(
        languages=listed("lang"),
        sites=listed("site"),
        since=query.get("since") or None,
        until=query.get("until") or None,
        quality=_share(query, "quality"),
        page_types=listed("type"),
        max_quality=_share(query, "max_quality"),
        reasons=listed("reason"),
        run=query_number(query, "run"),
    )


def query_number(query: Mapping[str, str], name: str) -> int | None:
    """A whole number; None if it isn't given. Raises RequestError for any other text."""
    text = query.get(name, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise RequestError(f"{name} must be a whole number.")
    return int(text)


def query_limit(query: Mapping[str, str]) -> int:
    """How many records to list: `limit`, at most `MAX_RECORDS`."""
    limit = query_number(query, "limit")
    if limit == 0:
        raise RequestError("limit must be at least 1.")
    return min(limit or _RECORDS_PER_PAGE, MAX_RECORDS)


def _share(query: Mapping[str, str], name: str) -> float | None:
    text = query.get(name, "").strip()
    try:
        return float(text) if text else None
    except ValueError:
        raise RequestError(f"{name} must be a number between 0 and 1.") from None
