"""Why each block that isn't content isn't: by its words, its markup, or its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cleaners.model import Cleaner, Reason, Removal
from cleaners.rules.line_features import LineFeatures
from cleaners.rules.overrides import Removals, add_missing, match_line
from cleaners.rules.page_context import PageContext
from cleaners.rules.phrases import match_social_networks, match_weak_phrases
from cleaners.rules.position import (
    find_comments,
    match_headed_lists,
    match_lone_numbers,
    match_menu_labels,
    match_neighbours,
    match_position,
    match_tickers_without_numbers,
)

_MAX_CONFIDENCE = 0.99  # what is told by words and places is never certain
_WEAK_CONFIDENCE = 0.6  # confidence up to which the neighbours of a block may change its reason


def assign_reasons(
    view: PageContext, marks: Removals, script: str | None, certainty: Sequence[float]
) -> None:
    """Puts the reason that fits best on every block that isn't content and has none yet.

    `script` is the article's, `certainty` how sure the classifier is of each block, 0.5 to 1.
    """
    gone = [i for i, keep in enumerate(view.kept) if not keep and marks[i] is None]
    for i in gone:
        marks[i] = match_social_networks(view.lines[i]) or match_line(view.lines[i], script)
    add_missing(marks, match_headed_lists(view, marks, view.kept))
    for i, removal in match_tickers_without_numbers(view, marks).items():
        marks[i] = removal
    comments = find_comments(view, marks)
    for i in gone:
        marks[i] = marks[i] or _match_surroundings(i, view, marks, comments)
    for rule in (match_menu_labels, match_lone_numbers):
        for i, removal in rule(view, marks).items():
            marks[i] = removal
    for i in gone:
        mark = marks[i]
        if (
            mark is not None
            and mark.confidence <= _WEAK_CONFIDENCE
            and mark.cleaner != Cleaner.PHRASES
        ):
            marks[i] = mark = match_neighbours(i, view, marks) or mark
        if mark is not None and mark.cleaner != Cleaner.REPEATS:
            confidence = round(min(_MAX_CONFIDENCE, max(mark.confidence, certainty[i])), 2)
            marks[i] = replace(mark, confidence=confidence)


def _match_surroundings(i: int, view: PageContext, marks: Removals, comments: range) -> Removal:
    """What its place, in the tree or among the lines, makes of a block."""
    line = view.lines[i]
    named = view.match_markup(i)
    if named and not (named.reason is Reason.RELATED and view.is_list_item(i) and _is_label(line)):
        return named
    if i in comments and (line.is_prose or line.is_short_sentence):
        return Removal(Reason.COMMENT, Cleaner.POSITION, "below the comments heading", 0.7)
    if traced := match_weak_phrases(line):
        return traced
    before = marks[i - 1] if i else None
    if (
        before
        and before.reason is Reason.ADVERT
        and not view.is_list_item(i - 1)
        and not line.is_prose
    ):
        return Removal(Reason.ADVERT, Cleaner.POSITION, "below an advert label", 0.6)
    return match_position(i, view, marks)


def _is_label(line: LineFeatures) -> bool:
    return line.n_words <= 3 and not line.ends_sentence and not line.n_numbers
