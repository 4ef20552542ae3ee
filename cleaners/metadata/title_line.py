"""Finds the line above an article that is its title, in text without markup."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from cleaners.rules.bylines import byline_authors, standalone_names
from cleaners.rules.calendars import in_ascii_digits
from cleaners.rules.captions import match_caption
from cleaners.rules.dates import has_date
from cleaners.rules.line_features import LineFeatures, PageLines
from cleaners.rules.phrases import match_phrases
from cleaners.text.unspaced import UNSPACED_CHAR

MAX_HEADLINE_WORDS = 30
_MAX_LINES_ABOVE = 60  # lines above the article that may hold its title
_OPENING_BLOCKS = 5  # lines in which the article's text begins
_MIN_HEADLINE_CHARS, _MAX_HEADLINE_CHARS = 6, 300  # characters
# A breadcrumb that goes on, and a tab with a count: “Library 2.4 »”, “Open issues 12”.
_CRUMB_OR_TAB = re.compile(r"^[^«‹<]*[»›>]$|^[^\W\d_]+(?: [^\W\d_]+)? \d{1,3}$")
_INTRODUCING_MARKS = ":：;,、"
_YEAR_NUMBER = re.compile(r"(?<!\d)(?:1[34]|19|20|25)\d\d(?!\d)")
_DAY_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_MAX_DATE_WORDS = 2
_MIN_STEM_CHARS = 4  # letters; shorter words are in every text
_ARTICLE_SAMPLE_CHARS = 6000  # characters of the article that a headline's words are looked for in
_UNSPACED_RUN = re.compile(rf"{UNSPACED_CHAR}{{3}}")
_OPENING_SIGNS = "\"'“”„‘’«(-–—/"
_LONG_HEADLINE_WORDS = 5  # words
_MIN_HEADLINE_SCORE = 0.6
_CONFIRMATION_BONUS = 0.12  # what a breadcrumb above, or a date below, adds to a score
_SENTENCE_PENALTY = 0.3  # what it takes away to end as a sentence does
_DISTANCE_PENALTY = 0.005  # what each line between it and the article takes away
_MAX_CREDIT_LINE_CHARS = 90  # characters
_CREDIT_PATTERN = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[.:]\d\d(?!\d)|^(?:by|von|par|por|di)\b", re.I
)


def find_title_line(
    lines: PageLines,
    kept: Sequence[bool],
    span: range,
    is_item: Callable[[int], bool] = lambda _: False,
) -> int | None:
    """The position of the title above the article; None where no line there is like one.

    A headline's words come back in the article; those of a menu entry, or of another article's
    headline, seldom do. It is no item of a list, it comes before bylines and dates, and a
    breadcrumb may say it before. Where no word comes back, the last line above the article that
    is long enough and nothing else will do.
    """
    if not span:
        return None
    # What is taken for the article may open with the title, and with what is above it.
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


def _best_headline(
    places: Sequence[int], lines: PageLines, span: range, article: _ArticleWords
) -> int | None:
    """The best of the lines that are like a headline of the article."""
    scores = {i: _headline_score(i, lines, span, article) for i in places}
    for i in sorted(places, key=lambda i: (-scores[i], i)):
        if scores[i] <= _MIN_HEADLINE_SCORE:
            break
        if is_headline(lines[i]):
            return i - 1 if _is_standfirst(i, lines, span, scores) else i
    return None


def _is_standfirst(i: int, lines: PageLines, span: range, scores: Mapping[int, float]) -> bool:
    """Whether the line has more of the article's words than the headline that is just above it."""
    above = i - 1
    if scores.get(above, 0.0) <= _MIN_HEADLINE_SCORE or _is_said_before(i, lines.texts):
        return False
    longer = len(lines.texts[i]) > 0.8 * len(lines.texts[above])
    words = lines[above].n_words
    return (
        longer
        and words >= (_LONG_HEADLINE_WORDS - 1 if i == span.start else _LONG_HEADLINE_WORDS)
        and is_headline(lines[above])
    )


def _is_said_before(i: int, texts: Sequence[str]) -> bool:
    """Whether a breadcrumb just above ends in the line, or the line stands there already."""
    return any(text.endswith(texts[i]) for text in texts[max(0, i - 4) : i])


