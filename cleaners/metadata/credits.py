"""Finds bylines and date lines around an article, and reads the authors and the date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cleaners.metadata.credit_places import (
    MAX_NAME_WORDS,
    first_other_section,
    is_below_link,
    is_caption,
    is_fact,
    is_teaser,
    lines_above,
    lines_after,
    may_name_author,
    may_sign,
)
from cleaners.metadata.dated_lines import (
    is_in_reply,
    is_range_of_years,
    is_release,
    is_statement,
    role_of_label_line,
    says_other_day,
)
from cleaners.metadata.html_head import Head, are_doubtful
from cleaners.model import Cleaner, Removal
from cleaners.reasons import Reason
from cleaners.rules.author_names import is_label
from cleaners.rules.byline_labels import (
    byline_opening,
    labels_writer,
    names_writer,
    opens_joined_caption,
)
from cleaners.rules.bylines import (
    dated_line_names,
    has_bullet,
    line_authors,
    people,
    standalone_agency,
    standalone_names,
)
from cleaners.rules.captions import match_caption
from cleaners.rules.dates import DateMention, DateRole, find_line_dates, published_day
from cleaners.rules.interface_labels import is_interface_label
from cleaners.rules.line_features import LineFeatures, PageLines, line_features
from cleaners.rules.name_words import is_only_role, is_organisation, is_place
from cleaners.rules.page_context import PageContext
from cleaners.rules.phrases import match_phrases
from cleaners.rules.wordlists import split_words, wordlist

# Line endings that are no sentence ending: “08:30 น.”, “2021. 5. 14.”, “4 bře. 2021”.
_ABBREVIATION_END = re.compile(r"\d\s*(?:[ap]\.?\s?m|[^\W\d_]{1,2})?\.$|\d$", re.IGNORECASE)
_MAX_ENDING_CHARS = 12
# A line with such an ending is no sentence if it is shorter than this, with at most so many words.
_ABBREVIATED_CHARS, _ABBREVIATED_WORDS = 50, 8
_OPENING_LINES = 12  # lines from the start of the article that are searched for credits
_NEAR_TITLE_LINES = 4  # candidate lines after the title in which a list item may name an author
_EDGE_LINES = (
    8  # lines at the start of the article that may be credits if all end before a sentence
)
_EDGE_BLOCKS = 3  # blocks at either end of the article that may be credits mistaken for content
_MAX_DATE_LINE_EXTRA_WORDS = 14  # words of a date line after its opening phrase
_TAIL_LINES = 3  # lines after the article that may name its author without “by”
_MAX_LABEL_WORDS = 4
_MAX_CREDIT_CHARS = 200  # longer lines are no credits

_LABEL_REMOVAL = Removal(Reason.BYLINE, Cleaner.BYLINES, "a label and a name", 0.75)
_ROLE_REMOVAL = Removal(Reason.BYLINE, Cleaner.BYLINES, "what the author does", 0.75)


@dataclass(slots=True)
class Credits:
    """The removals of byline and date lines, and the authors and dates found in them.

    `has_byline` is True if the authors come from a byline, and False if they come from a line with
    only names. `lead_date` is the publication day on a line between title and text, as YYYY-MM-DD.
    `month_first` says whether the page writes the month first in 3/4/2020; None if unknown.
    """

    removals: dict[int, Removal] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    dates: list[DateMention] = field(default_factory=list)
    lead_date: str | None = None
    month_first: bool | None = None
    has_byline: bool = False

    def name_author(self, i: int, authors: Iterable[str]) -> None:
        """Add authors from line `i`, which has only their names, and remove the line."""
        names = tuple(authors)
        self.authors = tuple(dict.fromkeys((*self.authors, *names)))
        detail = f"only the name {', '.join(names)}"
        self.removals.setdefault(i, Removal(Reason.BYLINE, Cleaner.BYLINES, detail, 0.7))

    @property
    def published(self) -> str | None:
        """The publication day as YYYY-MM-DD, or the day of an update if there is no other."""
        return published_day(self.dates)

    @property
    def modified(self) -> str | None:
        """The day of the first update that is mentioned, as YYYY-MM-DD."""
        updates = (date.day for date in self.dates if date.role is DateRole.UPDATED)
        return next(updates, None)


def read_credits(
    page: PageContext,
    title: int | None,
    language: str | None,
    month_first: bool | None = None,
    known: Mapping[int, Removal] | None = None,
) -> Credits:
    """The credits of an article, searched first between title and text, then above, then below.

    `title` is the index of the title line. A kept line can be a credit only near either end of the
    article, and only if it doesn't end like a sentence: “By noon the ferry had left.” is prose.
    The lines of `known` removals are no credits of the article.
    """
    found = Credits(month_first=month_first, removals=dict(known or {}))
    lines, kept, span = page.lines, page.kept, page.span
    if not span:
        return found
    start = title + 1 if title is not None and title < span.start else span.start
    end = first_other_section(page)
    opening = [i for i in span[:_OPENING_LINES] if not kept[i] and i < end]
    first = range(title + 1, span.stop) if title is not None and title in span else span
    before_prose = next((i for i in first[:_EDGE_LINES] if lines[i].is_prose), first.start)
    before_prose = max(before_prose, first.start + _EDGE_BLOCKS)
    first_edges = [
        i
        for i in first[:_OPENING_LINES]
        if _is_edge(i, page) and (i < before_prose or _says_published(lines[i], language))
    ]
    # A byline at the end follows a sentence. After a headline, it belongs to another story.
    last_edges = [
        i
        for i in span[-_EDGE_BLOCKS:]
        if (_is_edge(i, page) and lines[i - 1].ends_sentence) or (i and _is_below_label(i, lines))
    ]
    lead = [*range(start, span.start), *sorted({*opening, *first_edges})]
    above = lines_above(start, title, page)
    if title and title - 1 not in above and _is_in_title_group(title, page):
        above.insert(0, title - 1)
    tail = lines_after(page)
    lead = [
        i for i in lead if i != title and not is_caption(i, page) and not is_below_link(i, page)
    ]
    _read_lines(lead, lines, language, found)
    if not found.dates and title and not page.raw.is_html:
        _read_lines([title - 1], lines, language, found)  # a blog's day stands above the title
    found.lead_date = published_day([d for d in found.dates if d.role is not DateRole.UPDATED])
    if not found.authors:
        _read_lead_names(lead, page, language, found)
    if not found.authors and title and not page.raw.is_html:
        # Three lines of plain text: “OPINION”, “ANN MARLOW”, and the headline.
        capitals = [i for i in (title - 1,) if lines[i].text.isupper() and may_sign(i, page)]
        _read_standalone_names(capitals, lines, language, found)
    inside = [i for i in span if not kept[i] and i not in opening]
    ends = [i for i in (*last_edges, *tail) if not is_in_reply(i, page)]
    _read_lines([*above, *ends], lines, language, found)
    # Removed lines inside the article are teasers: remove their credits, but don't use the names.
    within = Credits(removals=found.removals, month_first=month_first)
    _read_lines(inside, lines, language, within)
    if not found.authors:
        places = _closing_lines(page, language, found)
        _read_standalone_names(places, lines, language, found)
    return found


def _is_in_title_group(title: int, page: PageContext) -> bool:
    """Whether the block before the title is the first in the same HTML element."""
    containers, blocks = page.raw.containers, page.raw.blocks
    if title < 2 or not page.raw.is_html:
        return False
    other, first, own = (
        containers[blocks[i].container].parent for i in range(title - 2, title + 1)
    )
    return first == own != other


def _is_edge(i: int, page: PageContext) -> bool:
    """Whether a kept line doesn't end like a sentence, so that it may be a credit."""
    line = page.lines[i]
    return page.kept[i] and (not line.ends_sentence or _ends_abbreviated(line.text))


