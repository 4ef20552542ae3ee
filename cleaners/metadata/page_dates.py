"""Finds the publication date in a page's URL and in the elements beside its headline.

Dates of other stories, comments, events and updates are left out, because a wrong date is worse
than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from typing import TYPE_CHECKING

from cleaners.metadata.dated_lines import says_other_day
from cleaners.metadata.labelled_elements import (
    frame_label,
    is_of_another_story,
    letters_only,
    plain_text,
)
from cleaners.rules.calendars import gregorian_day, in_ascii_digits
from cleaners.rules.dates import DateRole, find_dates, parse_stated_date, role_of_label
from cleaners.rules.month_names import month_number

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MonthFirst = Callable[[], bool | None]
"""Says whether a page writes the month first in 3/4/2020; None if unknown."""

_URL_DAY = re.compile(
    r"[/_-](20[0-3]\d)([/_-])(0?[1-9]|1[0-2]|[a-z]{3,9})\2(0?[1-9]|[12]\d|3[01])(?=$|[/_.-])"
    r"|/(20[0-3]\d)()(0[1-9]|1[0-2])([0-3]\d)(?=$|[/_-])",
    re.IGNORECASE,
)
_URL_EVENT = re.compile(r"/(?:event|calendar|agenda|archive|termin|veranstaltung)", re.IGNORECASE)
_CANDIDATES = (
    'h1,time,[itemprop~="datePublished"],[class*="date" i],[class*="publish" i],'
    '[class*="posted" i],[class*="time" i],[id*="date" i],[class*="created" i],[class~="age"]'
)
_MAX_CANDIDATES = 400
_LABEL = re.compile(
    r"(?<![a-z])(?:pub|post|entry|article)?-?_?(?:date|dates|datetime|time|timestamp|published"
    r"|posted(?:-on)?|created|age|time-?ago|relative-?(?:time|date)|pubdate|dateline)(?![a-z])|publi(?:sh|c)[a-z]*[-_]?(?:date|time|on)",
    re.IGNORECASE,
)
_DATE_ATTRIBUTE = re.compile(r"data-(?:.*(?:date|time|title|tippy|tooltip).*)|aria-label")
_UPDATE_LABEL = re.compile(r"updat|modif|edited|revis|expir|event|start|end-?date|deadline", re.I)
# Elements around dates of comments, other stories, events, menus and tickers.
_OUTSIDE_TAGS = frozenset(("nav", "footer", "form", "table", "select", "button", "figure"))
_PAGE_EDGE_TAGS = frozenset(("header", "aside"))
_FRAME = re.compile(
    r"related|recommend|popular|trending|latest|recent|most-?read|more-|read-?also|see-?also"
    r"|(?<!with)(?<!with[-_])(?<!has[-_])(?<!no[-_])sidebar|widget|event|calendar|upcoming|agenda"
    r"|schedule|ticker|weather|topbar|top-bar|masthead|today|current|clock|menu|breadcrumb|archive"
    r"|copyright|carousel|slider|promo(?!ted)|teaser|joined|signature|modal|popup"
    r"|(?<!entry-)(?<!post-)(?<!article-)footer",
    re.IGNORECASE,
)
_REPLIES = re.compile(r"comment|repl(?:y|ies)|respon[sd]e?|discuss|review|profile", re.IGNORECASE)
_MAX_LEVELS_UP = 12
_MAX_TEXT_CHARS = 90  # a longer element is no date line
# Elements before which, and characters at the end of the text in which, “Updated:” may stand.
_LABEL_LEVELS, _MAX_LABEL_CHARS = 2, 30
_MAX_OTHER_WORDS = 6  # words beside the date in its element, as in “Published on … by …”
_MAX_ITEM_WORDS = 3  # the same in a list item
_CARD_LEVELS, _MAX_CARD_CHARS = 2, 400
_HEADLINE_WORDS = 4  # without numbers, so that a date is no headline
_SEPARATOR = re.compile(r"\d[/-]\d")
_DIGIT = re.compile(r"\d")
_OTHER_LINK = re.compile(r"author|byline|people|staff|contribut|profile|categor|tag|topic", re.I)


def day_in_url(url: str | None) -> str | None:
    """The day in a URL's path, as YYYY-MM-DD; None if it has none, or if it may be an event's.

    >>> day_in_url("https://quay.example/2022/may/12/late"), day_in_url("/news/2022-05-12-late")
    ('2022-05-12', '2022-05-12')
    """
    path = (url or "").split("?", 1)[0].split("#", 1)[0]
    if _URL_EVENT.search(path):
        return None
    for found in _URL_DAY.finditer(path):
        year, _, month, day = filter(lambda part: part is not None, found.groups())
        number = int(month) if month.isdigit() else month_number(month, "en")
        if number and (iso := gregorian_day(int(year), number, int(day), None)):
            return iso
    return None


def labelled_days(
    tree: LexborHTMLParser,
    titles: Set[str],
    language: str | None,
    month_first: MonthFirst,
    *,
    is_thread: bool = False,
) -> tuple[str, ...]:
    """The days, as YYYY-MM-DD, in elements marked as dates that belong to the page's main story.

    Those after the h1 come first, in order, then those before it, the nearest first. `titles` are
    the page's titles in the form of `letters_only`. `month_first()` says whether the page writes
    the month first in 3/4/2020. With `is_thread`, days of posts and comments are included, and the
    earlier of the days nearest to the h1 comes first.
    """
    before: list[str] = []
    after: list[str] = []
    found = before
    for node in tree.css(_CANDIDATES)[:_MAX_CANDIDATES]:
        if node.tag == "h1":
            found = after
            continue
        label = " ".join(
            node.attributes.get(name) or "" for name in ("class", "id", "itemprop", "pubdate")
        )
        if node.tag != "time" and not _LABEL.search(label):
            continue
        if _UPDATE_LABEL.search(label) or not (days := list(_days_of(node, language, month_first))):
            continue
        if not _is_other_day(node) and not _is_outside(node, titles, is_thread=is_thread):
            found += days
    if is_thread and found is after:
        nearest = [*before[-1:], *after[:1]]
        after = [*sorted(nearest), *after]
    days = before if found is before else [*after, *reversed(before)]
    return tuple(dict.fromkeys(days))


def _days_of(node: LexborNode, language: str | None, month_first: MonthFirst) -> Iterator[str]:
    """The days in an element that aren't days of an update; none if it has many other words."""
    text = plain_text(node.text(separator=" "))
    if len(text) > _MAX_TEXT_CHARS:
        return
    digits = in_ascii_digits(text, language)
    order = month_first() if _SEPARATOR.search(digits) else None
    found = find_dates(digits, language, order)
    words = sum(any(map(str.isalpha, word)) for word in digits.split())
    if words > _MAX_OTHER_WORDS + 4 * len(found):
        return
    if any(date.role is not DateRole.UPDATED for date in found):
        yield from (date.day for date in found if date.role is not DateRole.UPDATED)
        return
    if found:
        return
    names = (name for name in node.attributes if _DATE_ATTRIBUTE.fullmatch(name))
    for name in ("datetime", "content", "title", *names):
        value = (node.attributes.get(name) or "")[:_MAX_TEXT_CHARS]
        if day := parse_stated_date(value, language, order):
            yield day
            return


