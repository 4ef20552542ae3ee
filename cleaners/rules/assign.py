"""Assigns a reason to each removed block, by its words, its markup or its position."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from cleaners.model import Cleaner, Removal
from cleaners.reasons import Reason
from cleaners.rules.line_features import LineFeatures
from cleaners.rules.overrides import add_missing, match_line
from cleaners.rules.page_context import PageContext, Removals, shared_removal
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

_MAX_CONFIDENCE = 0.99  # a reason from words or position is never certain
_WEAK_CONFIDENCE = 0.6  # up to this confidence, a block's neighbours can change its reason


def assign_reasons(
    page: PageContext, removals: Removals, script: str | None, certainty: Sequence[float]
) -> None:
    """Set the best-fitting removal of each block that isn't content and has no removal yet.

    `script` is the writing system of the content. `certainty` is the classifier's confidence in its
    decision about each block, 0.5 to 1.
    """
    unassigned = [i for i, keep in enumerate(page.kept) if not keep and removals[i] is None]
    for i in unassigned:
        removals[i] = match_social_networks(page.lines[i]) or match_line(page.lines[i], script)
    add_missing(removals, match_headed_lists(page, removals, page.kept))
    for i, removal in match_tickers_without_numbers(page, removals).items():
        removals[i] = removal
    comments = find_comments(page, removals)
    for i in unassigned:
        removals[i] = removals[i] or _match_surroundings(i, page, removals, comments)
    for rule in (match_menu_labels, match_lone_numbers):
        for i, removal in rule(page, removals).items():
            removals[i] = removal
    for i in unassigned:
        current = removals[i]
        if (
            current is not None
            and current.confidence <= _WEAK_CONFIDENCE
            and current.cleaner != Cleaner.PHRASES
        ):
            removals[i] = current = match_neighbours(i, page, removals) or current
        if current is not None and current.cleaner != Cleaner.REPEATS:
            confidence = _rounded(max(current.confidence, certainty[i]))
            removals[i] = shared_removal(
                current.reason, current.cleaner, current.detail, confidence
            )


@lru_cache(1024)
def _rounded(confidence: float) -> float:
    return round(min(_MAX_CONFIDENCE, confidence), 2)


def _match_surroundings(i: int, page: PageContext, removals: Removals, comments: range) -> Removal:
    """The removal that the elements and lines around a block suggest."""
    line = page.lines[i]
    named = page.match_markup(i)
    if named and not (named.reason is Reason.RELATED and page.is_list_item(i) and _is_label(line)):
        return named
    if i in comments and (line.is_prose or line.is_short_sentence):
        return Removal(Reason.COMMENT, Cleaner.POSITION, "below the comments heading", 0.7)
    if traced := match_weak_phrases(line):
        return traced
    before = removals[i - 1] if i else None
    if (
        before
        and before.reason is Reason.ADVERT
        and not page.is_list_item(i - 1)
        and not line.is_prose
    ):
        return Removal(Reason.ADVERT, Cleaner.POSITION, "below an advert label", 0.6)
    return match_position(i, page, removals)


def _is_label(line: LineFeatures) -> bool:
    return line.n_words <= 3 and not line.ends_sentence and not line.n_numbers
