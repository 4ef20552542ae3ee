"""Finds tables, lists of facts, captions and entries of HTML pages that are no articles.

The classifier is unsure about pages with little prose and takes their rows for labels. Elements
that are made for data show what they are, unless their names are those of menus.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from cleaners.blocks.attribute_words import attribute_words
from cleaners.reasons import Reason
from cleaners.rules.markup import match_markup
from cleaners.rules.page_context import PageContext
from cleaners.rules.phrases import match_phrases
from cleaners.rules.software_words import is_control
from cleaners.rules.structure import nearest

_TABLES = frozenset(("table", "dl"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CELLS = frozenset(("tr", "dt", "dd"))
_MIN_ROWS = 2
_MIN_CAPTIONS = 3
_MIN_LIKE = 2  # kept entries with the same markup as others
_MAX_LINK_SHARE = 0.5
_PATH_LEVELS = 4
_ANY_NUMBER = re.compile(r"\d+")
_TICKER_HEADINGS = frozenset((Reason.TICKER, Reason.NAVIGATION))
# Rows of tables look like these to the rules for words.
_ROW_REASONS = frozenset((Reason.TICKER, Reason.NAVIGATION, Reason.DATE, Reason.BYLINE))


def marked_facts(page: PageContext, content: Collection[int]) -> set[int]:
    """The rows of tables and lists of facts below the first heading, and the headings above them.

    If there are none, and `content` has no sentence, they are the captions of pictures.
    """
    blocks = page.raw.blocks
    found = {*_tables(page), *_infoboxes(page)}
    above = {i - 1 for i in found if i and blocks[i - 1].tag in _HEADINGS}
    found |= {i for i in above if not _is_chrome(page, i)}
    if not found and not any(page.lines[i].ends_sentence for i in content):
        captions = {
            i
            for i, block in enumerate(blocks)
            if block.tag == "figcaption" and _is_caption(page, i)
        }
        found = captions if len(captions) >= _MIN_CAPTIONS else set()
    return found


def _tables(page: PageContext) -> Iterator[int]:
    raw = page.raw
    if {element.tag for element in raw.containers}.isdisjoint(_TABLES):
        return
    around = nearest(raw, _TABLES)
    first = next((i for i, block in enumerate(raw.blocks) if block.tag in _HEADINGS), 0)
    tables: defaultdict[int, list[int]] = defaultdict(list)
    for i, block in enumerate(raw.blocks):
        if i > first and block.tag in _CELLS and (at := around[block.container]) >= 0:
            tables[at].append(i)
    for rows in tables.values():
        n_chars = sum(len(raw.blocks[i].text) for i in rows)
        n_link_chars = sum(raw.blocks[i].link_chars for i in rows)
        n_worded = sum(bool(page.lines[i].words) for i in rows)
        is_data = all("\t" in raw.blocks[i].text or raw.blocks[i].tag != "tr" for i in rows)
        if (
            len(rows) >= _MIN_ROWS
            and is_data
            and n_link_chars <= _MAX_LINK_SHARE * n_chars
            and 2 * n_worded >= len(rows)
            and not any(_is_chrome(page, i) for i in rows)
            and not _is_ticker(page, rows, first)
        ):
            yield from rows


def _is_ticker(page: PageContext, rows: Sequence[int], first: int) -> bool:
    """Whether a table shows rates or the weather, by its rows or by the heading above it.

    On a page whose `first` heading is “Weather”, such a table is content.
    """
    title = match_phrases(page.lines[first])
    if title is not None and title.reason is Reason.TICKER:
        return False
    above = rows[0] - 1
    if above > first and page.raw.blocks[above].tag in _HEADINGS:
        heading = match_phrases(page.lines[above])
        if heading is not None and heading.reason in _TICKER_HEADINGS:
            return True
    n_tickers = sum(
        (row := match_phrases(page.lines[i])) is not None and row.reason is Reason.TICKER
        for i in rows
    )
    return above != first and 2 * n_tickers > len(rows)


def _is_caption(page: PageContext, i: int) -> bool:
    """Whether a caption is not in a menu or in a list of other stories."""
    containers = page.raw.containers
    figure = containers[page.raw.blocks[i].container].parent
    named = match_markup(containers, figure)
    return named is None or named.reason is Reason.CAPTION


def _infoboxes(page: PageContext) -> Iterator[int]:
    """The blocks of boxes with facts beside an article, in whatever elements they are."""
    inside: list[bool] = []
    for element in page.raw.containers:
        is_inside = element.parent >= 0 and inside[element.parent]
        is_box = "infobox" in element.label and "infobox" in attribute_words(element.label)
        inside.append(is_inside or is_box)
    yield from (i for i, block in enumerate(page.raw.blocks) if inside[block.container])


def entries_like_kept_ones(page: PageContext, kept: Sequence[bool]) -> Iterator[int]:
    """The blocks to keep because at least half of those with the same markup are kept."""
    containers = page.raw.containers
    groups: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, block in enumerate(page.raw.blocks):
        at, path = block.container, [block.tag]
        while at >= 0 and len(path) <= _PATH_LEVELS:
            path.append(_ANY_NUMBER.sub("", containers[at].signature))
            at = containers[at].parent
        groups[tuple(path)].append(i)
    for group in groups.values():
        n_kept = sum(kept[i] for i in group)
        if _MIN_LIKE <= n_kept < len(group) <= 2 * n_kept:
            yield from (i for i in group if not kept[i] and not _is_chrome(page, i))


def _is_chrome(page: PageContext, i: int) -> bool:
    """Whether a block is boilerplate by its words or by the elements around it."""
    line = page.lines[i]
    if is_control(line) or page.match_markup(i) is not None:
        return True
    removal = match_phrases(line)
    return removal is not None and not (
        removal.reason in _ROW_REASONS and page.raw.blocks[i].tag in _CELLS
    )
