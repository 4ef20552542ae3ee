"""Finds the posts of a thread in HTML by the elements that forum software puts them into."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from cleaners.blocks.raw import RawPage
from cleaners.rules.line_features import LineFeatures
from cleaners.rules.page_context import PageContext
from cleaners.rules.phrases import match_phrases
from cleaners.rules.software_words import match_software_line

_BODY = re.compile(
    r"(?<![\w-])(?:commtext|usertext-body|bbwrapper|message-?(?:body|text|content)|"
    r"post-?(?:body|text|message|content)|postbody|postcontent|post_body|post_text|post_message|"
    r"bz_comment_text|comment-?(?:body|text|content)|comment__(?:body|text|content)|comment_(?:body|text|content)|"
    r"s-prose|cooked|t_f|tgme_widget_message_text|wall_post_text|status__content|[\w-]*rtjson-content)"
    r"(?![\w-])",
    re.I,
)
_COMMENT = re.compile(
    r"(?<![\w-])(?:comments?|messages?|reply|replies|commtext|shreddit-comment|bz_comment)(?![\w-])",
    re.I,
)
_NOTE = re.compile(r"signature|(?<![a-z])(?:sig|notice|edit(?:ed)?|quote|cite)(?![a-z])", re.I)
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
    inside = _inside(raw, _COMMENT)
    words = [0, 0]
    n_comments = 0
    for block, line in zip(raw.blocks, lines, strict=True):
        if (line.is_prose or line.ends_sentence) and not match_software_line(line, ""):
            within = inside[block.container] >= 0
            words[within] += line.n_words
            n_comments += within
    return n_comments >= _MIN_BODIES and words[1] >= _MIN_COMMENT_SHARE * sum(words)


def missed_posts(page: PageContext, kept: Sequence[bool]) -> list[int]:
    """The blocks of posts in a thread to keep because they are in elements for the text of a post.

    Elements with the same class count together. There must be at least three, and one of them must
    be kept in part, unless the page has hardly any other sentences.
    """
    raw = page.raw
    bodies = _inside(raw, _BODY)
    groups: defaultdict[str, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for i, block in enumerate(raw.blocks):
        if (at := bodies[block.container]) >= 0:
            groups[raw.containers[at].signature][at].append(i)
    found: list[int] = []
    is_thread = not any(kept) or is_page_of_comments(raw, page.lines)
    for posts in groups.values():
        blocks = [i for post in posts.values() for i in post]
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
    """Whether a block is in a signature, a quotation or a notice below a post."""
    at = raw.blocks[i].container
    for _ in range(_PATH_LEVELS):
        if at < 0:
            break
        if _NOTE.search(raw.containers[at].label):
            return True
        at = raw.containers[at].parent
    return False


def _inside(raw: RawPage, names: re.Pattern[str]) -> list[int]:
    """For each container the outermost element around it with a matching class name, or -1."""
    found: list[int] = []
    for at, element in enumerate(raw.containers):
        around = found[element.parent] if element.parent >= 0 else -1
        if around < 0 and element.tag != "body" and names.search(element.label):
            around = at
        found.append(around)
    return found
