"""Finds the publication date in lines away from the headline, in datelines and in threads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cleaners.reasons import Reason
from cleaners.rules.dates import DateMention, DateRole, find_dates, find_line_dates, role_of_label
from cleaners.rules.line_features import LineFeatures, line_features
from cleaners.rules.page_context import PageContext
from cleaners.rules.wordlists import wordlist

_MAX_LINE_CHARS = 90  # a longer line has no label that says when the page was published
_MAX_LABEL_WORDS = 4
_MAX_GAP_CHARS = 12  # between the label and the day, as in “Published: Tue, ”
_NEAR_LINES = 2  # lines on either side of a day that must not be another story's headline
_TEASER_WORDS = 4
_TABLE_TAGS = frozenset(("tr", "td", "th", "caption", "figcaption"))
_HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_FRAME_REASONS = frozenset((Reason.COMMENT, Reason.NAVIGATION, Reason.TICKER))
_OTHER_REASONS = frozenset((Reason.RELATED, Reason.NAVIGATION, Reason.FOOTER, Reason.TICKER))
# “OSLO, May 12, 2022 (Quay News) – The harbour”, “LEEDS, England, May 12, 2022 /Quay Wire/ -- ”.
_PLACE = re.compile(
    r"(?:^|[\s,])[^\W\d_a-zß-ÿа-яё][^\W\d_a-zß-ÿа-яё .’'/-]{2,30}(?:, ?[^\W\d_][\w. ]{0,15}){0,2}"
    r"(?:,|\s?[-–—/]{1,2}|\s?\()\s?(?:[^\W\d_]{1,12},? )?$"
)
# A bracket after the day has nothing but an agency's name: “(Reuters)”, not “(the day after)”.
_AGENCY = r"[^\W\d_a-zß-ÿа-яё][\w.&/-]*(?: [^\W\d_a-zß-ÿа-яё][\w.&/-]*){0,3}"
_AFTER_DATELINE = re.compile(
    rf"\)?,?\s*(?:\({_AGENCY}\)|/[^/]{{2,40}}/)?\s*(?:[-–—]{{1,2}}|:)\s*\S"
)
_DATELINE_CHARS, _DATELINE_PARAGRAPHS = 130, 2
# What the day on a line of a thread says instead of the day of the first post.
_OTHER_EVENT = re.compile(
    r"\bjoin|regist|member since|mitglied seit|dabei seit|inscri|iscritt|регистр|зарегист|на форуме"
    r"|dołącz|\blast\b|latest|letzte|dernièr|último|ultimo|последн|останн|copyright|©|current time"
    r"|time is now|posts per|birth|online",
    re.IGNORECASE,
)
_PROFILE_LABEL = re.compile(
    r"user-?_?(?:extra|stat|info|detail|title)|profile|author_?-?(?:stat|info|detail)|poster_?info",
    re.IGNORECASE,
)
_LEVELS_UP = 4
_STORY_TAGS = frozenset(("article", "main", "body"))
# Words before a day that is not one of publication.
_OTHER_DAY = re.compile(
    r"copyright|©|\b(?:retrieved|accessed|printed|valid|until|deadline|closes?|expires?|founded|established"
    r"|born|died|effective|reviewed in|abgerufen|gültig|consulté|expire|consultado|válid[oa])\b"
    r"|действител|^\W*(?:today|now|heute|сегодня)\b",
    re.IGNORECASE,
)
_REPLY_LABEL = re.compile(r"comment|repl(?:y|ies)|respon[sd]e|review", re.IGNORECASE)
_MAX_POST_LINE_WORDS, _MAX_EVENT_CHARS = 14, 20

# “April 3, 1936 – January 19, 2024”: the dates of a life, if the years are far enough apart.
_RANGE_OF_YEARS = re.compile(
    r"[^–—-]{0,24}(?<!\d)(1[5-9]\d\d|20\d\d)\s*[–—-]\s*[^–—-]{0,24}(?<!\d)(1[5-9]\d\d|20\d\d)\W*"
)
_MIN_YEARS = 5
_MIN_SMALL_WORDS = 3  # lower-case words before the day in a sentence
_MIN_SENTENCE_SMALL_WORDS = 5  # around the day in a sentence, which may end in a colon
# The heading of a release in a change log: “[0.5.0] - 2023-06-01”.
_RELEASE = re.compile(
    r"(?:version |release |v\.? ?)?(?!\d{1,2}\.\d{1,2}\.\d{4})\[?v?\d+\.\d+(?:\.\d+)*"
    r"(?:[-.]?(?:rc|a|b|alpha|beta|post|dev)[.\d]*)?\]?[\s:–—-]{1,4}\(?[\w ,./-]{6,20}\)?",
    re.I,
)


def published_on_line(
    page: PageContext, language: str | None, month_first: bool | None
) -> str | None:
    """The only day that lines of a page, such as “Posted on May 12, 2022”, say it was published.

    The day is YYYY-MM-DD. It may stand on the line after its label. None if there are several.
    """
    days = {
        day for i in range(len(page.lines)) if (day := _stated_day(i, page, language, month_first))
    }
    return days.pop() if len(days) == 1 else None


def day_of_dateline(page: PageContext, language: str | None) -> str | None:
    """The day at the start of an agency's report, as YYYY-MM-DD: “OSLO, May 12, 2022 (QN) – …”."""
    prose = (page.lines[i].text for i in page.span if page.kept[i] and page.lines[i].is_prose)
    for text, _ in zip(prose, range(_DATELINE_PARAGRAPHS), strict=False):
        start = text[:_DATELINE_CHARS]
        for date in find_dates(start, language)[:1]:
            if _PLACE.search(start[: date.start]) and _AFTER_DATELINE.match(start[date.end :]):
                return date.day
    return None


