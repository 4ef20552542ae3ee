"""Finds the posts of a thread by its structure, whatever software made it.

In HTML, each post is in an element with the same markup as the others, which holds a name, a time
and a text. What a reader of a post can do, such as “Reply”, recurs.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence, Set
from itertools import pairwise

from cleaners.blocks.raw import Container, RawBlock, RawPage
from cleaners.rules.dates import has_date
from cleaners.rules.forum_words import MAX_CONTROL_CHARS, is_forum_control
from cleaners.rules.line_features import LineFeatures, PageLines, line_features
from cleaners.rules.month_names import month_number
from cleaners.rules.software_words import is_control

_MIN_POSTS = 3
_MAX_TIME_WORDS = 12  # in a line with the name and the time of a post
_MAX_DAY_WORDS = 2  # “February 20”
_MAX_LEVELS = 6  # elements around a time that are searched for the text of its post
_MIN_TITLE_BLANKS = 3  # blanks in the shortest headline that leads to another page
_MAX_FIRST_POST = 4  # lines of a first post that has no time above it
_MIN_LINES_ABOVE = 2  # a name and a time above a post
_MIN_SHARE = 0.75  # of the words in sentences, on a page of posts
_AGE = re.compile(
    r"\d{1,2}[:.]\d\d(?!\d)|\bago\b|yesterday|\btoday\b|\b(?:vor|hace|il y a) \d|"
    r"сегодня|вчера|назад|\d ?[分小天日]|昨天|今天|منذ",
    re.I,
)
_ANY_NUMBER = re.compile(r"\d+")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


def is_thread_of_posts(raw: RawPage, lines: PageLines) -> bool:
    """Whether most sentences of an HTML page are in posts with the same controls of a forum.

    A name, a time and a text alone are not enough: events, teasers and live reports have them too.
    """
    times = Counter(text for text in lines.texts if len(text) <= MAX_CONTROL_CHARS)
    recurring = [text for text, n in times.items() if n >= _MIN_POSTS - 1]
    n_controls = sum(times[text] for text in recurring if is_forum_control(line_features(text)))
    if not n_controls:
        return False
    posts = repeated_posts(raw, lines)
    n_words = sum(lines[i].n_words for i in range(len(lines)) if _is_text(raw, lines, i))
    n_inside = sum(lines[i].n_words for post in posts for i in post)
    return bool(posts) and n_controls >= len(posts) - 1 and n_inside >= _MIN_SHARE * n_words


def repeated_posts(raw: RawPage, lines: Sequence[LineFeatures]) -> list[list[int]]:
    """The blocks with the text of each post of an HTML page; empty if there are fewer than three.

    A post is the smallest element around a time that holds a sentence.
    """
    times = [i for i, line in enumerate(lines) if _is_time(line)]
    if len(times) < _MIN_POSTS:
        return []
    sentences = [i for i in range(len(lines)) if _is_text(raw, lines, i)]
    inside = _innermost(raw.containers, _records(raw, times, sentences))
    titled = {inside[block.container] for block in raw.blocks if _leads_elsewhere(block)}
    groups: defaultdict[str, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for i in sentences:
        at = inside[raw.blocks[i].container]
        if at >= 0 and at not in titled:
            groups[_ANY_NUMBER.sub("", raw.containers[at].signature)][at].append(i)
    posts: dict[int, list[int]] = max(groups.values(), key=len, default={})
    return list(posts.values()) if len(posts) >= _MIN_POSTS else []


def posts_between_controls(lines: PageLines) -> list[int]:
    """The sentences of the posts of a plain text, each with the same line of controls of a forum.

    Most posts must have a time beside their text, and they must hold most of the sentences. There
    must be at least three.
    """
    times = Counter(text for text in lines.texts if len(text) <= MAX_CONTROL_CHARS)
    recurring = [text for text, n in times.most_common() if n >= _MIN_POSTS]
    control = next((text for text in recurring if is_forum_control(line_features(text))), None)
    if control is None:
        return []
    ends = [i for i, text in enumerate(lines.texts) if text == control]
    # A name and a time can also be below the text of a post, so that the first has none above it.
    start = next((i for i in range(ends[0], -1, -1) if _is_time(lines[i])), 0)
    bounds = [start or max(0, ends[0] - _MAX_FIRST_POST), *ends]
    posts: list[list[int]] = []
    n_timed = 0
    for start, end in pairwise(bounds):
        posts.append([i for i in range(start, end) if _is_text_line(lines[i])])
        n_timed += any(_is_time(lines[i]) for i in range(start, end + 1))
    n_posts = sum(map(bool, posts))
    found = [i for post in posts for i in post]
    n_words = sum(line.n_words for line in lines if _is_text_line(line))
    is_thread = (
        n_posts >= _MIN_POSTS
        and 3 * min(n_posts, n_timed) >= 2 * len(posts)
        and sum(lines[i].n_words for i in found) >= _MIN_SHARE * n_words
    )
    return found if is_thread else []


def line_of_first_name(lines: PageLines) -> int | None:
    """The line with the name above the time of the first post, in a plain text as above."""
    posts = posts_between_controls(lines)
    if not posts or posts[0] < _MIN_LINES_ABOVE or not _is_time(lines[posts[0] - 1]):
        return None
    return posts[0] - 2


def _is_time(line: LineFeatures) -> bool:
    if not 0 < line.n_words <= _MAX_TIME_WORDS or line.is_prose:
        return False
    if _AGE.search(line.text) is not None or (line.n_numbers > 0 and has_date(line)):
        return True
    is_day = line.n_words <= _MAX_DAY_WORDS and line.n_numbers == 1
    return is_day and any(month_number(word, None) for word in line.words)


def _is_text(raw: RawPage, lines: Sequence[LineFeatures], i: int) -> bool:
    return (
        _is_text_line(lines[i])
        and not _is_time(lines[i])
        and 2 * raw.blocks[i].link_chars < len(lines[i].text)
    )


def _is_text_line(line: LineFeatures) -> bool:
    return (line.is_prose or (line.ends_sentence and line.n_words > 0)) and not is_control(line)


def _records(raw: RawPage, times: Sequence[int], sentences: Sequence[int]) -> set[int]:
    """The smallest element with a sentence around each time."""
    containers = raw.containers
    has_text = [False] * len(containers)
    for i in sentences:
        has_text[raw.blocks[i].container] = True
    for at in range(len(containers) - 1, 0, -1):
        if has_text[at]:
            has_text[containers[at].parent] = True
    found: set[int] = set()
    for i in times:
        at = raw.blocks[i].container
        for _ in range(_MAX_LEVELS):
            if at <= 0 or has_text[at]:
                break
            at = containers[at].parent
        if at > 0 and has_text[at] and containers[at].tag != "body":
            found.add(at)
    return found


def _innermost(containers: Sequence[Container], chosen: Set[int]) -> list[int]:
    """For each container the innermost chosen one around it, which can be itself, or -1."""
    found: list[int] = []
    for at, element in enumerate(containers):
        around = found[element.parent] if element.parent >= 0 else -1
        found.append(at if at in chosen else around)
    return found


def _leads_elsewhere(block: RawBlock) -> bool:
    """Whether a block is a heading with a link to another page, as a teaser has."""
    return (
        block.tag in _HEADINGS
        and block.text.count(" ") >= _MIN_TITLE_BLANKS
        and 2 * block.link_chars > len(block.text)
    )
