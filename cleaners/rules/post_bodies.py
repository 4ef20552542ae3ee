"""Finds the posts of a thread in HTML by the names and the structure of their elements."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from cleaners.blocks.attribute_words import attribute_words
from cleaners.blocks.raw import RawPage
from cleaners.rules.line_features import LineFeatures
from cleaners.rules.page_context import PageContext
from cleaners.rules.phrases import match_phrases
from cleaners.rules.repeated_posts import is_thread_of_posts, repeated_posts
from cleaners.rules.software_words import match_software_line

_MAY_NAME_POST = re.compile(r"comm|post|mess|msg|repl|answ|status", re.I)
_UNIT = r"(?:comm(?:ent)?|post|message|msg|reply|answer|status)s?"
_PART = r"(?:body|text|contents?|message)"
# The words of a class name or an ID: “Post_body__3kQ2x”, “commentText”, “postmessage_41”.
_BODY = re.compile(rf"(?<![a-z]){_UNIT} ?{_PART}(?![a-z])")
_BARE_UNIT = re.compile(rf"(?:^|.* ){_UNIT}(?: (?:root|item|inner|wrap(?:per)?|box|row|node))?")
_BARE_PART = re.compile(rf"(?:.* )?{_PART}")
_COMMENT = re.compile(r"(?:.* )?(?:comments?|messages?|reply|replies)")
_PART_LEVELS = 3  # elements from one named for a part of a post to the one for the post
_NOTE_WORDS = frozenset(
    "signature sig notice edit edited quote cite meta like likes rating ratings badge badges share "
    "sharing menu actions buttons tools toolbar".split()
)
# “Heron (talk) 14:02, 3 May 2019 (UTC)”, “Heron (Diskussion) 09:40, 4. Mai 2019 (CEST)”
_WIKI_SIGNATURE = re.compile(
    r"[.!?…)»”\"] ?(?:[-–—]+ ?)?\S[^.!?]{0,60} \d\d:\d\d, \d{1,2}\.? [^\W\d_]+\.? (?:19|20)\d\d"
    r" ?\([A-Z]{3,4}\)$"
)
_MIN_POST_BLANKS = 2  # blanks in the shortest post
_MIN_BODIES = 3  # elements for the text of a post that a thread has
_PATH_LEVELS = 4  # elements around a post that are compared with those around other posts
_MIN_POSTS = 2
_ANY_NUMBER = re.compile(r"\d+")
_MIN_COMMENT_SHARE = 0.75  # of the words in sentences, on a page of comments


def is_page_of_comments(raw: RawPage, lines: Sequence[LineFeatures]) -> bool:
    """Whether nearly all sentences of an HTML page are in elements for comments or messages."""
    inside = _comments(raw)
    words = [0, 0]
    n_comments = 0
    for block, line in zip(raw.blocks, lines, strict=True):
        if (line.is_prose or line.ends_sentence) and not match_software_line(line, ""):
            within = inside[block.container]
            words[within] += line.n_words
            n_comments += within
    return n_comments >= _MIN_BODIES and words[1] >= _MIN_COMMENT_SHARE * sum(words)


def missed_posts(page: PageContext, kept: Sequence[bool]) -> list[int]:
    """The blocks of posts in a thread to keep because their elements are those of other posts.

    The names of classes say so, or what is in the elements. There must be at least three posts, and
    one of them must be kept in part, unless the page has hardly any other sentences.
    """
    raw = page.raw
    bodies = _bodies(raw)
    groups: defaultdict[str, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for i, block in enumerate(raw.blocks):
        if (at := bodies[block.container]) >= 0:
            groups[_ANY_NUMBER.sub("", raw.containers[at].signature)][at].append(i)
    found: list[int] = []
    is_thread = (
        not any(kept) or is_page_of_comments(raw, page.lines) or is_thread_of_posts(raw, page.lines)
    )
    for posts in [repeated_posts(raw, page.lines), *(list(g.values()) for g in groups.values())]:
        blocks = [i for post in posts for i in post]
        if len(posts) >= _MIN_BODIES and (is_thread or any(kept[i] for i in blocks)):
            found += [i for i in blocks if not kept[i] and _is_text(page, i)]
    return found


def posts_like_kept_ones(page: PageContext, kept: Sequence[bool]) -> list[int]:
    """The sentences of a forum to keep because others with the same markup are kept.

    The classifier can mistake a short post among long ones for a caption or a teaser.
    """
    containers = page.raw.containers
    groups: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, block in enumerate(page.raw.blocks):
        if not page.lines[i].is_short_sentence or _is_note(page.raw, i):
            continue
        at, path = block.container, list[str]()
        while at >= 0 and len(path) < _PATH_LEVELS:
            path.append(_ANY_NUMBER.sub("", containers[at].signature))
            at = containers[at].parent
        groups[tuple(path)].append(i)
    found: list[int] = []
    for group in groups.values():
        n_kept = sum(kept[i] for i in group)
        if n_kept >= _MIN_POSTS and 2 * n_kept >= len(group):
            found += [i for i in group if not kept[i] and match_phrases(page.lines[i]) is None]
    return found


def signed_posts(lines: Sequence[LineFeatures]) -> set[int]:
    """The lines with the posts of a wiki's discussion, which end in a name and a time.

    Without that, a short post would look like a date line. There must be at least two.
    """
    found = {
        i
        for i, line in enumerate(lines)
        if line.n_numbers
        and line.text.endswith(")")
        and (signed := _WIKI_SIGNATURE.search(line.text))
        and line.text[: signed.start()].count(" ") >= _MIN_POST_BLANKS
    }
    return found if len(found) >= _MIN_POSTS else set()


def _is_text(page: PageContext, i: int) -> bool:
    line, block = page.lines[i], page.raw.blocks[i]
    if _is_note(page.raw, i):
        return False
    is_item = block.tag in ("li", "pre")
    return line.ends_sentence or (is_item and match_phrases(line) is None)


def _is_note(raw: RawPage, i: int) -> bool:
    """Whether a block is a button, or in a signature, a quotation or a notice below a post."""
    at = raw.blocks[i].container
    if raw.blocks[i].tag == "button":
        return True
    for _ in range(_PATH_LEVELS):
        if at < 0:
            break
        if _names_note(raw.containers[at].label):
            return True
        at = raw.containers[at].parent
    return False


@lru_cache(8192)
def _names_note(label: str) -> bool:
    return not _NOTE_WORDS.isdisjoint(attribute_words(label))


def _bodies(raw: RawPage) -> list[int]:
    """For each container the outermost element around it for the text of a post, or -1.

    Its name says so, or the name of a part, such as “text”, is inside one of a post.
    """
    found: list[int] = []
    since_post: list[int] = []  # elements up to the one for a post
    for at, element in enumerate(raw.containers):
        around, levels = -1, _PART_LEVELS
        if element.parent >= 0:
            around, levels = found[element.parent], since_post[element.parent] + 1
        if around < 0 and element.tag != "body" and element.label:
            may_be_part = levels <= _PART_LEVELS
            is_unit, is_part, is_body = _names(element.label)
            if is_body or (is_part and may_be_part):
                around = at
            levels = 0 if is_unit else levels
        found.append(around)
        since_post.append(levels)
    return found


@lru_cache(8192)
def _names(label: str) -> tuple[bool, bool, bool]:
    """Whether a label names a post, a part that can be its text, and the text of a post."""
    tokens = [" ".join(attribute_words(token)) for token in label.split()]
    return (
        any(map(_BARE_UNIT.fullmatch, tokens)),
        any(map(_BARE_PART.fullmatch, tokens)),
        any(map(_BODY.search, tokens)),
    )


@lru_cache(8192)
def _names_comment(label: str) -> bool:
    """Whether the last word of a class name or an ID is one for a comment or message."""
    return _MAY_NAME_POST.search(label) is not None and any(
        _COMMENT.fullmatch(" ".join(attribute_words(token))) for token in label.split()
    )


def names_text_of_post(label: str) -> bool:
    """Whether class names, IDs or the like name the text of a post: “commentText”, “post_body”."""
    return _MAY_NAME_POST.search(label) is not None and _names(label)[2]


def _comments(raw: RawPage) -> list[bool]:
    """For each container, whether it is in an element for a comment or a message."""
    found: list[bool] = []
    for element in raw.containers:
        is_inside = element.parent >= 0 and found[element.parent]
        found.append(is_inside or (element.tag != "body" and _names_comment(element.label)))
    return found
