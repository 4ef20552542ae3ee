"""Finds the title of a page: the headline in its metadata, or the line above the article."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import pairwise

from cleaners.blocks.raw import RawBlock, RawPage
from cleaners.metadata.html_head import Head
from cleaners.rules.bylines import byline_authors, standalone_names
from cleaners.rules.calendars import in_ascii_digits
from cleaners.rules.captions import match_caption
from cleaners.rules.dates import has_date
from cleaners.rules.line_features import LineFeatures, PageLines
from cleaners.rules.phrases import match_phrases
from cleaners.text.shingles import tokens
from cleaners.text.unspaced import UNSPACED_CHAR

_MAX_HEADLINE_WORDS = 30
_MAX_LINES_ABOVE = 60  # lines above the article that may hold its title
_OPENING_BLOCKS = 5  # lines in which the article's text begins
_MIN_HEADLINE_CHARS, _MAX_HEADLINE_CHARS = 6, 300  # characters
_NUMBERED_ITEM = re.compile(r"\d{1,2}(?:\.|(?:\.\d{1,2})+) ")
# A breadcrumb that goes on, and a tab with a count: “Library 2.4 »”, “Open issues 12”.
_CRUMB_OR_TAB = re.compile(r"[»›>]$|^[^\W\d_]+(?: [^\W\d_]+)? \d{1,3}$")
_DASHES = "-–—"  # that open direct speech
_INTRODUCING_MARKS = ":：;,、"
_YEAR_NUMBER = re.compile(r"(?<!\d)(?:1[34]|19|20|25)\d\d(?!\d)")
_DAY_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_MAX_DATE_WORDS = 2
_MIN_STEM_CHARS = 4  # letters; shorter words are in every text
_ARTICLE_SAMPLE_CHARS = 6000  # characters of the article that a headline's words are looked for in
_UNSPACED_CHAR = re.compile(UNSPACED_CHAR)
_UNSPACED_RUN = re.compile(rf"{UNSPACED_CHAR}{{3}}")
_OPENING_SIGNS = "\"'“”„‘’«(-–—/"
_LONG_HEADLINE_WORDS = 5  # words
_MIN_HEADLINE_SCORE = 0.6
_CONFIRMATION_BONUS = 0.12  # what a breadcrumb above, or a date below, adds to a score
_SENTENCE_PENALTY = 0.3  # what it takes away to end as a sentence does
_PARTIAL_TITLE_WORDS = 3  # words of a title that may be the beginning of one
_DISTANCE_PENALTY = 0.005  # what each line between it and the article takes away
_MAX_CREDIT_LINE_CHARS = 90  # characters
_CREDIT_PATTERN = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[.:]\d\d(?!\d)|^(?:by|von|par|por|di)\b", re.I
)
# What stands between a headline and the name of the site or of its section.
_SITE_SEPARATOR = re.compile(
    r"\s+(?:[-–—|•·*»›«‹/<>~]|::|_)\s+|\s*[|｜：]+\s*|(?P<colon>:)\s+"
    r"|(?<=[^\x00-\u02ff])[-–—_／/](?=[^\x00-\u02ff])|\s+\[(?=[^\[\]]+\]$)"
)
# What of an h1 follows a kicker that was an element of its own: no sign, and a capital or a quote.
_NEXT_ELEMENT = re.compile(r" [^\W\d_a-zß-ÿа-я]| [\d\"“”„‘’«»]")
_ENDS_IN_JOINT = re.compile(r"(?:\s[-–—|•·/]|[:|])\s$")
_MARKS = re.compile(r"\s*(?:¶|§|[\[(]\s*edit(?:\s*\|\s*edit source)?\s*[\])]|#|🔗)$", re.I)
_MARKDOWN_HEADING = re.compile(r"#{1,6} +(?=\S)")
_MIN_SHARED_WORDS = 0.3  # share of the words of the shorter of two titles of one article
_MAX_TITLE_CHARS = 500  # characters of a title that may have names beside it
_TITLE_LENGTH_SLACK = (
    12  # characters that two spellings of a title may differ in: quotes, blanks, dashes
)


def find_title(
    raw: RawPage, lines: PageLines, kept: Sequence[bool], span: range, head: Head
) -> tuple[int | None, str | None]:
    """The index of the title block and the title, without the site's name; None where unknown."""
    headings = [i for i, block in enumerate(raw.blocks) if block.tag == "h1"]
    if not head.titles and len(headings) != 1:
        at = find_title_line(lines, kept, span, lambda i: _is_list_item(raw.blocks[i]))
        return at, None if at is None else _title_text(raw.blocks[at], lines, span)
    title = choose_stated_title(
        head.titles or [lines.texts[i] for i in headings],
        [lines.texts[i] for i in headings],
        head.sites,
        is_news=head.is_news,
    )
    wanted = tokens(title)
    sizes = range(len(title) - _TITLE_LENGTH_SLACK, len(title) + _TITLE_LENGTH_SLACK)
    like = [i for i, text in enumerate(lines.texts) if len(text) in sizes]
    same = [i for i in like if lines[i].tokens == wanted]
    tagged = [i for i in same if raw.blocks[i].tag in ("h1", "h2", "h3")]
    return next(iter(tagged or same), None), title


