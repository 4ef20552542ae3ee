"""Which documents a search or an export is about: by language, site, date, type, quality."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from cleaners.model import PageType
from warehouse.errors import RequestError

_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
# Where the day of publication isn't known, the day on which a page was first seen is the nearest.
_PUBLISHED = "coalesce(d.published, substr(d.first_seen, 1, 10))"


@dataclass(frozen=True, slots=True)
class Filters:
    """What documents must be like; each condition that is given must hold.

    `languages` are codes, such as "en". `sites` are hosts: those below them count, `www.` doesn't.
    `since` and `until` are the first and the last day of publication, or of first being seen where
    that isn't known: YYYY-MM-DD, YYYY-MM or YYYY. `page_types` are names such as "article".
    `quality` is the least, 0 to 1. Raises RequestError where one of them is none.
    """

    languages: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    quality: float | None = None
    page_types: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for day in (self.since, self.until):
            if day is not None and not _DAY.fullmatch(day):
                raise RequestError(f"{day!r} is not a date: write YYYY-MM-DD, YYYY-MM or YYYY.")
        for name in self.page_types:
            if name not in list(PageType):
                raise RequestError(
                    f"{name!r} is no type of page: choose among {', '.join(PageType)}."
                )
        if self.quality is not None and not 0 <= self.quality <= 1:
            raise RequestError(f"a quality is between 0 and 1, not {self.quality:g}.")

    def documents(self) -> tuple[str, dict[str, str | float]]:
        """A SELECT of the ids of the documents that fit, and its parameters; "" for all."""
        conditions: list[str] = []
        values: dict[str, str | float] = {}
        if self.languages:
            conditions.append("d.language IN (SELECT value FROM json_each(:languages))")
            values["languages"] = json.dumps([one.strip().lower() for one in self.languages])
        if self.sites:
            hosts = [one.strip().lower().removeprefix("www.") for one in self.sites]
            conditions.append(
                "EXISTS (SELECT 1 FROM json_each(:sites)"
                " WHERE d.site = value OR substr(d.site, -length(value) - 1) = '.' || value)"
            )
            values["sites"] = json.dumps(hosts)
        # "2024" and "2024-05" stand for all their days.
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
        if not conditions:
            return "", {}
        return f"SELECT d.id FROM document AS d WHERE {' AND '.join(conditions)}", values  # noqa: S608


NO_FILTERS = Filters()
