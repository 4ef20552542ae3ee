"""Applies a person's corrections to a page; they override all cleaners."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from cleaners.model import Block, Cleaner, Removal
from cleaners.page import Page
from cleaners.reasons import Reason

_DETAIL = "a person removed it"


class Corrected(StrEnum):
    """The part of a page that a correction changes."""

    BLOCK = "block"
    TITLE = "title"
    AUTHORS = "authors"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction of a document.

    For a block, `text` is its text, and the correction applies to all blocks with that text; `new`
    is the reason to remove them, or None to keep them. For title, authors (a JSON list) and
    publication date, `new` is the correct value, or None if the page has none. `old` is the
    cleaners' value, `person` who made the correction, and `at` the time in UTC. `made_on` is the id
    of the record that was corrected, which can be another version of the page.
    """

    what: Corrected
    new: str | None
    text: str = ""
    old: str | None = None
    person: str = ""
    at: str = ""
    made_on: int | None = None


def apply_corrections(page: Page, corrections: Iterable[Correction]) -> Page:
    """The page with the corrections applied; corrections of blocks it doesn't have are ignored."""
    removals: dict[str, str | None] = {}
    for one in corrections:
        match one.what:
            case Corrected.BLOCK:
                removals[one.text] = one.new
            case Corrected.TITLE:
                page = replace(page, title=one.new)
            case Corrected.AUTHORS:
                page = replace(page, authors=tuple(json.loads(one.new or "[]")))
            case Corrected.PUBLISHED:
                page = replace(page, published=one.new, published_source=None)
    if removals:
        page = replace(page, blocks=tuple(_with_removal(block, removals) for block in page.blocks))
    return page


def applies_to(correction: Correction, page: Page) -> bool:
    """Whether a correction of one version of a page also applies to another version.

    It does if that version still has the block, or if the cleaners gave the same value (`old`).
    `page` is the other version, without corrections. For a fact, the caller must also know that
    both are versions of the same article: two articles can have the same value, or none.
    """
    if correction.what is Corrected.BLOCK:
        return any(block.text == correction.text for block in page.blocks)
    return current_value(page, correction) == correction.old


def current_value(page: Page, correction: Correction) -> str | None:
    """The page's current value of the corrected part, in the form of `Correction.new`.

    Raises StopIteration if the page doesn't have the corrected block.
    """
    match correction.what:
        case Corrected.BLOCK:
            found = next(one for one in page.blocks if one.text == correction.text)
            return found.removal.reason.value if found.removal else None
        case Corrected.TITLE:
            return page.title
        case Corrected.AUTHORS:
            return json.dumps(page.authors, ensure_ascii=False)
        case Corrected.PUBLISHED:
            return page.published


def _with_removal(block: Block, removals: dict[str, str | None]) -> Block:
    if block.text not in removals:
        return block
    reason = removals[block.text]
    removal = Removal(Reason(reason), Cleaner.PERSON, _DETAIL) if reason else None
    return replace(block, removal=removal)