def _ends_abbreviated(text: str) -> bool:
    """Whether a text ends in a number, or in one and an abbreviation of a letter or two."""
    return _ABBREVIATION_END.search(text[-_MAX_ENDING_CHARS:]) is not None


def _says_published(line: LineFeatures, language: str | None) -> bool:
    dates = find_line_dates(line, language)
    return any(date.role is DateRole.PUBLISHED for date in dates)


def _read_lead_names(
    places: Sequence[int], page: PageContext, language: str | None, found: Credits
) -> None:
    """Read authors from lines between title and text that have only names."""
    lines = page.lines
    gone = found.removals
    dated = {i for i in places if i in gone and gone[i].reason is Reason.DATE}
    roles = {i for i in places if dated & {i - 1, i + 1} and is_only_role(lines.texts[i])}
    by_date = {i for i in places if (dated | roles) & {i - 1, i, i + 1}}
    bulleted = {i for i in places if has_bullet(lines.texts[i])}
    names = [
        i
        for i in places
        if (i in by_date or not page.kept[i] or lines[i].text.isupper())
        and (i in by_date or not is_fact(i, page))
        and may_name_author(i, page)
    ]
    _read_standalone_names([i for i in names if i not in bulleted], lines, language, found)
    if not found.authors:
        near = [i for i in names[:_NEAR_TITLE_LINES] if i in bulleted]
        _read_standalone_names(near, lines, language, found)
    if found.authors:
        found.removals |= dict.fromkeys(roles - gone.keys(), _ROLE_REMOVAL)
    for i in () if found.authors else sorted(by_date - gone.keys()):
        beside = i + 1 in roles
        names_there = dated_line_names(lines.texts[i], language, is_beside_role=beside)
        if names_there and match_phrases(lines[i]) is None:
            found.name_author(i, names_there)
            break


