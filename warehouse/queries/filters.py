"""The filters of searches and exports: language, site, date, page type, quality and others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cleaners.model import PageType
from cleaners.reasons import Reason
from warehouse.errors import RequestError

_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
# A code such as "en", or a language tag such as "en-GB", of which only "en" is used.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_].*)?")
# Each site once; the index on the sites is enough to list them.
_SITES = """
WITH RECURSIVE known (site) AS (
    SELECT min(site) FROM document WHERE site IS NOT NULL
    UNION ALL
    SELECT (SELECT min(site) FROM document WHERE site > known.site)
    FROM known WHERE site IS NOT NULL
)
SELECT site FROM known, json_each(:sites)
WHERE site = value OR substr(site, -length(value) - 1) = '.' || value
"""
# Without a date of publication, the day on which a page was first seen is the closest known.
_PUBLISHED = "coalesce(d.published, substr(d.first_seen, 1, 10))"


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that a document must meet; all those given must hold.

    `languages` are codes such as "en". `sites` are hosts, which include their subdomains; `www.` is
    ignored. `since` and `until` are the first and last day of publication, inclusive, as
    YYYY-MM-DD, YYYY-MM or YYYY; a document without a date counts as published when it was first
    seen. `page_types` are names such as "article". `quality` is the minimum and `max_quality` the
    maximum, from 0 to 1. `reasons` are names of removal reasons: the document must have a block
    removed for one of them. `run` is the ID of a run that captured the document.

    Raises RequestError if a value is invalid.
    """

    languages: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    quality: float | None = None
    page_types: tuple[str, ...] = ()
    max_quality: float | None = None
    reasons: tuple[str, ...] = ()
    run: int | None = None

    def __post_init__(self) -> None:
        for day in (self.since, self.until):
            if day is not None and not _is_day(day):
                raise RequestError(f"{day!r} is not a date: write YYYY-MM-DD, YYYY-MM or YYYY.")
        if self.since and self.until and self.since[: len(self.until)] > self.until:
            raise RequestError(f"{self.since} is after {self.until}: no record can fit both.")
        for code in self.languages:
            if not _LANGUAGE.fullmatch(code.strip()):
                raise RequestError(f"{code!r} is not a language code: write one such as en or fr.")
        _require_members(self.page_types, PageType, "type of page")
        _require_members(self.reasons, Reason, "reason")
        for quality in (self.quality, self.max_quality):
            if quality is not None and not 0 <= quality <= 1:
                raise RequestError(f"a quality is between 0 and 1, not {quality:g}.")

    def documents(self) -> tuple[str, dict[str, str | float]]:
        """A SELECT of the matching documents' IDs, and its parameters; "" if all match."""
        condition, values = self.condition()
        if not condition:
            return "", {}
        return f"SELECT d.id FROM document AS d WHERE {condition}", values  # noqa: S608

    def condition(self) -> tuple[str, dict[str, str | float]]:
        """The SQL condition on `document AS d`, and its parameters; "" if all match."""
        conditions: list[str] = []
        values: dict[str, str | float] = {}
        if self.languages:
            conditions.append("d.language IN (SELECT value FROM json_each(:languages))")
            values["languages"] = json.dumps(
                [re.split("[-_]", one.strip().lower())[0] for one in self.languages]
            )
        if self.sites:
            hosts = [_host(one) for one in self.sites]
            conditions.append(f"d.site IN ({_SITES})")
            values["sites"] = json.dumps(hosts)
        # "2024" and "2024-05" include all their days.
        if self.since:
            conditions.append(f"substr({_PUBLISHED}, 1, length(:since)) >= :since")
            values["since"] = self.since
        if self.until:
            conditions.append(f"substr({_PUBLISHED}, 1, length(:until)) <= :until")
            values["until"] = self.until
        if self.page_types:
            conditions.append("d.page_type IN (SELECT value FROM json_each(:page_types))")
            values["page_types"] = json.dumps(self.page_types)
        if self.quality is not None:
            conditions.append("d.quality >= :quality")
            values["quality"] = self.quality
        if self.max_quality is not None:
            conditions.append("d.quality <= :max_quality")
            values["max_quality"] = self.max_quality
        if self.reasons:
            conditions.append(
                "EXISTS (SELECT 1 FROM document_reason AS r WHERE r.document_id = d.id"
                " AND r.reason IN (SELECT value FROM json_each(:reasons)))"
            )
            values["reasons"] = json.dumps(self.reasons)
        if self.run is not None:
            conditions.append(
                "EXISTS (SELECT 1 FROM capture AS c WHERE c.document_id = d.id AND c.run_id = :run)"
            )
            values["run"] = self.run
        return " AND ".join(conditions), values


def _require_members(names: Iterable[str], among: type[StrEnum], what: str) -> None:
    for name in names:
        if name not in list(among):
            raise RequestError(f"{name!r} is not a {what}: choose one of {', '.join(among)}.")


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text + "-01-01"[len(text) - 4 :]))
    except ValueError:
        return False


def _host(site: str) -> str:
    """The host of a site given as a name or a URL, in the form that the warehouse stores."""
    whole = site.strip().lower()
    return whole.rpartition("://")[2].partition("/")[0].removeprefix("www.")


NO_FILTERS = Filters()
