"""`presswash search`: full-text search over all records."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.errors import UsageError
from flows.cli.filters import Lang, Quality, Since, Site, Type, Until, filters_of
from flows.cli.options import Db, Json, Limit, command
from flows.cli.output import Output, Part
from flows.default_values import DEFAULT_DB
from flows.relations import relation_counts, relation_phrase

if TYPE_CHECKING:
    from warehouse.answers import Hit

_OPEN, _CLOSE = "\x02", "\x03"
_OPERATORS = re.compile(r'["]|(^|\s)[-+*]|\b(AND|OR|NOT|NEAR)\b')


def search(  # noqa: PLR0913, PLR0917
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORDS",
            help="Words that must all occur; words in double quotes are a phrase"
            " ('\"tour boat\" ferry'), and ferr* matches any word that begins with ferr. There are"
            " no other operators.",
        ),
    ],
    db: Db = DEFAULT_DB,
    limit: Limit = 10,
    every: Annotated[
        bool,
        typer.Option("--all", help="Show every matching record, not just one from each cluster."),
    ] = False,
    lang: Lang = None,
    site: Site = None,
    since: Since = None,
    until: Until = None,
    page_type: Type = None,
    quality: Quality = None,
    json: Json = False,
) -> None:
    """Search all records, best match first; each cluster of near-duplicates is shown once."""
    from flows.api import open_database
    from warehouse.queries.filters import NO_FILTERS

    query = " ".join(words)
    if not query.strip():
        raise UsageError("there is no word to search for: give one or more")
    filters = filters_of(lang, site, since, until, quality, page_type=page_type)
    with open_database(db, readonly=True) as database:
        hits = database.search(query, limit, every=every, filters=filters)
    output = Output()
    if json:
        output.json([_as_json(hit) for hit in hits])
        return
    for number, hit in enumerate(hits, 1):
        _print_hit(output, number, hit, every)
    if hits:
        output.line((f"Next: {command(f'show {hits[0].id}', db)} prints the first one", "dim"))
    else:
        hint = (
            ' There are no operators: signs such as - and + mean nothing, "…" is a phrase.'
            if _OPERATORS.search(query)
            else ""
        )
        which = "No record" if filters == NO_FILTERS else "No record that fits the options"
        output.line(f"{which} has all of these words.{hint}")


def _as_json(hit: Hit) -> dict[str, object]:
    return {**asdict(hit), "snippet": hit.snippet.replace(_OPEN, "").replace(_CLOSE, "")}


def _print_hit(output: Output, number: int, hit: Hit, every: bool) -> None:
    output.line(f"{number}. ", (hit.title or "(no title)", "bold"), (f"  (id {hit.id})", "dim"))
    known = [fact for fact in (hit.site, hit.published, hit.language, hit.url) if fact]
    if known:
        output.line(("   " + " · ".join(known), "dim"))
    output.line("   ", *_highlighted(hit.snippet, output.colour))
    relation = _relation(hit, every)
    if relation:
        output.line((f"   {relation}", "yellow"))
    output.line()


def _relation(hit: Hit, every: bool) -> str:
    """How a record relates to its canonical record, and how many more its cluster has."""
    parts = []
    if hit.relation and hit.duplicate_of:
        likeness = hit.similarity, hit.containment
        parts.append(
            relation_phrase(hit.relation, hit.duplicate_of, *likeness, page=hit.related_page)
        )
        if hit.cluster_id != hit.duplicate_of:
            parts.append(f"the article is {hit.cluster_id}")
    if hit.more.total and not every:
        parts.append(f"+{hit.more.total:,} more: {relation_counts(hit.more)}")
    return " · ".join(parts)


def _highlighted(snippet: str, colour: bool) -> list[Part]:
    """The snippet on one line, with matches in colour or, without colour, in brackets."""
    first, *others = " ".join(snippet.split()).split(_OPEN)
    parts: list[Part] = [first]
    for other in others:
        match, _, rest = other.partition(_CLOSE)
        parts += [(match, "bold yellow") if colour else f"[{match}]", rest]
    return parts
