"""Bylines and date lines around an article, and what they say: the authors and the date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cleaners.facts import Facts
from cleaners.lines import Lines
from cleaners.model import Reason, Removal
from cleaners.reasons.dates import date_in, looks_dated
from cleaners.reasons.names import byline_authors, lone_name
from cleaners.reasons.wording import by_wording
from cleaners.vocabulary import vocabulary

_PARTS = re.compile(r"[|•·]|\s[-–—]\s")
_ABOVE, _BELOW = 40, 25  # lines around the article that are looked at
_EDGE = 3  # blocks at either end of the article that may be credits taken for content
_TAIL = 3  # unmarked lines after the article that may still name its author
_LONGEST = 200  # characters of a line of credits


@dataclass(slots=True)
class Credits:
    """The removals of byline and date lines, and the authors and date found in them."""

    removals: dict[int, Removal] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    published: str | None = None


def read_credits(
    lines: Lines, kept: Sequence[bool], span: range, title: int | None, language: str | None
) -> Credits:
    """The credits of an article: between title and text first, then above, then below.

    Within the article only unfinished lines at its ends can be credits: a sentence that opens
    with “By” is a sentence.
    """
    found = Credits()
    if not span:
        return found
    start = title + 1 if title is not None and title < span.start else span.start
    lead = [*range(start, span.start), *reversed(range(max(0, start - _ABOVE), start - 1))]
    edges = [i for i in (*span[:_EDGE], *span[-_EDGE:]) if kept[i] and not lines[i].ends]
    tail = range(span.stop, min(len(lines), span.stop + _BELOW))
    inside = [i for i in span if not kept[i]]
    for i in dict.fromkeys([*lead, *edges, *inside, *tail]):
        if i != title and len(lines.texts[i]) <= _LONGEST and not lines[i].prose:
            _read(i, lines[i], language, found)
    if not found.authors:
        _read_lone_name(lines, kept, span, start, found)
    return found


def _read_lone_name(
    lines: Lines, kept: Sequence[bool], span: range, start: int, found: Credits
) -> None:
    """An author who stands there with no “by”: below the title, or at the article's end."""
    last = [span[-1]] if kept[span[-1]] and lines[span[-1]].heading_like else []
    after = []
    for i in range(span.stop, min(len(lines), span.stop + _BELOW)):
        if i not in found.removals and not by_wording(lines[i]):
            after.append(i)
        if len(after) == _TAIL:
            break
    for i in [*range(start, span.start), *last, *after]:
        fact = lines[i]
        if i in found.removals or len(fact.text) > _LONGEST or fact.prose or by_wording(fact):
            continue
        if authors := lone_name(fact.text):
            found.authors = authors
            detail = f"it names {', '.join(authors)} and nothing else"
            found.removals[i] = Removal(Reason.BYLINE, "credits", detail, 0.7)
            return


def _authors(line: str) -> tuple[str, ...] | None:
    """The authors that a line names, or one of its parts between bars."""
    parts = [line, *(part.strip() for part in _PARTS.split(line))]
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
    elif fact.numbers and (
        opening := vocabulary(Reason.DATE).phrase(fact.text, fact.words, room=6)
    ):
        detail = f"it opens with “{opening}”, as date lines do"
        found.removals[i] = Removal(Reason.DATE, "credits", detail, 0.75)
