"""What a person says of a page instead of the cleaners: it overrides them all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from cleaners.model import Block, Cleaner, Page, Removal
from cleaners.reasons import Reason

_DETAIL = "a person removed it"


class Corrected(StrEnum):
    """What a correction is about."""

    BLOCK = "block"
    TITLE = "title"
    AUTHORS = "authors"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction of a document.

    `new` of a block is the reason to remove it, None to keep it; `text` names the block: all of
    the page with that text. `new` of authors is a JSON list; of any fact, None says that the page
    has none. `old` is what the cleaners said, `person` who corrected it, and `at` the time in UTC.
    `made_on` is the id of the record that it was made on: another version of the page, or its own.
    """

    what: Corrected
    new: str | None
    text: str = ""
    old: str | None = None
    person: str = ""
    at: str = ""
    made_on: int | None = None


def corrected(page: Page, corrections: Iterable[Correction]) -> Page:
    """The page as a person says that it is. What isn't in the page any more corrects nothing."""
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
        page = replace(page, blocks=tuple(_corrected(block, removals) for block in page.blocks))
    return page


def holds_for(correction: Correction, page: Page) -> bool:
    """Whether a correction of one version of a page holds for another, as the cleaners made it.

    That is so if the block is still there, or if the cleaners say the same of the fact as before.
    """
    if correction.what is Corrected.BLOCK:
        return any(block.text == correction.text for block in page.blocks)
    return value_of(page, correction) == correction.old


def value_of(page: Page, correction: Correction) -> str | None:
    """What a page says of what is corrected, in the form of `Correction.new`."""
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


def _corrected(block: Block, removals: dict[str, str | None]) -> Block:
    if block.text not in removals:
        return block
    reason = removals[block.text]
    removal = Removal(Reason(reason), Cleaner.PERSON, _DETAIL) if reason else None
    return replace(block, removal=removal)