def _title_text(block: RawBlock, lines: PageLines, span: range) -> str:
    """The title in a line: without a bullet, or a site's name that stands elsewhere by itself.

    Converters put blanks around what was an element of its own: “Kicker : headline”.
    """
    title = (
        block.list_mark + block.text
        if block.list_mark and block.list_mark[0] in _DASHES
        else block.text
    )
    if " : " in title and not any(" : " in lines.texts[i] for i in span):
        title = title.replace(" : ", ": ")
    title = _MARKS.sub("", _MARKDOWN_HEADING.sub("", title, count=1))
    tails = [title[joint.end() :] for joint in _SITE_SEPARATOR.finditer(title)]
    tails = [tail for tail in tails if tail and not tail[0].islower()]
    if not tails:
        return title
    sizes = {len(tail) for tail in tails}
    others = {_folded(text) for text in lines.texts if len(text) in sizes}
    for tail in tails:
        if _folded(tail) in others:
            return _SITE_SEPARATOR.sub("", title[: -len(tail)][::-1], count=1)[::-1] or title
    return title


def _is_list_item(block: RawBlock) -> bool:
    """Whether a line is an item of a list, by its bullet or its number."""
    return (block.bullet and block.list_mark[0] not in _DASHES) or _NUMBERED_ITEM.match(
        block.text
    ) is not None


def choose_stated_title(
    stated: Sequence[str],
    headings: Sequence[str],
    sites: Iterable[str],
    *,
    is_news: bool = True,
) -> str:
    """The headline of the stated titles, spelled as in the h1 if one matches.

    `stated` has at least one, the most trusted first; `headings` are what stands in the h1s. Where
    the page isn't a news article's, an h1 in other words goes before what search engines read,
    but not one that a kicker opens.

    >>> choose_stated_title(["Ferry late again - The Quay"], ["The Quay", "Ferry late again"], [])
    'Ferry late again'
    """
    own = {_folded(site) for site in sites}
    headings = [_MARKS.sub("", heading) for heading in headings]
    parts = {_folded(part): part for title in stated for part in _parts(title)}
    if named := [heading for heading in headings if _folded(heading) in parts.keys() - own]:
        heading = max(named, key=len)
        return _better_spelling(heading, parts[_folded(heading)])
    trimmed = [_MARKS.sub("", strip_site_name(t, own, [*stated, *headings])) for t in stated]
    for title in trimmed:
        wanted = _folded(title)
        for heading in headings:
            if _folded(heading) == wanted:
                return _better_spelling(heading, title)
    if not is_news and (other := _other_wording(stated, headings, own)):
        return other
    return _full_heading(trimmed[0], headings) or trimmed[0]