def _is_other_day(node: LexborNode) -> bool:
    """Whether the text before a date, or before its parent, says that it is not of publication."""
    at: LexborNode | None = node
    for _ in range(_LABEL_LEVELS):
        before = at.prev if at is not None else None
        while before is not None and not (before.text() or "").strip():
            before = before.prev
        if before is not None:
            label = (before.text() or "").strip()[-_MAX_LABEL_CHARS:]
            is_other = role_of_label(label) is DateRole.UPDATED or says_other_day(label)
            return is_other and not find_dates(label, None)
        at = at.parent if at is not None else None
    return False


def _is_outside(node: LexborNode, titles: Set[str], *, is_thread: bool) -> bool:
    """Whether a date belongs to a comment, another story, an event or the frame of the page."""
    at: LexborNode | None = node
    above: list[LexborNode] = []
    for _ in range(_MAX_LEVELS_UP):
        if at is None or at.tag in ("body", "html") or (above and at.css_first("h1") is not None):
            break
        above.append(at)
        at = at.parent
    is_inside = any(one.tag in ("article", "main") for one in above)
    while at is not None and not is_inside:
        is_inside = at.tag in ("article", "main")
        at = at.parent
    for one in above:
        label = frame_label(one)
        if one.tag in _OUTSIDE_TAGS and not (one.tag == "footer" and is_inside):
            return True
        if one.tag in _PAGE_EDGE_TAGS and not is_inside:
            return True
        if _FRAME.search(label) or (_REPLIES.search(label) and not is_thread):
            return True
        if (
            one.tag == "li"
            and not is_thread
            and _count_words(one) - _count_words(node) > _MAX_ITEM_WORDS
        ):
            return True
    if is_thread:
        return False
    return is_of_another_story(node, titles) or _is_in_card(node, titles)


def _count_words(node: LexborNode) -> int:
    return len(node.text(separator=" ").split())


def _is_in_card(node: LexborNode, titles: Set[str]) -> bool:
    """Whether an element stands beside a link with the headline of another story."""
    at = node.parent
    for _ in range(_CARD_LEVELS):
        if at is None or at.tag in ("body", "html", "main"):
            return False
        if len(at.text()) > _MAX_CARD_CHARS or at.css_first("h1") is not None:
            return False
        for link in at.css("a[href]"):
            text = link.text()
            marks = " ".join(link.attributes.get(name) or "" for name in ("class", "rel", "href"))
            n_words = sum(not _DIGIT.search(word) for word in text.split())
            if n_words >= _HEADLINE_WORDS and not _OTHER_LINK.search(marks):
                letters = letters_only(text)
                if not any(letters in title for title in titles):
                    return True
        at = at.parent
    return False
