"""`presswash search`: full-text search over clean articles."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.errors import BadUsage
from flows.cli.options import DEFAULT_DB, Db, Json, Limit, command
from flows.cli.printing import Printer, harmless

if TYPE_CHECKING:
    from warehouse.model import Hit

_OPEN, _CLOSE = "\x02", "\x03"


def search(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORDS",
            help="What to look for: all words must occur, and those in double quotes as a phrase"
            " ('\"tour boat\" ferry'). There are no operators.",
        ),
    ],
    db: Db = DEFAULT_DB,
    limit: Limit = 10,
    json: Json = False,
) -> None:
    """Search clean articles, the best match first."""
    from warehouse.opening import open_readonly

    wanted = " ".join(words)
    if not wanted.strip():
        raise BadUsage("there is no word to look for: give one or more")
    with open_readonly(db) as warehouse:
        hits = warehouse.search(wanted, limit)
    printer = Printer()
    if json:
        printer.json([_as_json(hit) for hit in hits])
        return
    for number, hit in enumerate(hits, 1):
        _show(printer, number, hit)
    if not hits:
        printer.line("No article has all of these words." + _hint(wanted))
    else:
        first = command(f"show {hits[0].id}", db)
        printer.line(printer.paint(f"Next: {first} prints the first one", "dim"))


def _hint(wanted: str) -> str:
    """What to say where nothing was found and a word looks like an operator."""
    if not re.search(r'[*"]|(^|\s)[-+]|\b(AND|OR|NOT|NEAR)\b', wanted):
        return ""
    return ' There are no operators: signs such as - and * mean nothing, "…" is a phrase.'


def _as_json(hit: Hit) -> dict[str, object]:
    return {**asdict(hit), "snippet": hit.snippet.replace(_OPEN, "").replace(_CLOSE, "")}


def _show(printer: Printer, number: int, hit: Hit) -> None:
    title = printer.paint(harmless(hit.title or "(no title)"), "bold")
    printer.line(f"{number}. {title}  {printer.paint(f'(id {hit.id})', 'dim')}")
    known = [harmless(fact) for fact in (hit.site, hit.published, hit.language, hit.url) if fact]
    if known:
        printer.line("   " + printer.paint(" · ".join(known), "dim"))
    printer.line("   " + _marked(printer, hit.snippet))
    printer.line()


def _marked(printer: Printer, snippet: str) -> str:
    """The snippet on one line, its matches in colour, or in [ ] where there is none."""
    shown = []
    for number, part in enumerate(" ".join(snippet.split()).split(_OPEN)):
        match, _, rest = part.partition(_CLOSE) if number else ("", "", part)
        if match:
            match = harmless(match)
            shown.append(printer.paint(match, "bold", "yellow") if printer.colour else f"[{match}]")
        shown.append(harmless(rest))
    return "".join(shown)