def choose_authors(head: Head, found: Credits, *, bylines_only: bool = False) -> tuple[str, ...]:
    """The authors in the metadata, or those of the byline if the metadata names no person.

    With `bylines_only`, a line that has only names doesn't count.
    """
    sites = {site.casefold() for site in head.sites}
    names = found.authors if found.has_byline or not bylines_only else ()
    own = tuple(name for name in names if name.casefold() not in sites) or names
    stated = head.article_authors()
    names_people = found.has_byline and not are_doubtful(own, sites)
    return (own if stated.are_doubtful and names_people else stated.names) or own


def _closing_lines(page: PageContext, language: str | None, found: Credits) -> list[int]:
    """Lines at the article's end that may name its author without “by”.

    This is rare in the English press, so in English only boilerplate may follow such a line.
    """
    lines, span = page.lines, page.span
    is_open = page.kept[span[-1]] and lines[span[-1]].is_heading_like
    last = [span[-1]] if is_open and may_sign(span[-1], page) else []
    for i in lines_after(page):
        following = lines[i + 1 : i + 2]
        is_long = lines[i].n_words > MAX_NAME_WORDS
        if (
            may_sign(i, page)
            and i not in found.removals
            and not has_bullet(lines.texts[i])
            and not match_phrases(lines[i])
            and not any(map(is_teaser, following))
            and (language != "en" or all(map(match_phrases, following)) or is_long)
        ):
            last.append(i)
        if len(last) == _TAIL_LINES:
            break
    return last


def _read_standalone_names(
    places: Sequence[int], lines: PageLines, language: str | None, found: Credits
) -> None:
    """Read authors from the first line of names without “by”, and from further ones after it."""
    last = -1
    for i in places:
        if found.authors and i != last + 1:
            break
        authors = (
            standalone_names(lines.texts[i], language)
            if _may_be_name(i, lines, language, found)
            else None
        )
        if authors is not None and any(map(_is_label_or_place, authors)):
            authors = None
        if authors is None and not found.authors:
            authors = standalone_agency(lines.texts[i])
        if authors:
            last = i
            found.name_author(i, authors)


def _is_label_or_place(name: str) -> bool:
    return is_place(split_words(name)) or is_label(name)


def _may_be_name(i: int, lines: PageLines, language: str | None, found: Credits) -> bool:
    """Whether a line may have only a name; the cheap tests come first."""
    text = lines.texts[i]
    is_short = len(text) <= _MAX_CREDIT_CHARS and " " in text
    if not is_short or opens_joined_caption(text, language):
        return False
    known = match_phrases(lines[i])
    if known and known.reason is Reason.BYLINE:
        # In “Theo James”, “theo” is a phrase of another language.
        known = known if byline_opening(text, lines[i].words, language) else None
    known = found.removals.get(i) or known
    return (known is None or known.reason is Reason.DATE) and match_caption(lines[i]) is None


