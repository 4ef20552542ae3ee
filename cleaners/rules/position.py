"""Finds boilerplate by position: lists under a heading, comments, headlines after the article."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaners.model import Cleaner, Removal
from cleaners.reasons import Reason
from cleaners.rules.dates import has_date
from cleaners.rules.line_features import LineFeatures
from cleaners.rules.page_context import PageContext, Removals, shared_removal
from cleaners.rules.phrases import match_weak_phrases
from cleaners.text.unspaced import UNSPACED_CHAR

# Reasons that a heading passes on to the short lines below it.
_HEADING_REASONS = frozenset((Reason.RELATED, Reason.TICKER))
# Reasons whose phrases end the comments section.
_AFTER_COMMENTS = frozenset(
    (Reason.RELATED, Reason.FOOTER, Reason.CONSENT, Reason.TICKER, Reason.ADVERT)
)
_MENU_REASONS = (Reason.NAVIGATION, Reason.FOOTER)
# Reasons that can be wrong for a single label in a menu or footer.
_MENU_LIKE_REASONS = frozenset((Reason.ADVERT, Reason.RELATED, Reason.CONSENT, Reason.FOOTER))
_NUMBER_REASONS = (Reason.NAVIGATION, Reason.TICKER)
_COUNTED_REASONS = (Reason.COMMENT, Reason.SHARE)
_MIN_UNSPACED_HEADLINE = 6  # characters
_MENU_NEIGHBOURHOOD = 4  # lines before and after a block in which a menu is near
# A headline in the same line as its label, which in some scripts only a blank parts.
_AFTER_LABEL = re.compile(
    rf":\s+[^\W_]|：\s*[^\W_]|{UNSPACED_CHAR}\s+(?:{UNSPACED_CHAR}){{{_MIN_UNSPACED_HEADLINE}}}"
)
_MAX_LIST_LINES = 40
_HEADLINE_NEIGHBOURS = frozenset(
    ((Reason.RELATED, Reason.RELATED), (Reason.RELATED, Reason.DATE), (Reason.DATE, Reason.RELATED))
)
_HEADLINE_WORDS = range(4, 26)


def match_headed_lists(
    page: PageContext, removals: Removals, kept: Sequence[bool]
) -> dict[int, Removal]:
    """The removals of short lines below a boilerplate heading, up to the next text.

    A menu item with the words of a heading (“Latest”, “Weather”) doesn't count as a heading.
    """
    lines = page.lines
    found: dict[int, Removal] = {}
    heading: int | None = None
    for i, removal in enumerate(removals):
        if kept[i]:
            heading = None
        elif removal is not None:
            # A long “Read also: …” line, or one with a text after the label, has its headline in
            # it, and no list follows.
            if removal.reason in _HEADING_REASONS:
                opens = (
                    lines[i].n_words <= 8
                    and not _AFTER_LABEL.search(lines[i].text)
                    and not page.is_list_item(i)
                    and not page.is_in_menu(i)
                )
                heading = i if opens else None
        elif heading is not None:
            opened = removals[heading]
            if (
                opened is None
                or i - heading > _MAX_LIST_LINES
                or _ends_list(i, opened.reason, page)
            ):
                heading = None
            else:
                what = f"in the list under “{lines.texts[heading][:60]}”"
                found[i] = match_weak_phrases(lines[i]) or shared_removal(
                    opened.reason, Cleaner.POSITION, what, 0.75
                )
    return found


def _ends_list(i: int, reason: Reason, page: PageContext) -> bool:
    line = page.lines[i]
    if line.is_prose or page.is_in_menu(i):
        return True
    return not line.n_numbers if reason is Reason.TICKER else _labels_start(i, page)


def _labels_start(i: int, page: PageContext) -> bool:
    """Whether three labels in a row start here, as in menus but not in lists of headlines."""
    row = [page.lines[j] for j in range(i, min(len(page.lines), i + 3))]
    return all(line.n_words <= 3 and not line.n_numbers and not line.ends_sentence for line in row)


def find_comments(page: PageContext, removals: Removals) -> range:
    """The comments section below the article: from its heading to the next boilerplate."""
    for i in range(page.span.stop, len(page.lines)):
        removal = removals[i]
        if removal is not None and removal.reason is Reason.COMMENT and not page.lines[i].is_prose:
            stop = (
                j
                for j in range(i + 1, len(page.lines))
                if (after := removals[j]) is not None
                and after.cleaner == Cleaner.PHRASES
                and after.reason in _AFTER_COMMENTS
            )
            return range(i, next(stop, len(page.lines)))
    return range(0)


def match_tickers_without_numbers(page: PageContext, removals: Removals) -> dict[int, Removal]:
    """New removals of ticker labels without numbers in them or directly below: menu items."""
    lines = page.lines
    found = {}
    for i, removal in enumerate(removals):
        if removal is None or removal.reason is not Reason.TICKER:
            continue
        if not any(_has_numbers(lines[j]) for j in range(i, min(len(lines), i + 4))):
            what = "a label with no numbers in it or below it"
            found[i] = Removal(Reason.NAVIGATION, Cleaner.POSITION, what, 0.7)
    return found


def match_menu_labels(page: PageContext, removals: Removals) -> dict[int, Removal]:
    """New removals of labels of one or two words in a menu or footer, with its reason.

    “Advertising” in a row of menu labels is a menu item, not the label of an advert.
    """
    found = {}
    for i, removal in enumerate(removals):
        if removal is None or removal.reason not in _MENU_LIKE_REASONS or page.lines[i].n_words > 2:
            continue
        row = [removals[j] for j in range(max(0, i - 2), min(len(removals), i + 3)) if j != i]
        menus = [other.reason for other in row if other and other.reason in _MENU_REASONS]
        if len(menus) >= 3 and removal.reason not in menus:
            reason = max(_MENU_REASONS, key=menus.count)
            what = f"a label in a row of {reason} labels"
            found[i] = Removal(reason, Cleaner.POSITION, what, 0.75)
    return found


def match_lone_numbers(page: PageContext, removals: Removals) -> dict[int, Removal]:
    """New removals of single numbers outside a ticker or a row of page numbers: ranks and counts.

    They get the reason of the headline below or of the label next to them.
    """
    found = {}
    for i, removal in enumerate(removals):
        if (
            removal is None
            or removal.reason not in _NUMBER_REASONS
            or not _is_lone_number(page.lines[i])
        ):
            continue
        beside = [j for j in (i - 1, i + 1) if 0 <= j < len(removals)]
        if any(_is_lone_number(page.lines[j]) for j in beside):
            continue
        reasons = [other.reason for j in beside if (other := removals[j])]
        if Reason.TICKER not in reasons:
            found[i] = _lone_number_removal(page.lines[i], reasons)
    return found


def _lone_number_removal(line: LineFeatures, beside: Sequence[Reason]) -> Removal:
    """The removal of a single number, by the reasons of the lines next to it."""
    if beside[-1:] == [Reason.RELATED] and len(line.words[0]) <= 2:
        return Removal(Reason.RELATED, Cleaner.POSITION, "the rank of a headline", 0.7)
    for reason in beside:
        if reason in _COUNTED_REASONS:
            return Removal(reason, Cleaner.POSITION, f"a number next to a {reason} label", 0.7)
    return Removal(Reason.BOILERPLATE, Cleaner.POSITION, "a number on its own", 0.6)


def _is_lone_number(line: LineFeatures) -> bool:
    return line.n_numbers == 1 and line.n_words <= 2 and all(word.isdigit() for word in line.words)


def _has_numbers(line: LineFeatures) -> bool:
    return bool(line.n_numbers) and not line.is_prose and not has_date(line)


def match_neighbours(i: int, page: PageContext, removals: Removals) -> Removal | None:
    """The removal of a block between headlines or next to a caption in the article, or None."""
    before = removals[i - 1] if i else None
    after = removals[i + 1] if i + 1 < len(removals) else None
    around = (before and before.reason, after and after.reason)
    if i in page.span and Reason.CAPTION in around and page.lines[i].n_words <= 60:
        return Removal(Reason.CAPTION, Cleaner.POSITION, "next to a caption", 0.6)
    if around in _HEADLINE_NEIGHBOURS:
        return Removal(Reason.RELATED, Cleaner.POSITION, "between headlines", 0.6)
    return None


def match_position(i: int, page: PageContext, removals: Removals) -> Removal:
    """The most likely removal of a line, by its length, its links and its neighbours."""
    line, span = page.lines[i], page.span
    where = _position_phrase(i, span)
    if page.raw.blocks[i].tag in ("figcaption", "caption"):
        return shared_removal(Reason.CAPTION, Cleaner.POSITION, "an image caption", 0.8)
    linked = page.is_mostly_link(i)
    follows = line.n_words in _HEADLINE_WORDS and (linked or i >= span.start)
    if follows and _is_headline_like(i, page) and (linked or _is_beside_headline(i, page)):
        return shared_removal(Reason.RELATED, Cleaner.POSITION, f"a headline {where}", 0.6)
    short = (
        line.n_words < _HEADLINE_WORDS.start
        and not line.ends_sentence
        and (i not in span or linked)
    )
    if short and (linked or i < span.start or not span or _near_menu(i, removals)):
        return shared_removal(Reason.NAVIGATION, Cleaner.POSITION, f"a short label {where}", 0.6)
    what = f"does not read like article text, {where}"
    return shared_removal(Reason.BOILERPLATE, Cleaner.CLASSIFIER, what, 0.5)


def _near_menu(i: int, removals: Removals) -> bool:
    """Whether a nearby line belongs to a menu or footer by its words or markup."""
    near = (
        removals[j]
        for j in range(
            max(0, i - _MENU_NEIGHBOURHOOD), min(len(removals), i + _MENU_NEIGHBOURHOOD + 1)
        )
    )
    return any(
        removal and removal.reason in _MENU_REASONS and removal.cleaner != Cleaner.POSITION
        for removal in near
    )


def _is_headline_like(i: int, page: PageContext) -> bool:
    """Whether a block reads like a headline: no full stop, a question, or a short list item."""
    line = page.lines[i]
    if not line.ends_sentence:
        return True
    question = line.text.endswith(("?", "!")) and line.n_sentences == 1
    return question or (page.is_list_item(i) and line.n_sentences <= 2)


def _is_beside_headline(i: int, page: PageContext) -> bool:
    """Whether a line next to this one, outside the article, reads like a headline."""
    for j in (i - 1, i + 1):
        if 0 <= j < len(page.lines) and j not in page.span:
            other = page.lines[j]
            if not other.ends_sentence and 4 <= other.n_words <= 20:
                return True
    return False


def _position_phrase(i: int, span: range) -> str:
    if not span:
        return "on a page without an article"
    if i in span:
        return "inside the article"
    return "before the article" if i < span.start else "after the article"