def _may_be_headline(text: str) -> bool:
    """A cheap test that most lines of chrome fail."""
    return (
        _MIN_HEADLINE_CHARS <= len(text) <= _MAX_HEADLINE_CHARS
        and text[-1] not in _INTRODUCING_MARKS
        and not is_crumb_or_tab(text)
    )


def is_crumb_or_tab(text: str) -> bool:
    """Whether a line is part of a breadcrumb, or a tab with a count: “Pull requests 3”."""
    return _CRUMB_OR_TAB.search(text) is not None


def is_headline(line: LineFeatures) -> bool:
    """Whether a line is as long as a headline, and no byline, date, caption or chrome."""
    question = line.text.endswith(("?", "!")) and line.n_sentences == 1
    return (
        2 <= line.n_words <= MAX_HEADLINE_WORDS
        and (not line.is_prose or question)
        and not _is_only_date(line.text)
        and not byline_authors(line.text, line.words)
        and not (line.text.isupper() and standalone_names(line.text))
        and not match_phrases(line)
        and not match_caption(line)
    )


def _is_only_date(text: str) -> bool:
    """Whether a line is a day and a year with at most two words, such as a month and a weekday."""
    digits = in_ascii_digits(text)
    if not _YEAR_NUMBER.search(digits) or not _DAY_NUMBER.search(digits):
        return False
    return sum(any(map(str.isalpha, word)) for word in digits.split()) <= _MAX_DATE_WORDS


def _headline_score(i: int, lines: PageLines, span: range, article: _ArticleWords) -> float:
    """How much a line is like a headline of the article; those of other articles are below 0.5."""
    texts = lines.texts
    text = texts[i]
    score = article.word_share(lines[i]) + min(lines[i].n_words, 8) / 10
    if text[-1] in ".。।":
        score -= _SENTENCE_PENALTY
    if i >= span.start:
        score -= _SENTENCE_PENALTY / 2
    following = texts[i + 1 : i + 2]
    if following and len(following[0]) > len(text) and following[0].startswith(text):
        score -= _SENTENCE_PENALTY  # a caption, and the caption with its source
    if _is_said_before(i, texts):
        score += _CONFIRMATION_BONUS
    if score > _MIN_HEADLINE_SCORE / 2 and any(map(_looks_like_credit, texts[i + 1 : i + 5])):
        score += _CONFIRMATION_BONUS * (
            2 if any(map(_looks_like_credit, texts[i + 1 : i + 3])) else 1
        )
    return score - _DISTANCE_PENALTY * max(0, span.start - i)


def _looks_like_credit(text: str) -> bool:
    """Whether a line looks like a date or a byline, judged by little."""
    return len(text) < _MAX_CREDIT_LINE_CHARS and _CREDIT_PATTERN.search(text) is not None


class _ArticleWords:
    """An article's opening, to look up which words come back in it."""

    def __init__(self, texts: Iterable[str]) -> None:
        parts: list[str] = []
        room = _ARTICLE_SAMPLE_CHARS
        for text in texts:
            parts.append(text[:room])
            room -= len(text)
            if room <= 0:
                break
        self.text = "\n".join(parts)
        # Cutting at blanks takes a tenth of the time that finding words takes, and will do.
        folded = self.text.casefold()
        for sign in _OPENING_SIGNS:
            folded = folded.replace(sign, " ")
        self.words = sorted(set(folded.split()))

    def word_share(self, line: LineFeatures) -> float:
        """The share of a line's telling words that the article has too, 0 to 1."""
        if _UNSPACED_RUN.search(line.text):
            letters = [c for c in line.text if c.isalpha()]
            pairs = [a + b for a, b in pairwise(letters)]
            return sum(pair in self.text for pair in pairs) / len(pairs) if pairs else 0.0
        telling = {word for word in line.words if len(word) >= _MIN_STEM_CHARS or word.isdigit()}
        return sum(map(self.has, telling)) / len(telling) if telling else 0.0

    def has(self, word: str) -> bool:
        """Whether a word is there; inflecting languages put other endings on it."""
        stem = word[: max(_MIN_STEM_CHARS, len(word) - 2)] if len(word) > _MIN_STEM_CHARS else word
        at = bisect_left(self.words, stem)
        return at < len(self.words) and self.words[at].startswith(stem)
