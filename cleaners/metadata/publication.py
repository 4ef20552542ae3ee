"""Chooses a page's publication date from its metadata, its date lines and its date elements."""

from __future__ import annotations

from cleaners.metadata.credits import Credits
from cleaners.metadata.html_head import Head, is_next_day
from cleaners.model import DateSource, PageType

# Types of pages whose date elements say when they were published. The dates on products, services
# and lists are those of reviews and of other pages.
_DATED_TYPES = frozenset((PageType.ARTICLE, PageType.OTHER, PageType.DOCUMENTATION))
_MAX_OWN_DAYS = 3  # with more days than this, a page is a list of other pages


def publication_date(
    head: Head, credit: Credits, page_type: PageType, *, is_event: bool
) -> tuple[str | None, DateSource | None]:
    """The publication date of a page, as YYYY-MM-DD, and its source; None if unknown.

    A date line between title and text is more reliable than other dates in the page, and than a
    JSON-LD date that isn't in ISO 8601 format, which is often the day of the last site build. It
    gives the local day of a time in UTC. In a forum it is not reliable: it may say when the writer
    joined or when someone replied. Nor is it for an event.
    """
    if is_event or (head.published and not head.is_date_informal):
        if head.is_date_utc and is_next_day(head.published, credit.lead_date):
            return credit.lead_date, DateSource.DATE_LINE
        return head.published, head.published_source
    if credit.lead_date and page_type is not PageType.FORUM:
        return credit.lead_date, DateSource.DATE_LINE
    if head.published:
        return head.published, head.published_source
    if day := _day_in_page(head, page_type):
        return day, DateSource.PAGE
    day = credit.lead_date or credit.published
    return (day, DateSource.DATE_LINE) if day else (None, None)


def _day_in_page(head: Head, page_type: PageType) -> str | None:
    """The first day on a page, unless it has so many days that they are those of other pages."""
    is_thread = page_type is PageType.FORUM
    if not is_thread and page_type not in _DATED_TYPES:
        return None
    days = head.page_days(is_thread)
    return days[0] if days and (is_thread or len(days) <= _MAX_OWN_DAYS) else None
