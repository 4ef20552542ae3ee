"""Finds content that the classifier leaves out, by what is around it."""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.blocks.raw import RawPage
from cleaners.model import PageType
from cleaners.reasons import Reason
from cleaners.rules.clean_text import missed_lines
from cleaners.rules.left_out import contiguous_lines, lines_left_out, sentences_left_out
from cleaners.rules.line_features import PageLines
from cleaners.rules.numbered_parts import numbered_parts
from cleaners.rules.overrides import lists_after_colon, rest_of_text_lists
from cleaners.rules.page_context import PageContext
from cleaners.rules.post_bodies import missed_posts, posts_like_kept_ones
from cleaners.rules.structure import rest_of_tables
from cleaners.rules.structured_content import entries_like_kept_ones

_COMPLETE_TYPES = frozenset((PageType.ARTICLE, PageType.FORUM))  # gaps in them are chrome
_TEXT_TYPES = frozenset((PageType.ARTICLE, PageType.OTHER, PageType.DOCUMENTATION))


def missed_content(
    raw: RawPage,
    lines: PageLines,
    kept: Sequence[bool],
    page_type: PageType,
    *,
    is_clean: bool,
    is_unsure: bool,
) -> list[int]:
    """Blocks to keep against the classifier.

    They are lists after a colon, numbered parts that follow on kept ones, rows of tables that are
    mostly kept, and posts of a forum that are marked up like kept ones.
    """
    if is_clean:
        return missed_lines(lines, kept)
    page = PageContext(raw, lines, kept, range(0))
    found = [] if page_type is PageType.FORUM else numbered_parts(lines, kept)
    if not raw.is_html:
        # HTML doesn't need these rules, because it marks lists up.
        rest = found + (rest_of_text_lists(page, kept) if page_type in _TEXT_TYPES else [])
        if is_unsure and page_type in _TEXT_TYPES:
            rest += sentences_left_out(lines, kept)
        if is_unsure and page_type not in _COMPLETE_TYPES:
            rest += [*lines_left_out(lines, kept), *contiguous_lines(raw.blocks, kept, lines)]
        return lists_after_colon(lines, kept) + rest
    found += rest_of_tables(page, kept)
    if is_unsure and page_type not in _COMPLETE_TYPES:
        marked = map(page.match_markup, range(len(lines)))
        places = [
            i for i, named in enumerate(marked) if named is None or named.reason is Reason.COMMENT
        ]
        found += sentences_left_out(lines, kept, places)
    if is_unsure and page_type is not PageType.FORUM:
        found += entries_like_kept_ones(page, kept)
    if page_type is PageType.FORUM:
        found += posts_like_kept_ones(page, kept) + missed_posts(page, kept)
    return found