def _read_lines(
    places: Iterable[int], lines: PageLines, language: str | None, found: Credits
) -> None:
    for i in places:
        line = lines[i]
        if i in found.removals or len(line.text) > _MAX_CREDIT_CHARS:
            continue
        # “Updated on 7 January 2026 Reading time: 4 Min.” ends like a sentence.
        is_short = (
            len(line.text) < _ABBREVIATED_CHARS and len(line.text.split()) <= _ABBREVIATED_WORDS
        )
        if (
            not line.is_prose
            or (is_short and _ends_abbreviated(line.text))
            or wordlist(Reason.DATE).match_phrase(
                line.text, line.words, max_extra_words=_MAX_DATE_LINE_EXTRA_WORDS
            )
        ):
            label = role_of_label_line(lines[i - 1]) if i else None
            _read_line(i, line, label, language, found)
        if i and not found.authors and i not in found.removals:
            _read_labelled_name(i, lines, language, found)


def _is_below_label(i: int, lines: PageLines) -> bool | None:
    """Whether the line above line `i` is the label of a writer; None if it is no label.

    It is False for the labels of editors and photographers.
    """
    label = lines[i - 1]
    if not 0 < label.n_words <= _MAX_LABEL_WORDS:
        return None
    caption = wordlist(Reason.CAPTION).match_phrase(label.text, label.words, max_extra_words=0)
    if caption and (" " in caption or label.text.endswith((":", "："))):
        return False
    return labels_writer(label.text)


def _read_labelled_name(i: int, lines: PageLines, language: str | None, found: Credits) -> None:
    """Read the authors on line `i` if the line above is only a label, such as “Written by”.

    Names below a label such as “Edited by” are left out.
    """
    label = lines[i - 1]
    is_writer = _is_below_label(i, lines)
    text = lines.texts[i]
    if is_writer is None or is_interface_label(text, language) or match_caption(lines[i]):
        return
    if is_organisation(text.split(",")[0]):
        return  # “The Quay Team”
    joined = line_features(f"{label.text.rstrip(' :：')}: {text}")
    names = line_authors(joined, language) or (None if is_writer else standalone_names(text))
    if authors := people(names or ()):
        if is_writer:
            found.authors, found.has_byline = authors, True
        for at in () if lines[i].is_prose else (i - 1, i):  # a sentence about the author stays
            found.removals.setdefault(at, _LABEL_REMOVAL)


def _read_line(
    i: int, line: LineFeatures, label: DateRole | None, language: str | None, found: Credits
) -> None:
    """Read a line; `label` is what the line before says of its day."""
    authors = people(line_authors(line, language) or ())
    dates = find_line_dates(line, language, found.month_first)
    if label and len(dates) == 1 and dates[0].role is DateRole.UNLABELLED:
        dates = (replace(dates[0], role=label),)
    if dates and is_statement(line, dates[0]):
        return
    if is_range_of_years(line.text, dates) or is_release(line.text):
        return
    if dates:
        if not says_other_day(line.text[: dates[0].start]):
            found.dates += dates
        day = published_day(dates)
        found.removals[i] = Removal(Reason.DATE, Cleaner.BYLINES, f"the date {day}", 0.85)
    elif authors:
        detail = f"names the author: {', '.join(authors)}"
        found.removals[i] = Removal(Reason.BYLINE, Cleaner.BYLINES, detail, 0.85)
    elif line.n_numbers and (
        opening := wordlist(Reason.DATE).match_phrase(line.text, line.words, max_extra_words=6)
    ):
        detail = f"starts with “{opening}”, as date lines do"
        found.removals[i] = Removal(Reason.DATE, Cleaner.BYLINES, detail, 0.75)
    if authors and not found.authors and names_writer(line.words):
        found.authors, found.has_byline = authors, True
