"""Bylines and date lines around an article, and what they say: the authors and the date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cleaners.metadata.html_head import Head
from cleaners.model import Reason, Removal
from cleaners.rules.bylines import agency_alone, byline_authors, is_item, lone_name
from cleaners.rules.captions import as_caption
from cleaners.rules.dates import date_in
from cleaners.rules.line_features import Facts, Lines
from cleaners.rules.phrases import by_wording
from cleaners.rules.wordlists import vocabulary

_PARTS = re.compile(r"[|•·]|\s[-–—]\s")
_ABOVE, _BELOW = 12, 10  # lines around the article that are looked at
_OPENING = 12  # lines from the article's first on that may stand between its first and second
_NEAR = 4  # lines after the title in which an item of a list may be an author
_EDGE = 3  # blocks at either end of the article that may be credits taken for content
_ROOM = 14  # words after the opening of a date line
_TAIL = 3  # unmarked lines after the article that may still name its author
_LONGEST = 200  # characters of a line of credits


@dataclass(slots=True)
class Credits:
    """The removals of byline and date lines, and the authors and date found in them.

    `signed` says that a byline names the authors, not just a line with a name in it.
    """

    removals: dict[int, Removal] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    published: str | None = None
    signed: bool = False


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
    opening = [i for i in span[:_OPENING] if not kept[i]]
    edges = [i for i in (*span[:_EDGE], *span[-_EDGE:]) if kept[i] and not lines[i].ends]
    lead = [
        *range(start, span.start),
        *sorted({*opening, *(i for i in edges if i in span[:_EDGE])}),
    ]
    above = reversed(range(max(0, start - _ABOVE), start - 1))
    tail = range(span.stop, min(len(lines), span.stop + _BELOW))
    _read_all([i for i in lead if i != title], lines, language, found)
    if not found.authors:
        names = [i for i in (*range(start, span.start), *opening) if i != title]
        _read_lone_name([i for i in names if not is_item(lines.texts[i])], lines, language, found)
        if not found.authors:
            _read_lone_name(
                [i for i in names[:_NEAR] if is_item(lines.texts[i])], lines, language, found
            )
    inside = [i for i in span if not kept[i] and i not in opening]
    _read_all([*above, *edges, *tail], lines, language, found)
    within = Credits(removals=found.removals)  # bylines and dates there are those of teasers
    _read_all(inside, lines, language, within)
    if not found.authors:
        _read_lone_name(_last_lines(lines, kept, span, found), lines, language, found)
    return found


def authors_of(head: Head, found: Credits) -> tuple[str, ...]:
    """The authors that the page states, unless that is only the site and a byline names people."""
    return (found.authors if head.by_site and found.signed else head.authors) or found.authors


def _last_lines(lines: Lines, kept: Sequence[bool], span: range, found: Credits) -> list[int]:
    """The lines at the article's end that may name its author without a “by”."""
    last = [span[-1]] if kept[span[-1]] and lines[span[-1]].heading_like else []
    for i in range(span.stop, min(len(lines), span.stop + _BELOW)):
        if i not in found.removals and not is_item(lines.texts[i]) and not by_wording(lines[i]):
            last.append(i)
        if len(last) == _TAIL:
            break
    return last


def _read_lone_name(
    places: Sequence[int], lines: Lines, language: str | None, found: Credits
) -> None:
    """An author who stands there with no “by”; where lines of names follow, all are authors."""
    last = -1
    for i in places:
        if found.authors and i != last + 1:
            break
        authors = lone_name(lines.texts[i], language) if _may_name(i, lines, found) else None
        if authors is None and not found.authors:
            authors = agency_alone(lines.texts[i])
        if authors:
            last = i
            found.authors = tuple(dict.fromkeys((*found.authors, *authors)))
            detail = f"it names {', '.join(authors)} and nothing else"
            found.removals.setdefault(i, Removal(Reason.BYLINE, "credits", detail, 0.7))


def _may_name(i: int, lines: Lines, found: Credits) -> bool:
    """A look at a line that may be a name, cheap tests first."""
    text = lines.texts[i]
    if len(text) > _LONGEST or " " not in text:
        return False
    known = found.removals.get(i) or by_wording(lines[i])
    return (known is None or known.reason is Reason.DATE) and as_caption(lines[i]) is None


def _read_all(places: Iterable[int], lines: Lines, language: str | None, found: Credits) -> None:
    for i in places:
        fact = lines[i]
        if i in found.removals or len(fact.text) > _LONGEST:
            continue
        # “Updated on 7 January 2026 Reading time: 4 Min.” ends as a sentence does.
        if not fact.prose or vocabulary(Reason.DATE).phrase(fact.text, fact.words, room=_ROOM):
            _read(i, fact, language, found)


def _authors(fact: Facts) -> tuple[str, ...] | None:
    """The authors that a line names, or one of its parts between bars."""
    opening = vocabulary(Reason.BYLINE).first
    if opening.isdisjoint(fact.words):
        return None
    if fact.words[0] in opening and (
        authors := byline_authors(fact.text, fact.words, any_name=True)
    ):
        return authors
    if not _PARTS.search(fact.text):
        return None
    parts = (part.strip() for part in _PARTS.split(fact.text))
    return next((authors for part in parts if (authors := byline_authors(part))), None)


def _read(i: int, fact: Facts, language: str | None, found: Credits) -> None:
    authors = _authors(fact)
    if day := date_in(fact, language):
        found.published = found.published or day
        found.removals[i] = Removal(Reason.DATE, "credits", f"it is the date {day}", 0.85)
    elif authors:
        detail = f"it names the author: {', '.join(authors)}"
        found.removals[i] = Removal(Reason.BYLINE, "credits", detail, 0.85)
    elif fact.numbers and (
        opening := vocabulary(Reason.DATE).phrase(fact.text, fact.words, room=6)
    ):
        detail = f"it opens with “{opening}”, as date lines do"
        found.removals[i] = Removal(Reason.DATE, "credits", detail, 0.75)
    if authors and not found.authors:
        found.authors, found.signed = authors, True
