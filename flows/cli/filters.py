"""The options that choose documents: by language, site, date, type and quality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from warehouse.queries.filters import Filters

Lang = Annotated[
    str | None,
    typer.Option("--lang", metavar="CODE,…", help="Only these languages, such as en or en,fr."),
]
Site = Annotated[
    str | None,
    typer.Option("--site", metavar="HOST,…", help="Only these sites and their subdomains."),
]
Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="DATE",
        help="Published on this day or later (first seen, if unknown): YYYY-MM-DD, YYYY-MM or"
        " YYYY.",
    ),
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="Published on this day or earlier.")
]
Type = Annotated[
    str | None,
    typer.Option("--type", metavar="TYPE,…", help="Only these page types, such as article."),
]
Quality = Annotated[
    float | None,
    typer.Option("--quality", metavar="NUMBER", help="Only records of at least this quality, 0-1."),
]


def filters_of(
    lang: str | None,
    site: str | None,
    since: str | None,
    until: str | None,
    quality: float | None,
    *,
    page_type: str | None,
) -> Filters:
    """The filters that the options say. Raises RequestError if one is invalid."""
    from warehouse.queries.filters import Filters

    return Filters(
        _listed(lang),
        _listed(site),
        since,
        until,
        quality,
        _listed(page_type and page_type.lower()),
    )


def _listed(values: str | None) -> tuple[str, ...]:
    return tuple(value.strip() for value in (values or "").split(",") if value.strip())
