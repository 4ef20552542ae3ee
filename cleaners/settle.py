"""Cleans clean text until nothing more goes: what `presswash clean` prints is clean to itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from cleaners.judge import notes_of
from cleaners.model import Kind, Page, Removal

_BLOCK = re.compile(r"(?<=\bblock )\d+")


def settled(page: Page, judged: Callable[[str], Page]) -> Page:
    """A page of text, without what would go if its own clean text were cleaned.

    `judged` is the page that a text makes. It decides alone, so that in the end there is nothing
    left that it would take out: cleaning is idempotent, whatever the classifier says.
    """
    while gone := _going(page, judged):
        blocks = list(page.blocks)
        for i, removal in gone.items():
            blocks[i] = replace(blocks[i], removal=removal)
        page = replace(page, blocks=tuple(blocks), notes=notes_of(blocks, page.quality))
    return page


def _going(page: Page, judged: Callable[[str], Page]) -> dict[int, Removal]:
    """The removals, by position, of the blocks that are kept and would go; the title stays."""
    kept = [i for i, b in enumerate(page.blocks) if b.kept and b.kind is not Kind.TITLE]
    if not kept:
        return {}
    titles = [i for i, b in enumerate(page.blocks) if b.kind is Kind.TITLE] if page.title else []
    places = [*titles, *kept]
    again = judged(printed(page)).blocks
    if len(again) != len(places):
        return {}  # entities that nobody read before stood for line ends or blanks
    gone = {i: b.removal for i, b in zip(places, again, strict=True) if b.removal}
    return {i: _placed(removal, places) for i, removal in gone.items() if i in kept}


def _placed(removal: Removal, places: list[int]) -> Removal:
    """A removal whose detail numbers blocks as the whole page does."""
    detail = _BLOCK.sub(lambda number: str(places[int(number[0])]), removal.detail)
    return replace(removal, detail=detail)


def printed(page: Page) -> str:
    """What `presswash clean` prints of a page: the title, and the text below it."""
    return "\n\n".join(part for part in (page.title, page.text) if part)
