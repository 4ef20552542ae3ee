"""Finds the lines around the posts of a forum thread: authors, profiles, notices and controls.

The line with the author of a post is kept. The author's profile, and the notices of the forum's
software, are removed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from cleaners.model import Cleaner, Removal
from cleaners.reasons import Reason
from cleaners.rules.dates import find_line_dates, has_date
from cleaners.rules.forum_words import MARKS, forum_wording, is_post_control
from cleaners.rules.line_features import LineFeatures, cached_on_line
from cleaners.rules.lost_posts import lost_posts
from cleaners.rules.page_context import PageContext
from cleaners.rules.phrases import match_phrases
from cleaners.rules.post_bodies import names_text_of_post
from cleaners.rules.repeated_posts import posts_between_controls

_NEAR_PROFILE = 3  # blocks between two lines of the same profile
_MIN_PROFILES = 2
_MAX_PROFILE_CHARS = 60
_MAX_DETAIL_WORDS = 8
_MAX_NOTICE_WORDS = 60
_MAX_AUTHOR_WORDS = 16
_MAX_NAME_WORDS = 4
_MAX_NAME_CHARS = 40
_POST_WITHIN = 8  # a post has fewer blocks than this between its author and its first line
_MIN_POSTS = 2
_MIN_ROW_WORDS = 3  # controls in a row below a post
_MIN_THREAD_POSTS = 3  # sentences of posts that a thread has
_COMMENT_LABEL = re.compile(r"(?<![\w-])(?:comment|message|reply)(?![\w-])", re.I)
_MIN_CONTROLS = 6  # controls, such as “Reply”, that a thread without dates has
_AUTHOR_LEVELS = 3  # elements around a line whose class names are examined
# “by heron » 4 Mar 2021”, “answered Mar 3 at 9:14 heron”, “Сообщение heron » 04 мар 2021”.
_OPENING = (
    r"(?:post(?:ed)?|written|submitted|started|beitrag|message|publié|mensaje|messaggio|"
    r"post autor:?|napisał(?:a|\(a\))?:?|сообщение|повідомлення|отправлено|δημοσίευση)"
)
_BY = r"(?:by|von|par|por|di|da|de|door|av|af|od|от|від|από):?"
_JOINT = r"(?:[»›·•|—–-]|on|at|am|le|il)"
_AUTHOR_LINE = re.compile(
    rf"(?:re: .{{1,80}} )?(?:#\d+ )?(?:(?:{_OPENING} )?{_BY} \S.{{0,40}}? {_JOINT} .+|"
    rf"{_OPENING} \S.{{0,40}}? [»›] .+|"
    r"(?!\d|.{0,30}\b\d{4} [»›·•|—–-] )\S+(?: \S+){0,3} [»›·•|—–-] .+|"
    r"(?:\S+ ){0,4}(?:answered|asked|replied|commented)(?: on)? .+|submitted .{0,40} by \S.{0,30}|"
    r"(?:\[[–+-]\] ?)?\S+(?: \S+)? (?:-?\d+ points? ?)+.{0,30}\bago\b.{0,20})",
    re.I,
)
_TIME = re.compile(
    r"\d{1,2}[:.]\d\d(?!\d)|\bago\b|yesterday|\btoday\b|сегодня|вчера|назад|\d ?[分小天]", re.I
)
_POST_DATE = re.compile(
    r"(?:发表于|發表於|posted:?|posted on|wysłany:|dodano:|добавлено:?|verfasst am:?|geschrieben:?|"
    r"publicado:?|posté le:?|inviato:?|geplaatst:?|投稿日時?[:：]?|작성일[:：]?)\s*.{4,}",
    re.I,
)
_MAX_DATE_WORDS = 8
_AUTHOR_LABEL = re.compile(
    r"(?<![a-z])(?:author|username|user-?name|byline|creator|poster|tagline|comment-?author|"
    r"message-name|message__author|bigusername|authi|nick(?:name)?|display-?name|commenter|"
    r"crawler-post-meta|comment_*-?(?:meta|head(?:er)?)|post-?(?:meta|head(?:er)?))"
    r"(?![a-z])",
    re.I,
)
_PROFILE_LABEL = re.compile(
    r"(?<![a-z])(?:post-?profile|message-user(?:extras|title)|usertitle|user-?rank|user-?info_extra|"
    r"poster_?info|profile-(?:rank|posts|joined|location)|cauthorpane_info|tns|"
    r"favatar|postcount|user-?stats)(?![a-z])",
    re.I,
)
_SIGNATURE_LABEL = re.compile(
    r"(?<![a-z])(?:signature|sig|(?:likes|reactions)[-_]?(?:summary|bar|list)?)(?![a-z])", re.I
)
_OTHER_THREADS = re.compile(
    r"(?<![a-z])(?:related|similar|sidebar|last-?post|online|breadcrumbs?|suggested)(?![a-z])", re.I
)
_SIGNED = re.compile(r"(?:asked|answered|edited) [A-Z][a-z]{2} \d", re.I)
_BADGES = re.compile(
    r"[\d.,k]{1,9}(?:\s?\d{1,5}\s?(?:gold|silver|bronze) badges?){0,3}|"
    r"(?:\s?\d{1,5}\s?(?:gold|silver|bronze) badges?){1,3}"
)
_OTHERS = re.compile(
    r"linked|related|hot network questions|(?:related|similar|suggested|recommended) "
    r"(?:topics?|threads?|discussions?|questions?|posts?)|more (?:topics|posts|discussions)|"
    r"ähnliche themen|похожие темы|sujets similaires|temas (?:similares|relacionados)|"
    r"discussioni simili|podobne tematy|相关(?:帖子|主题)|関連トピック",
    re.I,
)
_OTHERS_REMOVAL = Removal(Reason.RELATED, Cleaner.POSITION, "in a list of other threads", 0.75)
_PROFILE_REMOVAL = Removal(Reason.BYLINE, Cleaner.PHRASES, "a fact about the writer of a post", 0.8)
AUTHOR_REMOVAL = Removal(Reason.BYLINE, Cleaner.BYLINES, "the author of a post", 0.8)
"""The removal of author lines on a page where they are not content."""

_ANSWER = re.compile(r"(?:re|aw|sv|vs|odp|ответ)\s?: ", re.I)
_SUBJECT_REMOVAL = Removal(Reason.NAVIGATION, Cleaner.POSITION, "the subject of a reply", 0.75)
_FACT_REMOVAL = Removal(Reason.BOILERPLATE, Cleaner.PHRASES, "a fact about the subject", 0.5)
_CARD_REMOVAL = Removal(Reason.BYLINE, Cleaner.MARKUP, "in the profile beside a post", 0.8)
_DATE_REMOVAL = Removal(Reason.DATE, Cleaner.PHRASES, "the date of a post", 0.75)
_NOTICE_REMOVAL = Removal(
    Reason.NAVIGATION, Cleaner.PHRASES, "a notice of the software of a forum", 0.85
)
_CONTROL_REMOVAL = Removal(
    Reason.NAVIGATION, Cleaner.PHRASES, "what a reader of a post can do", 0.8
)


@dataclass(slots=True)
class Thread:
    """The line indices of authors and of missed posts, and the removals of other lines.

    `posts` are lines of posts that the classifier doesn't keep. `keeps_authors` says whether the
    author lines are content on this page. On pages of other types, `facts` are lines to keep that
    state facts about the page's subject.
    """

    authors: set[int] = field(default_factory=set)
    posts: set[int] = field(default_factory=set)
    removals: dict[int, Removal] = field(default_factory=dict)
    keeps_authors: bool = False
    facts: set[int] = field(default_factory=set)

    @property
    def no_credits(self) -> dict[int, Removal]:
        """A removal for each line that is neither the title nor a credit of the page."""
        return self.removals | dict.fromkeys(self.facts, _FACT_REMOVAL)


def read_thread(page: PageContext, kept: Sequence[bool], *, is_unsure: bool = False) -> Thread:
    """The authors, missed posts and removable lines of a thread.

    `kept` are the classifier's decisions, of which it may be unsure. Author lines are content if it
    keeps at least half of them. In plain text, sentences below an author can be a missed post.
    """
    thread = Thread()
    lines = page.lines
    cards = set(profile_lines(lines))
    for i, line in enumerate(lines):
        if i in cards:
            thread.removals[i] = _PROFILE_REMOVAL
        elif _is_notice(line):
            thread.removals[i] = _NOTICE_REMOVAL
        elif is_post_control(line):
            thread.removals[i] = _CONTROL_REMOVAL
        elif page.raw.is_html and (
            _is_in(page, i, _SIGNATURE_LABEL, unless=names_text_of_post)
            or (_is_in(page, i, _PROFILE_LABEL) and not line.is_prose)
        ):
            thread.removals[i] = _CARD_REMOVAL
    posts = [
        i
        for i, line in enumerate(lines)
        if kept[i] and i not in thread.removals and (line.is_prose or line.is_short_sentence)
    ]
    _find_authors(page, cards, posts, thread)
    thread.keeps_authors = 2 * sum(kept[i] for i in thread.authors) >= len(thread.authors)
    known = thread.authors | thread.removals.keys()
    dates = [i for i, line in enumerate(lines) if i not in known and _is_date(line)]
    if 2 * sum(kept[i] for i in dates) < len(dates):
        thread.removals |= dict.fromkeys(dates, _DATE_REMOVAL)
    if page.raw.is_html:
        if len(posts) < _MIN_THREAD_POSTS:
            thread.posts.update(_marked_posts(page, kept, thread))
    else:
        _find_ranks(lines, cards, thread)
        _find_signatures(lines, thread)
        thread.removals |= dict.fromkeys(_other_threads(lines, thread), _OTHERS_REMOVAL)
        found = lost_posts(lines, kept, thread.authors, thread.removals, is_unsure=is_unsure)
        thread.posts.update(found)
        between = posts_between_controls(lines) if is_unsure else ()
        thread.posts.update(i for i in between if i not in thread.removals)
    return thread


def _marked_posts(page: PageContext, kept: Sequence[bool], thread: Thread) -> list[int]:
    """The sentences in elements with a class name for comments, if none of them is kept."""
    found = [
        i
        for i, line in enumerate(page.lines)
        if (line.is_prose or line.is_short_sentence)
        and i not in thread.removals
        and _is_in(page, i, _COMMENT_LABEL)
    ]
    is_missed = len(found) >= _MIN_THREAD_POSTS and not any(kept[i] for i in found)
    return found if is_missed else []


def _find_ranks(lines: Sequence[LineFeatures], cards: set[int], thread: Thread) -> None:
    """Remove ranks, between a name and the facts of a profile, and the subjects of replies."""
    for i in cards:
        rank, name = i - 1, i - 2
        if (
            name >= 0
            and not {rank, name} & (cards | thread.removals.keys())
            and all(
                lines[j].n_words <= _MAX_NAME_WORDS
                and not lines[j].ends_sentence
                and not lines[j].n_numbers
                for j in (rank, name)
            )
        ):
            thread.removals[rank] = _PROFILE_REMOVAL
    subjects = {line.text.casefold() for line in lines if line.is_heading_like}
    for i, line in enumerate(lines):
        if (answered := _ANSWER.match(line.text)) and line.text[
            answered.end() :
        ].casefold() in subjects:
            thread.removals.setdefault(i, _SUBJECT_REMOVAL)


def _find_signatures(lines: Sequence[LineFeatures], thread: Thread) -> None:
    """Remove the name and the badges below “asked Apr 8 at 12:40”."""
    for i in [i for i in thread.authors if _SIGNED.match(lines[i].text)]:
        for j in range(i + 1, min(i + 3, len(lines))):
            if j in thread.authors or lines[j].n_words > _MAX_NAME_WORDS + 4 or lines[j].is_prose:
                break
            if j == i + 1 or _BADGES.fullmatch(lines[j].text):
                thread.removals.setdefault(j, _PROFILE_REMOVAL)


def _other_threads(lines: Sequence[LineFeatures], thread: Thread) -> Iterator[int]:
    """The lines of a list of other threads, below its heading and the last post."""
    last = max(thread.authors, default=len(lines))
    headings = (
        i for i in range(last + 1, len(lines)) if _OTHERS.fullmatch(lines[i].text.strip(MARKS))
    )
    if (heading := next(headings, None)) is not None:
        yield from range(heading, len(lines))


def has_posts(lines: Sequence[LineFeatures]) -> bool:
    """Whether a text has lines that only threads have: authors, dates, notices and controls."""
    controls = [line for line in lines if is_post_control(line)]
    rows = [line.text for line in controls if line.n_words >= _MIN_ROW_WORDS]
    n_others = sum(
        is_author_line(line) or _is_date(line) or _is_notice(line) or _is_long_ago(line)
        for line in lines
    )
    return len(set(rows)) < len(rows) or n_others >= _MIN_POSTS or len(controls) >= _MIN_CONTROLS


def _is_long_ago(line: LineFeatures) -> bool:
    """Whether a short line has a time such as “2 hours ago”."""
    return line.n_words <= _MAX_AUTHOR_WORDS and _TIME.search(line.text) is not None


def _find_authors(page: PageContext, cards: set[int], posts: Sequence[int], thread: Thread) -> None:
    """Add the line with the author of each post to `thread`, and remove further author lines."""
    lines = page.lines
    patterns = {i for i in range(len(lines)) if _says_author(page, i)}
    if len(patterns) >= _MIN_POSTS:
        thread.authors.update(patterns)
    else:
        patterns = set()
    names = [
        i
        for i in range(len(lines))
        if i not in patterns and i not in thread.removals and _may_be_name(page, i, cards)
    ]
    above: dict[int, int] = {}
    for i in names:
        post = next((j for j in posts if j > i), None)
        if post is None:
            break
        between = sum(j not in thread.removals for j in range(i + 1, post))
        if between < _POST_WITHIN:
            above.setdefault(post, i)
    if len(above) < _MIN_POSTS:
        return
    for post, i in above.items():
        if any(i - _POST_WITHIN < j < post for j in patterns):
            thread.removals[i] = _CARD_REMOVAL
        else:
            thread.authors.add(i)


def _says_author(page: PageContext, i: int) -> bool:
    return is_author_line(page.lines[i]) and not (
        page.raw.is_html and _is_in(page, i, _OTHER_THREADS)
    )


def is_author_line(line: LineFeatures) -> bool:
    """Whether a line names the author of a post and its time."""
    return (
        line.n_words <= _MAX_AUTHOR_WORDS
        and not line.is_prose
        and _AUTHOR_LINE.fullmatch(line.text) is not None
        and (_TIME.search(line.text) is not None or has_date(line))
    )


def _is_date(line: LineFeatures) -> bool:
    """Whether a line has only the date of a post."""
    if not line.n_numbers or line.n_words > _MAX_AUTHOR_WORDS or line.is_prose:
        return False
    if _POST_DATE.fullmatch(line.text):
        return True
    return line.n_words <= _MAX_DATE_WORDS and bool(find_line_dates(line, None))


def _may_be_name(page: PageContext, i: int, cards: set[int]) -> bool:
    """Whether a line may be an author's name.

    In HTML an element around it has a class name for authors. In plain text it starts a profile.
    """
    line = page.lines[i]
    if line.n_words > _MAX_AUTHOR_WORDS or line.is_prose or not line.words:
        return False
    if page.raw.is_html:
        return _is_in(page, i, _AUTHOR_LABEL) and not _is_in(page, i, _OTHER_THREADS)
    opens_card = (i + 1 in cards or i + 2 in cards) and i - 1 not in cards
    return (
        opens_card
        and line.n_words <= _MAX_NAME_WORDS
        and len(line.text) <= _MAX_NAME_CHARS
        and not line.ends_sentence
        and match_phrases(line) is None
    )


def _is_in(
    page: PageContext,
    i: int,
    names: re.Pattern[str],
    unless: Callable[[str], bool] = lambda _: False,
) -> bool:
    """Whether one of the innermost elements around a block has a matching class name.

    An element for whose class names `unless` is true ends the search.
    """
    containers = page.raw.containers
    at = page.raw.blocks[i].container
    for _ in range(_AUTHOR_LEVELS):
        if at < 0 or containers[at].tag == "body":
            return False
        if names.search(containers[at].label):
            return True
        if unless(containers[at].label):
            return False
        at = containers[at].parent
    return False


def _is_notice(line: LineFeatures) -> bool:
    return line.n_words <= _MAX_NOTICE_WORDS and (
        forum_wording().notices.match(line.text.casefold()) is not None
    )


@cached_on_line
def _profile_label(line: LineFeatures) -> str | None:
    """The label of the fact in a line of a profile (“Posts: 25”), or None for another line."""
    if len(line.text) >= _MAX_PROFILE_CHARS:
        return None
    found = forum_wording().fact.fullmatch(line.text.casefold())
    return found[1] if found else None


def profile_lines(lines: Sequence[LineFeatures]) -> Iterator[int]:
    """The indices of the lines of author profiles beside forum posts.

    A profile has several facts. If only one label recurs, with no other profile lines nearby, the
    page has no profiles.
    """
    labels = {i: label for i, line in enumerate(lines) if (label := _profile_label(line))}
    returning = {label for label, times in Counter(labels.values()).items() if times > 1}
    if not returning:
        return
    wording = forum_wording()
    folded = [line.text.casefold() if len(line.text) < _MAX_PROFILE_CHARS else "" for line in lines]
    certain = {i for i, label in labels.items() if label in returning}
    # A label can be on a line of its own, above its value.
    values = {
        i + 1
        for i in certain
        if folded[i].rstrip(MARKS) == labels[i]
        and i + 1 < len(lines)
        and lines[i + 1].n_numbers
        and lines[i + 1].n_words <= _MAX_NAME_WORDS
    }
    near = {j for i in certain | values for j in range(i - _NEAR_PROFILE, i + _NEAR_PROFILE + 1)}
    beside = [
        i
        for i in sorted(near - certain - values)
        if 0 <= i < len(lines)
        and folded[i]
        and lines[i].n_words <= _MAX_DETAIL_WORDS
        and (wording.detail.fullmatch(folded[i]) or wording.fact.fullmatch(folded[i]))
    ]
    if len(returning) > 1 or len(beside) >= _MIN_PROFILES:
        yield from sorted({*certain, *values, *beside})
