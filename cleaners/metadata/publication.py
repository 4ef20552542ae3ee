"""Chooses a page's publication date from its metadata, its date lines and its date elements."""

from __future__ import annotations

from cleaners.metadata.credits import Credits
from cleaners.metadata.dated_lines import (
    day_of_dateline,
    day_of_first_post,
    published_on_line,
)
from cleaners.metadata.html_head import Head, is_next_day
from cleaners.model import DateSource, PageType
from cleaners.rules.dates import DateRole
from cleaners.rules.page_context import PageContext

# Types of pages whose date elements say when they were published. The dates on products, services
# and lists are those of reviews and of other pages.
_DATED_TYPES = frozenset((PageType.ARTICLE, PageType.OTHER, PageType.DOCUMENTATION))
_MAX_OWN_DAYS = 3  # with more days than this, a page is a list of other pages


def publication_date(
    page: PageContext,
    title: int | None,
    head: Head,
    credit: Credits,
    page_type: PageType,
    language: str | None,
) -> tuple[str | None, DateSource | None]:
    """The publication date of a page, as YYYY-MM-DD, and its source; None if unknown.

    `title` is the index of the title line, and `credit` has the date lines near it.

    A date line between title and text is more reliable than other dates in the page, and than a
    JSON-LD date that isn't in ISO 8601 format, which is often the day of the last site build. It
    gives the local day of a time in UTC. In a forum it is not reliable: it may say when the writer
    joined or when someone replied. Nor is it for an event.
    """
    is_event = "event" in page.raw.markers
    if is_event or (head.published and not head.is_date_informal):
        if head.is_date_utc and is_next_day(head.published, credit.lead_date):
            return credit.lead_date, DateSource.DATE_LINE
        return head.published, head.published_source
    if credit.lead_date and page_type is not PageType.FORUM:
        return _marked_day(head, credit) or credit.lead_date, DateSource.DATE_LINE
    if head.published:
        return head.published, head.published_source
    if page_type is PageType.FORUM:
        # Other days at the top of a thread, such as today's, are later than its first post.
        line_day = day_of_first_post(page, title, language, credit.month_first)
        days = head.page_days(True)[:1]
        if days and (not line_day or days[0] < line_day):
            return days[0], DateSource.PAGE
    else:
        if day := _day_in_page(head, page_type):
            return day, DateSource.PAGE
        line_day = day_of_dateline(page, language)
    day = line_day or credit.lead_date or _day_of_credits(credit)
    if not day and page_type in _DATED_TYPES:
        day = published_on_line(page, language, credit.month_first)
    return (day, DateSource.DATE_LINE) if day else (None, None)


def _marked_day(head: Head, credit: Credits) -> str | None:
    """The day that the page marks as published, if the lines have several and one is an update's.

    WordPress writes the day of the update first: `<time class="updated">`.
    """
    days = {date.day for date in credit.dates}
    marked = head.page_days(False) if len(days) > 1 else ()
    if credit.lead_date in marked:
        return None
    return next((day for day in marked if day in days), None)


def _day_in_page(head: Head, page_type: PageType) -> str | None:
    """The first day on a page, unless it has so many days that they are those of other pages."""
    if page_type not in _DATED_TYPES:
        return None
    days = head.page_days(False)
    return days[0] if days and len(days) <= _MAX_OWN_DAYS else None


def _day_of_credits(credit: Credits) -> str | None:
    """The day of a date line above or below the story, or that of an update if there is no other.

    Several days of publication are those of several stories.
    """
    published = {date.day for date in credit.dates if date.role is DateRole.PUBLISHED}
    return credit.published if len(published) <= 1 else None
