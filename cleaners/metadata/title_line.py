"""Finds the title line of an article in text without markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from cleaners.blocks.raw import RawBlock, RawPage
from cleaners.rules.bylines import byline_authors, standalone_names
from cleaners.rules.calendars import in_ascii_digits
from cleaners.rules.captions import match_caption
from cleaners.rules.dates import find_line_dates, has_date
from cleaners.rules.line_features import LineFeatures, PageLines
from cleaners.rules.page_context import Removals
from cleaners.rules.phrases import match_phrases
from cleaners.rules.software_words import match_software_line
from cleaners.text.unspaced import THAI_TO_KHMER, UNSPACED_CHAR

MAX_HEADLINE_WORDS = 30
DASHES = "-–—"
"""Dashes at the start of a line: it is direct speech, not a list item."""

_MAX_LINES_ABOVE = 60  # lines above the article that are searched
_OPENING_BLOCKS = 15  # lines at the start of the article that are searched for its first sentence
# The end of a site's bar at the top of the page: “The Quay Subscribe Sign in”.
_BAR = re.compile(r"(?<! to)\s?(?:Sign (?:in|up)|Log ?in|Subscribe|Register)$|^\(BUTTON\)")
_MAX_BAR_WORDS = 10
_MIN_HEADLINE_CHARS, _MAX_HEADLINE_CHARS = 6, 300
# Part of a breadcrumb, or a tab with a count: “Library 2.4 »”, “Open issues 12”.
_CRUMB_OR_TAB = re.compile(r"^[^«‹<]*[»›>]$|^[^\W\d_]+(?: [^\W\d_]+)? \d{1,3}$")
_NUMBERED_ITEM = re.compile(r"\d{1,2}(?:\.|(?:\.\d{1,2})+) ")
_INTRODUCING_MARKS = ":：;,、"
_YEAR_NUMBER = re.compile(r"(?<!\d)(?:1[34]|19|20|25)\d\d(?!\d)")
_DAY_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_MAX_DATE_WORDS, _MAX_TIMED_DATE_WORDS = 2, 4
_CLOCK_TIME = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d|[.:]\d)")
_MIN_STEM_CHARS = 4  # shorter words are not compared, because they are in every text
_ARTICLE_SAMPLE_CHARS = 6000  # characters of the article in which a headline's words are searched
_UNSPACED_RUN = re.compile(rf"{UNSPACED_CHAR}{{3}}")
_THAI_TO_KHMER = re.compile(
    "".join(("[", *(f"{chr(first)}-{chr(last)}" for first, last in THAI_TO_KHMER), "]{9}"))
)
_MAX_THAI_HEADLINE_CHARS = 100
_OPENING_SIGNS = "\"'“”„‘’«(-–—/"
_LONG_HEADLINE_WORDS = 5  # from this many words on, a line can be a headline on its own merits
_MIN_HEADLINE_SCORE = 0.6  # see `_headline_score`
_CONFIRMATION_BONUS = 0.12  # added for a breadcrumb above or a date below
_SENTENCE_PENALTY = 0.3  # subtracted if the line ends like a sentence
_DISTANCE_PENALTY = 0.005  # subtracted for each line between headline and article
# A headline above a credit line has at least this share of words that recur in the article.
_MIN_HEADLINE_SHARE = 0.3
_MIN_STANDFIRST_SCORE = 0.5  # the lowest score of a headline directly above a standfirst
_CREDIT_LINES = 3  # lines between a headline, its credits, and what follows them
_MAX_CREDIT_LINE_CHARS = 90
_CREDIT_PATTERN = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[.:]\d\d(?!\d)|^(?:by|von|par|por|di)\b", re.I
)


def find_title_line(
    lines: PageLines,
    kept: Sequence[bool],
    span: range,
    is_item: Callable[[int], bool] = lambda _: False,
) -> int | None:
    """The index of the title line above the article; None if no line looks like a title.

    A headline's words recur in the article. The words of a menu entry, or of another article's
    headline, seldom do. A headline is rarely a list item, it stands before byline and date, and a
    breadcrumb above may repeat it. If no line scores high enough, the last sufficiently long line
    above the article is used, provided that it isn't recognised as anything else.
    """
    if not span:
        return None
    # `span` can start too early: with the title, or with lines above the title.
    head = next((i for i in span[:_OPENING_BLOCKS] if kept[i] and lines[i].is_prose), span.start)
    span = range(head, span.stop)
    reach = range(max(0, head - _MAX_LINES_ABOVE), head + 1)
    likely = [i for i in reach if _may_be_headline(lines.texts[i])]
    body = span if lines[head].is_prose else span[1:]
    article = _ArticleWords(lines.texts[i] for i in body if kept[i])
    items = [i for i in likely if is_item(i)]
    lone = [i for i in likely if i not in items]
    for places in (lone, items):
        if (found := _best_headline(places, lines, span, article)) is not None:
            return found
    long = [
        i
        for i in reversed(lone)
        if i < head and not kept[i] and lines[i].n_words >= _LONG_HEADLINE_WORDS
    ]
    return next((i for i in long if is_headline(lines[i]) and not has_date(lines[i])), None)


def title_of_clean_text(
    raw: RawPage, lines: PageLines, removals: Removals, found: int | None
) -> int | None:
    """The index of the title of a text that has already been cleaned.

    The first line is the title if a blank line follows every line. Otherwise, or if the first line
    is a label, `found` is returned: the index of the title line found by other rules, or None.
    """
    if len(lines) < 2 or removals[0] is not None:
        return found
    first = lines[0]
    if found is not None and any(block.gap != 1 for block in raw.blocks[1:]):
        return found
    is_label = match_phrases(first) is not None or is_crumb_or_tab(first.text)
    if found:
        is_item = is_list_item(raw.blocks[0])
        is_label = is_label or is_item or first.text.isupper() or not is_headline(first)
    if not first.script or is_label or not (first.is_heading_like or is_headline(first)):
        return found
    return 0


def is_list_item(block: RawBlock) -> bool:
    """Whether a line is a list item, with a bullet or a number."""
    return (block.bullet and block.list_mark[0] not in DASHES) or _NUMBERED_ITEM.match(
        block.text
    ) is not None


def _best_headline(
    places: Sequence[int], lines: PageLines, span: range, article: _ArticleWords
) -> int | None:
    """The line with the highest score that can be the headline; None if no score is high enough."""
    scores = {i: _headline_score(i, lines, span, article) for i in places}
    for i in sorted(places, key=lambda i: (-scores[i], i)):
        if scores[i] <= _MIN_HEADLINE_SCORE:
            break
        if is_headline(lines[i]):
            above = _headline_above_credit(i, places, lines, article)
            at = i if above is None else above
            return at - 1 if _is_standfirst(at, lines, span, scores) else at
    return None


def _headline_above_credit(
    i: int, places: Sequence[int], lines: PageLines, article: _ArticleWords
) -> int | None:
    """The headline above the byline or date above line `i`, which is a caption or a standfirst.

    None if there is no such line with words that recur in the article, or if line `i` has a byline
    or date of its own below a mere date.
    """
    credit = next((j for j in _lines_above(i) if _is_credit(lines[j])), None)
    if credit is None or _is_said_before(i, lines.texts):
        return None
    is_byline = byline_authors(lines.texts[credit], lines[credit].words)
    if not is_byline and _has_credit_below(i, lines):
        return None
    # A date alone can stand above the headline, too.
    is_caption = lines[i].ends_sentence or lines.texts[i].endswith(")")
    shortest = 0 if is_byline or is_caption else len(lines.texts[i])
    for j in _lines_above(credit):
        line = lines[j]
        if (
            j in places
            and line.n_words >= _LONG_HEADLINE_WORDS
            and not _is_credit(line)
            and is_headline(line)
            and len(line.text) >= shortest
            and article.word_share(line) >= _MIN_HEADLINE_SHARE
        ):
            return j
    return None


def _lines_above(i: int) -> Sequence[int]:
    """The lines directly above line `i`, from the bottom up, that are searched for credits."""
    return range(i - 1, max(-1, i - 1 - _CREDIT_LINES), -1)


def _is_standfirst(i: int, lines: PageLines, span: range, scores: Mapping[int, float]) -> bool:
    """Whether line `i` is a standfirst, and the line directly above it is the headline."""
    above = i - 1
    if scores.get(above, 0.0) <= _MIN_STANDFIRST_SCORE or _is_said_before(i, lines.texts):
        return False
    longer = len(lines.texts[i]) > 0.8 * len(lines.texts[above])
    words = lines[above].n_words
    return (
        longer
        and words >= (_LONG_HEADLINE_WORDS - 1 if i == span.start else _LONG_HEADLINE_WORDS)
        and is_headline(lines[above])
    )


def _is_said_before(i: int, texts: Sequence[str]) -> bool:
    """Whether one of the four lines above ends with the same text, as a breadcrumb does."""
    return any(text.endswith(texts[i]) for text in texts[max(0, i - 4) : i])


def _may_be_headline(text: str) -> bool:
    """A cheap first test, which most boilerplate lines fail."""
    return (
        _MIN_HEADLINE_CHARS <= len(text) <= _MAX_HEADLINE_CHARS
        and text[-1] not in _INTRODUCING_MARKS
        and not is_crumb_or_tab(text)
    )


def is_crumb_or_tab(text: str) -> bool:
    """Whether a line is part of a breadcrumb, or a tab with a count: “Pull requests 3”."""
    return _CRUMB_OR_TAB.match(text) is not None


def is_headline(line: LineFeatures) -> bool:
    """Whether a line can be a headline: not too long, no byline, date, caption or boilerplate."""
    question = line.text.endswith(("?", "!")) and line.n_sentences == 1
    # Words are counted too high in scripts like Thai, whose vowel signs divide them.
    is_short = _THAI_TO_KHMER.search(line.text) and len(line.text) <= _MAX_THAI_HEADLINE_CHARS
    return (
        (2 <= line.n_words <= MAX_HEADLINE_WORDS or bool(is_short))
        and (not line.is_prose or question or bool(is_short))
        and not _is_only_date(line.text)
        and not (line.n_words <= _MAX_BAR_WORDS and _BAR.search(line.text))
        and not byline_authors(line.text, line.words)
        and not (line.text.isupper() and standalone_names(line.text))
        and not match_phrases(line)
        and not match_software_line(line, "")
        and not match_caption(line)
    )


def _is_only_date(text: str) -> bool:
    """Whether a line has a day, a year and few words, such as month, weekday and “updated”."""
    digits = in_ascii_digits(text)
    if not _YEAR_NUMBER.search(digits) or not _DAY_NUMBER.search(digits):
        return False
    most = _MAX_TIMED_DATE_WORDS if _CLOCK_TIME.search(digits) else _MAX_DATE_WORDS
    return sum(any(map(str.isalpha, word)) for word in digits.split()) <= most


def _headline_score(i: int, lines: PageLines, span: range, article: _ArticleWords) -> float:
    """How likely a line is the article's headline; headlines of other articles are below 0.5.

    The score is the share of words that recur in the article (0 to 1) plus bonuses less penalties.
    """
    texts = lines.texts
    text = texts[i]
    score = article.word_share(lines[i]) + min(lines[i].n_words, 8) / 10
    if text[-1] in ".。।":
        score -= _SENTENCE_PENALTY
    if i >= span.start:
        score -= _SENTENCE_PENALTY / 2
    following = texts[i + 1 : i + 2]
    if following and len(following[0]) > len(text) and following[0].startswith(text):
        score -= _SENTENCE_PENALTY  # a caption, and again with its source
    if _is_said_before(i, texts):
        score += _CONFIRMATION_BONUS
    if score > _MIN_HEADLINE_SCORE / 2 and any(map(_looks_like_credit, texts[i + 1 : i + 5])):
        score += _CONFIRMATION_BONUS * (
            2 if any(map(_looks_like_credit, texts[i + 1 : i + 3])) else 1
        )
    if score > _MIN_HEADLINE_SCORE / 2 and following and byline_authors(following[0]):
        score += _CONFIRMATION_BONUS / 2
    return score - _DISTANCE_PENALTY * max(0, span.start - i)


def _looks_like_credit(text: str) -> bool:
    """A cheap test of whether a line looks like a date or a byline."""
    return len(text) < _MAX_CREDIT_LINE_CHARS and _CREDIT_PATTERN.search(text) is not None


def _is_credit(line: LineFeatures) -> bool:
    """Whether a line is a byline or a date line."""
    return _looks_like_credit(line.text) and bool(
        find_line_dates(line, None) or byline_authors(line.text, line.words)
    )


def _has_credit_below(i: int, lines: PageLines) -> bool:
    return any(_is_credit(lines[j]) for j in range(i + 1, min(i + 3, len(lines))))


class _ArticleWords:
    """The words of an article's opening, for lookup."""

    def __init__(self, texts: Iterable[str]) -> None:
        parts: list[str] = []
        room = _ARTICLE_SAMPLE_CHARS
        for text in texts:
            parts.append(text[:room])
            room -= len(text)
            if room <= 0:
                break
        self.text = "\n".join(parts)

    @cached_property
    def words(self) -> str:
        """The case-folded words, with a blank before each."""
        # Splitting at blanks is good enough, and ten times as fast as the tokeniser.
        folded = self.text.casefold()
        for sign in _OPENING_SIGNS:
            folded = folded.replace(sign, " ")
        return " ".join(["", *folded.split()])

    def word_share(self, line: LineFeatures) -> float:
        """The share of a line's longer words and numbers that recur in the article, 0 to 1.

        In scripts without spaces it is the share of character pairs.
        """
        if _UNSPACED_RUN.search(line.text):
            letters = [c for c in line.text if c.isalpha()]
            pairs = [a + b for a, b in pairwise(letters)]
            return sum(pair in self.text for pair in pairs) / len(pairs) if pairs else 0.0
        telling = {word for word in line.words if len(word) >= _MIN_STEM_CHARS or word.isdigit()}
        return sum(map(self.has, telling)) / len(telling) if telling else 0.0

    def has(self, word: str) -> bool:
        """Whether the article has the word, possibly with another inflectional ending."""
        stem = word[: max(_MIN_STEM_CHARS, len(word) - 2)] if len(word) > _MIN_STEM_CHARS else word
        return f" {stem}" in self.words
