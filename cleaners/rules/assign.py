"""Why each block that isn't content isn't: by its words, its markup, or its place."""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.model import Reason, Removal
from cleaners.rules.line_features import Facts
from cleaners.rules.overrides import Marks, add, by_words
from cleaners.rules.page_context import View
from cleaners.rules.phrases import by_networks, by_traces
from cleaners.rules.position import (
    among_others,
    by_place,
    comments_range,
    lone_figures,
    menu_entries,
    tickers_without_figures,
    under_headings,
)

_SUREST = 0.99  # what is told by words and places is never certain
_WEAK = 0.6  # confidence up to which the neighbours of a block may change its reason


def say_why(view: View, marks: Marks, script: str | None, sure: Sequence[float]) -> None:
    """Puts the reason that fits best on every block that isn't content and has none yet.

    `script` is the article's, `sure` how certain the classifier is of each block, 0.5 to 1.
    """
    gone = [i for i, keep in enumerate(view.kept) if not keep and marks[i] is None]
    for i in gone:
        marks[i] = by_networks(view.lines[i]) or by_words(view.lines[i], script)
    add(marks, under_headings(view, marks, view.kept))
    for i, removal in tickers_without_figures(view, marks).items():
        marks[i] = removal
    comments = comments_range(view, marks)
    for i in gone:
        marks[i] = marks[i] or _by_surroundings(i, view, marks, comments)
    for rule in (menu_entries, lone_figures):
        for i, removal in rule(view, marks).items():
            marks[i] = removal
    for i in gone:
        mark = marks[i]
        if mark is not None and mark.confidence <= _WEAK and mark.cleaner != "wording":
            marks[i] = mark = among_others(i, view, marks) or mark
        if mark is not None and mark.cleaner != "repeats":
            confidence = round(min(_SUREST, max(mark.confidence, sure[i])), 2)
            marks[i] = Removal(mark.reason, mark.cleaner, mark.detail, confidence)


def _by_surroundings(i: int, view: View, marks: Marks, comments: range) -> Removal:
    """What its place, in the tree or among the lines, makes of a block."""
    fact = view.lines[i]
    named = view.named(i)
    if named and not (named.reason is Reason.RELATED and view.entry(i) and _label(fact)):
        return named
    if i in comments and (fact.prose or fact.spoken):
        return Removal(Reason.COMMENT, "sections", "it stands below the comments' heading", 0.7)
    if traced := by_traces(fact):
        return traced
    before = marks[i - 1] if i else None
    if before and before.reason is Reason.ADVERT and not view.entry(i - 1) and not fact.prose:
        return Removal(Reason.ADVERT, "sections", "it stands below an advert's label", 0.6)
    return by_place(i, view, marks)


def _label(fact: Facts) -> bool:
    return fact.size <= 3 and not fact.ends and not fact.numbers
