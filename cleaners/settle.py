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
    while page.text:
        again = judged(printed(page))
        places = _printed_places(page)
        if all(block.kept for block in again.blocks):
            break
        blocks = list(page.blocks)
        for i, block in zip(places, again.blocks, strict=True):
            removal = block.removal and _placed(block.removal, places)
            blocks[i] = replace(blocks[i], kind=block.kind, removal=removal)
        notes = notes_of(blocks, page.quality)
        page = replace(page, blocks=tuple(blocks), title=again.title, notes=notes)
    return page


def _printed_places(page: Page) -> list[int]:
    """Where the blocks that are printed stand on the page: the title's, and those of the text."""
    title = [i for i, block in enumerate(page.blocks) if block.kind is Kind.TITLE]
    rest = (i for i, b in enumerate(page.blocks) if b.kept and b.kind is not Kind.TITLE)
    return [*title, *rest]


def _placed(removal: Removal, places: list[int]) -> Removal:
    """A removal whose detail numbers blocks as the whole page does."""
    detail = _BLOCK.sub(lambda number: str(places[int(number[0])]), removal.detail)
    return replace(removal, detail=detail)


def printed(page: Page) -> str:
    """What `presswash clean` prints of a page: the title, and the text below it."""
    return "\n\n".join(part for part in (page.title, page.text) if part)
