"""Says where a byline or a date line may stand around an article, by its neighbours and element."""

from __future__ import annotations

import re

from cleaners.reasons import Reason
from cleaners.rules.author_names import common_words
from cleaners.rules.byline_labels import byline_opening, labels_writer
from cleaners.rules.bylines import standalone_names
from cleaners.rules.captions import match_caption
from cleaners.rules.line_features import LineFeatures, line_features
from cleaners.rules.name_words import PARTICLES
from cleaners.rules.page_context import PageContext
from cleaners.rules.phrases import match_phrases
from cleaners.rules.wordlists import wordlist

MAX_NAME_WORDS = 4
"""Words of a line that is only a name; longer lines have roles and dates too."""

_LINES_ABOVE = 4  # lines before the article that are searched
_LINES_BELOW = 10  # lines after the article that are searched
_OPENING_PARAGRAPHS = 3
_MAX_SECTION_WORDS = 4  # words of the label of a section
_CAPTION = re.compile(r"(?<![\w])(?:wp-)?(?:image-|photo-|figure-)?caption(?:-text)?(?!\w)", re.I)
_CAPTION_LEVELS = 2
_COUNT_CHARS = "0123456789()[] "
_SECTION_REASONS = frozenset((Reason.COMMENT, Reason.RELATED))
_TEASER_WORDS = 4  # from this many words on, an unfinished line after the article is a headline
_HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CELL_TAGS = frozenset(("tr", "td", "th", "caption", "figcaption", "dt", "dd", "button", "summary"))
# Reasons that the elements around a line can suggest, so that it is no credit of the article.
_OTHER_REASONS = frozenset(
    (Reason.COMMENT, Reason.RELATED, Reason.NAVIGATION, Reason.FOOTER, Reason.TICKER)
)


def lines_above(start: int, title: int | None, page: PageContext) -> list[int]:
    """The lines above the headline or the text at `start`, the nearest first, up to a menu.

    Beyond a menu stands the day of today, not that of the article.
    """
    found: list[int] = []
    for i in reversed(range(max(0, start - _LINES_ABOVE), start)):
        named = page.match_markup(i) or match_phrases(page.lines[i])
        if i != title and named is not None and named.reason is Reason.NAVIGATION:
            break
        if i == start - 1 or (i and (is_heading(i - 1, page) or is_teaser(page.lines[i - 1]))):
            continue
        if not is_of_others(i, page):
            found.append(i)
    return found


def lines_after(page: PageContext) -> list[int]:
    """The lines after the article, up to the headline of another story."""
    found: list[int] = []
    last, end = page.span[-1], first_other_section(page)
    if last > page.span.start and (is_heading(last, page) or is_teaser(page.lines[last])):
        return found
    for i in range(page.span.stop, min(len(page.lines), page.span.stop + _LINES_BELOW, end)):
        line = page.lines[i]
        is_byline = not wordlist(Reason.BYLINE).first_words.isdisjoint(line.words[:1])
        is_byline = is_byline or labels_writer(page.lines[i - 1].text) is True
        if not is_byline and (is_heading(i, page) or is_teaser(line)):
            break
        if not is_of_others(i, page):
            found.append(i)
    return found


def first_other_section(page: PageContext) -> int:
    """The first line after the opening of the text that opens comments or a list of stories.

    It is the number of lines if there is none. Before the third paragraph, such a line is a button.
    """
    prose = [i for i in page.span if page.kept[i] and page.lines[i].is_prose][:_OPENING_PARAGRAPHS]
    start = prose[-1] if prose else page.span.stop
    for i in range(start, min(len(page.lines), page.span.stop + _LINES_BELOW)):
        line = page.lines[i]
        if page.kept[i] or len(line.text.split()) > _MAX_SECTION_WORDS:
            continue
        bare = line.text.strip(_COUNT_CHARS)  # “2 comments”
        phrase = match_phrases(line if bare == line.text else line_features(bare))
        if phrase is not None and phrase.reason in _SECTION_REASONS:
            return i
    return len(page.lines)


def is_of_others(i: int, page: PageContext) -> bool:
    """Whether a line is in an element for comments, other stories, menus or the page's frame."""
    named = page.match_markup(i)
    return named is not None and named.reason in _OTHER_REASONS


def is_heading(i: int, page: PageContext) -> bool:
    """Whether a block is an HTML heading."""
    return page.raw.blocks[i].tag in _HEADING_TAGS


def is_teaser(line: LineFeatures) -> bool:
    """Whether a line looks like the headline of another story."""
    return (
        line.is_heading_like
        and line.n_words >= _TEASER_WORDS
        and not line.n_numbers
        and match_phrases(line) is None
        and match_caption(line) is None
        and standalone_names(line.text) is None
    )


def is_caption(i: int, page: PageContext) -> bool:
    """Whether a block is the caption of a figure, by its tag or by its class name."""
    block = page.raw.blocks[i]
    if not page.raw.is_html or block.tag == "figcaption":
        return page.raw.is_html
    containers = page.raw.containers
    at = block.container
    for _ in range(_CAPTION_LEVELS):
        if at < 0:
            break
        if containers[at].tag == "figcaption" or _CAPTION.search(containers[at].label):
            return True
        at = containers[at].parent
    return False


def is_below_link(i: int, page: PageContext) -> bool:
    """Whether a block follows a link to another story, whose credits it may have."""
    if not page.raw.is_html or not i:
        return False
    return (
        page.is_mostly_link(i - 1)
        and page.raw.blocks[i - 1].tag != "h1"
        and byline_opening(page.lines.texts[i - 1], page.lines[i - 1].words) is None
        and is_teaser(page.lines[i - 1])
    )


def is_fact(i: int, page: PageContext) -> bool:
    """Whether a block is an item of an HTML list that isn't marked as naming an author."""
    block = page.raw.blocks[i]
    if block.tag != "li":
        return False
    label = page.raw.containers[block.container].label
    return "auth" not in label and "by" not in label


def may_name_author(i: int, page: PageContext) -> bool:
    """Whether a line of capitalised words may be a name.

    It is a label, not a name, if the text has one of its words in lower case.
    """
    block = page.raw.blocks[i]
    if block.tag in _HEADING_TAGS or block.tag in _CELL_TAGS:
        return False
    words = page.lines[i].text.split()
    if len(words) > MAX_NAME_WORDS:
        return True
    folded = {word.strip(".,:’'").casefold() for word in words if word[:1].isupper() and word[3:]}
    found = list(filter(page.kept_text.__contains__, folded))  # usually none
    return not found or page.small_words.isdisjoint(found)


def may_sign(i: int, page: PageContext) -> bool:
    """Whether a line at the article's end may be its author's name.

    The text of an article seldom has its author's name, so a line whose words recur is no name.
    """
    if not may_name_author(i, page) or page.match_markup(i) is not None:
        return False
    words = page.lines[i].text.split()
    if len(words) > MAX_NAME_WORDS:
        return True
    if common_words(page.lines[i].text)[0]:
        return False
    names = {word for word in page.lines[i].words if len(word) > 2 and word not in PARTICLES}
    return all(names.isdisjoint(page.lines[j].words) for j in page.span if page.kept[j] and j != i)