def day_of_first_post(
    page: PageContext, title: int | None, language: str | None, month_first: bool | None
) -> str | None:
    """The first day on a line after the title of a thread that is that of a post.

    The day is YYYY-MM-DD. The lines are those around posts: “Started by heron, May 12, 2022”.
    """
    headline = page.lines[title].text if title is not None else None
    for i in range((title or 0) + 1, len(page.lines)):
        text = page.lines[i].text.split("(")[0] or page.lines[i].text
        line = line_features(text)
        if not line.n_numbers or line.n_words > _MAX_POST_LINE_WORDS or line.is_prose:
            continue
        named = page.match_markup(i)
        if (
            text == headline
            or _is_in_element(i, page, _PROFILE_LABEL)
            or (named and named.reason in _OTHER_REASONS)
        ):
            continue
        before = page.lines[i - 1].text if i else ""  # “Joined” may stand on its own line
        labels = f"{before} {text}" if len(before) <= _MAX_EVENT_CHARS else text
        dates = () if _OTHER_EVENT.search(labels) else find_line_dates(line, language, month_first)
        if dates and dates[0].role is not DateRole.UPDATED:
            return dates[0].day
    return None


def says_other_day(text: str) -> bool:
    """Whether the text before a day says that it is not one of publication: “Valid until”."""
    return _OTHER_DAY.search(text) is not None


def is_in_reply(i: int, page: PageContext) -> bool:
    """Whether a line stands in an element for comments, replies or reviews."""
    return _is_in_element(i, page, _REPLY_LABEL)


def _is_in_element(i: int, page: PageContext, named: re.Pattern[str]) -> bool:
    at = page.raw.blocks[i].container
    for _ in range(_LEVELS_UP if page.raw.is_html else 0):
        container = page.raw.containers[at]
        if container.tag in _STORY_TAGS:
            return False
        if named.search(container.label):
            return True
        at = container.parent
        if at < 0:
            break
    return False


def _stated_day(
    i: int, page: PageContext, language: str | None, month_first: bool | None
) -> str | None:
    """The day on a line that says that it is the one of publication, or that follows such words."""
    line = page.lines[i]
    block = page.raw.blocks[i]
    if not line.n_numbers or len(line.text) > _MAX_LINE_CHARS or block.tag in _TABLE_TAGS:
        return None
    opening = wordlist(Reason.DATE).match_phrase(line.text, line.words)
    if not opening and not (i and role_of_label_line(page.lines[i - 1]) is DateRole.PUBLISHED):
        return None
    dates = find_line_dates(line, language, month_first)
    if not dates or not (_opens(dates[0], opening) if opening else dates[0].start == 0):
        return None
    named = page.match_markup(i)
    if (named and named.reason in _FRAME_REASONS) or is_in_reply(i, page):
        return None
    if says_other_day(line.text[: dates[0].start]) or any(
        _is_headline(j, page) for j in _places_near(i, page)
    ):
        return None
    return dates[0].day


def _opens(date: DateMention, opening: str) -> bool:
    return date.role is DateRole.PUBLISHED and date.start <= len(opening) + _MAX_GAP_CHARS


def role_of_label_line(line: LineFeatures) -> DateRole | None:
    """What a line that is only a label, such as “Publication date:”, says of the next line's day.

    None if it is no such label.
    """
    if line.n_words > _MAX_LABEL_WORDS or line.n_numbers:
        return None
    if wordlist(Reason.DATE).match_phrase(line.text, line.words, max_extra_words=0) is None:
        return None
    return role_of_label(line.text)


def _places_near(i: int, page: PageContext) -> Iterator[int]:
    for j in range(max(0, i - _NEAR_LINES), min(len(page.lines), i + _NEAR_LINES + 1)):
        if j != i:
            yield j


def _is_headline(i: int, page: PageContext) -> bool:
    """Whether a removed line may be the headline of another story."""
    line = page.lines[i]
    if page.kept[i] or page.raw.blocks[i].tag == "h1":
        return False
    is_long = line.n_words >= _TEASER_WORDS and not find_dates(line.text, None)
    is_marked = page.raw.blocks[i].tag in _HEADING_TAGS or page.is_mostly_link(i)
    return is_long and line.is_heading_like and is_marked


def is_range_of_years(text: str, dates: Sequence[DateMention]) -> bool:
    """Whether a line is the dates of a life: without words that say what happened on a day."""
    found = _RANGE_OF_YEARS.fullmatch(text)
    return (
        found is not None
        and int(found[2]) - int(found[1]) >= _MIN_YEARS
        and all(date.role is DateRole.UNLABELLED for date in dates)
    )


def is_statement(line: LineFeatures, date: DateMention) -> bool:
    """Whether a line is a sentence with a day, such as “The ship came in on 3 May 2011.”.

    “On 3 May 2011, I heard from the owner of the ship:” is one, too.
    """
    before, after = (
        sum(word.islower() and word.isalpha() for word in part.split())
        for part in (line.text[: date.start], line.text[date.end :])
    )
    return date.role is DateRole.UNLABELLED and (
        (line.text.endswith(".") and before >= _MIN_SMALL_WORDS)
        or (line.text.endswith((".", ":")) and before + after >= _MIN_SENTENCE_SMALL_WORDS)
    )


def is_release(text: str) -> bool:
    """Whether a text is the heading of a release in a change log: “[0.5.0] - 2023-06-01”."""
    return _RELEASE.fullmatch(text) is not None
