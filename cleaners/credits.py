"""Bylines and date lines around an article, and what they say: the authors and the date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cleaners.facts import Facts
from cleaners.model import Reason, Removal
from cleaners.reasons.dates import date_in, looks_dated
from cleaners.reasons.names import byline_authors, lone_name
from cleaners.vocabulary import vocabulary

_PARTS = re.compile(r"\s*[|•·]\s*|\s+[-–—]\s+")
_TAIL = 3  # unmarked lines after the article that may still name its author


@dataclass(slots=True)
class Credits:
    """The removals of byline and date lines, and the authors and date found in them."""

    removals: dict[int, Removal] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    published: str | None = None


def read_credits(
    facts: Sequence[Facts],
    marks: Sequence[Removal | None],
    span: range,
    title: int | None,
    language: str | None,
) -> Credits:
    """The credits of an article: above it from the title down first, then above, then below."""
    found = Credits()
    if not span:
        return found
    start = title + 1 if title is not None else 0
    lead = [*range(start, span.start), *range(start - 1), *_short(facts, span)]
    tail = [*range(span.stop, len(facts))]
    for i in [*lead, *tail]:
        if i == title or marks[i] is not None or facts[i].prose:
            continue
        _read(i, facts[i], language, found)
    if not found.authors:
        near = [i for i in range(start, span.start) if _open(i, marks, found)]
        after = [i for i in tail if _open(i, marks, found)][:_TAIL]
        for i in [*near, *_last(facts, span, marks), *after]:
            if not facts[i].prose and (authors := lone_name(facts[i].text)):
                found.authors = authors
                detail = f"it names {', '.join(authors)} and nothing else"
                found.removals[i] = Removal(Reason.BYLINE, "credits", detail, 0.7)
                break
    return found


def _open(i: int, marks: Sequence[Removal | None], found: Credits) -> bool:
    return marks[i] is None and i not in found.removals


def _short(facts: Sequence[Facts], span: range) -> list[int]:
    """The short lines within the article, where bylines and dates may stand as well."""
    return [i for i in span if not facts[i].prose and (not facts[i].spoken or facts[i].size <= 8)]


def _last(facts: Sequence[Facts], span: range, marks: Sequence[Removal | None]) -> list[int]:
    """The article's last block, where it isn't running text."""
    last = span.stop - 1
    return [last] if marks[last] is None and not facts[last].prose else []


def _authors(line: str) -> tuple[str, ...] | None:
    """The authors that a line names, or one of its parts between bars."""
    parts = [line, *_PARTS.split(line)]
    return next((authors for part in parts if (authors := byline_authors(part))), None)


def _read(i: int, fact: Facts, language: str | None, found: Credits) -> None:
    if looks_dated(fact) and (day := date_in(fact, language)):
        found.published = found.published or day
        found.removals[i] = Removal(Reason.DATE, "credits", f"it is the date {day}", 0.85)
        found.authors = found.authors or _authors(fact.text) or ()
    elif authors := _authors(fact.text):
        found.authors = found.authors or authors
        detail = f"it names the author: {', '.join(authors)}"
        found.removals[i] = Removal(Reason.BYLINE, "credits", detail, 0.85)
    elif opening := vocabulary(Reason.DATE).phrase(fact.text, fact.words, room=6):
        detail = f"it opens with “{opening}”, as date lines do"
        found.removals[i] = Removal(Reason.DATE, "credits", detail, 0.75)