def _parts(title: str) -> Iterator[str]:
    """What stands before and after each joint of a title; a colon may be part of a headline."""
    for joint in _SITE_SEPARATOR.finditer(title[:_MAX_TITLE_CHARS]):
        if not joint["colon"]:
            yield title[: joint.start()]
            yield title[joint.end() :]


def _other_wording(stated: Sequence[str], headings: Sequence[str], own: Set[str]) -> str | None:
    """The only h1, where it shares words with a stated title, which search engines are to read."""
    candidates = {heading for heading in headings if _folded(heading) not in own}
    if len(candidates) != 1:
        return None
    heading = candidates.pop()
    words = set(tokens(heading))
    if len(words) < 2 or _count_words(heading) > _MAX_HEADLINE_WORDS:
        return None
    if any(_has_kicker(heading, title) for title in stated):
        return None
    for title in stated:
        others = set(tokens(title))
        if others and len(words & others) >= _MIN_SHARED_WORDS * min(len(words), len(others)):
            return heading
    return None


def _better_spelling(heading: str, title: str) -> str:
    """Of an h1 and a title with the same letters, the h1, unless its parts run into each other."""
    runs_on = _count_words(heading) < _count_words(title)
    return title if runs_on or _has_kicker(heading, title) else heading


def _count_words(text: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in text.split())


def _has_kicker(heading: str, title: str) -> bool:
    """Whether an h1 opens with a kicker that the title marks off or lacks.

    “Harbour Ferry late again” beside “Harbour: Ferry late again”, and “Harbour - Ferry late again”
    beside “Ferry late again”.
    """
    for joint in _SITE_SEPARATOR.finditer(title[:_MAX_TITLE_CHARS]):
        kicker, rest = title[: joint.start()], heading[joint.start() :]
        if joint["colon"] and heading.startswith(kicker) and _NEXT_ELEMENT.match(rest):
            return True
    before = heading.removesuffix(title)
    return before != heading and _is_whole(title) and _ENDS_IN_JOINT.search(before) is not None


def _full_heading(title: str, headings: Sequence[str]) -> str | None:
    """The only h1, where a title of few words is how it begins."""
    if len(headings) != 1 or len(title.split()) > _PARTIAL_TITLE_WORDS:
        return None
    is_longer = headings[0].casefold().startswith(title.casefold() + " ")
    return headings[0] if is_longer else None


def strip_site_name(title: str, own: Set[str], others: Iterable[str] = ()) -> str:
    """A title without the site's name, or a part that one of `others` lacks.

    What is far too long for a title stays as it is: every name in it would cost a look at the rest.
    """
    joints = list(_SITE_SEPARATOR.finditer(title)) if len(title) <= _MAX_TITLE_CHARS else []
    if not joints:
        return title
    rests = {_folded(other) for other in others}
    for joint in joints:
        before, after = title[: joint.start()], title[joint.end() :]
        if not joint["colon"] and _is_whole(before) and _folded(before) in rests:
            return before
        if before and _folded(after.rstrip("]")) in own:
            return strip_site_name(before, own)
        if after and _folded(before) in own:
            return strip_site_name(after, own)
    return title


def _is_whole(part: str) -> bool:
    """Whether a part of a title is long enough to be a headline: two words, or Thai or Han."""
    return " " in part or len(_UNSPACED_CHAR.findall(part)) > 3


def _folded(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


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
    return next((i for i in long if _is_headline(lines[i]) and not has_date(lines[i])), None)


def _best_headline(
    places: Sequence[int], lines: PageLines, span: range, article: _ArticleWords
) -> int | None:
    """The best of the lines that are like a headline of the article."""
    scores = {i: _headline_score(i, lines, span, article) for i in places}
    for i in sorted(places, key=lambda i: (-scores[i], i)):
        if scores[i] <= _MIN_HEADLINE_SCORE:
            break
        if _is_headline(lines[i]):
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
        and _is_headline(lines[above])
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


def _is_headline(line: LineFeatures) -> bool:
    question = line.text.endswith(("?", "!")) and line.n_sentences == 1
    return (
        2 <= line.n_words <= _MAX_HEADLINE_WORDS
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
