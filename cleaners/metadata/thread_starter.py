"""Finds the user name of the person who started a thread, in the HTML of a forum."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from cleaners.metadata.labelled_elements import plain_text
from cleaners.rules.author_names import common_words, is_label, is_nobody
from cleaners.rules.interface_labels import is_interface_label
from cleaners.rules.name_words import has_role

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_NAME_ATTRIBUTES = ("data-author", "data-username", "data-poster-name")
# On a page of a question, its last editor may stand first.
_SELECTORS = (
    '[itemtype$="/Question" i] [itemprop~="author"]',
    '[itemprop~="author"],[data-author],[data-username],[data-poster-name],[rel~="author"],'
    '[class*="author" i],[class*="user" i],[class*="poster" i],[class*="creator" i],'
    '[class*="byline" i],[class*="person" i],[class*="nick" i]',
)
_WRITER_LABEL = re.compile(
    r"(?<![a-z])(?:(?:post|message|topic|thread|comment|story)?[-_]*(?:author|user|poster|creator|nick)"
    r"(?:[-_]{0,2}(?:name|link))?|bigusername|posterinfo|postuser-name|byline|person(?:-listing|name)?)"
    r"(?![a-z]|_[a-z])",
    re.IGNORECASE,
)
# Elements whose names are those of readers, of people quoted, and of writers of other threads.
_OTHER_PLACE = re.compile(
    r"(?<![a-z])(?:related|similar|suggested|recommended|sidebar|last-?(?:post|reply)|online|quote"
    r"|breadcrumbs?|nav|navbar|menu|login|welcome|members?-?online|footer|widget)(?![a-z])",
    re.IGNORECASE,
)
_OTHER_TAGS = frozenset(("nav", "blockquote", "footer", "input", "label", "button"))
# “by heron » 4 Mar 2021”, “Post by heron on 4 March”, “heron | Posted in Boats”.
_WRITER_AND_TIME = re.compile(
    r"(?:(?:\S+ ){0,2}(?:by|von|par|por|od|от|від|door|av|af) )?"
    r"(?![#\d])([^\s»›·•|][^»›·•|]{0,38}?) (?:[»›·•|]|on|am) ",
    re.IGNORECASE,
)
_NO_USER = re.compile(r"^#|^\d|[:»›·•|]|\d[:.,/]|\s.*\s.*\s")  # numbers, times, and long lines
# “Started by heron”. The name after “Posted in” is that of a forum.
_SAYS_WHO = re.compile(r"(?:started|posted|asked|created|written|submitted) by[\s:]+", re.I)
_SAYS_WHERE = re.compile(r"\W*(?:(?:posted|started|asked|filed) )?(?:in|under)\b", re.I)
_MAX_ELEMENTS, _MAX_LEVELS_UP = 60, 8
_MAX_NAME_CHARS, _MAX_NAME_WORDS = 40, 4


def thread_starter(tree: LexborHTMLParser) -> str | None:
    """The user name of the writer of the first post; None if no element is marked as such.

    It is the first name after the h1, or the first on the page without one. A label such as
    “Log in” is a name only if the element is certain to name a writer, or recurs in other posts.
    """
    for selector in _SELECTORS:
        labels: list[str] = []
        found = tree.css(f"h1,{selector}")  # twice, if an element matches two parts
        nodes = list({node.mem_id: node for node in found}.values())
        start = next((i for i, node in enumerate(nodes) if node.tag == "h1"), 0)
        times = Counter(map(_marks_of, nodes))
        for node in (*nodes[start:][:_MAX_ELEMENTS], *nodes[:start][:_MAX_ELEMENTS]):
            if (name := _stated_name(node)) is None or _is_elsewhere(node):
                continue
            is_control = is_interface_label(name)
            is_doubtful = is_control or (" " in name and is_label(name))
            if not is_doubtful or _is_certain(node) or times[_marks_of(node)] > 1:
                return name
            labels += () if is_control else (name,)
        if labels:
            return labels[0]
    return None


def starter_on_line(line: str) -> str | None:
    """The user name on the line of plain text that names the writer of the first post.

    >>> starter_on_line("by heron_7 » 4 Mar 2021"), starter_on_line("heron_7 | Posted at noon")
    ('heron_7', 'heron_7')
    >>> starter_on_line("heron_7"), starter_on_line("#1 · Mar 4, 2021"), starter_on_line("Editor")
    ('heron_7', None, None)
    """
    found = _WRITER_AND_TIME.match(line)
    name = _checked(found[1] if found else line)
    if name is None or not (found or _may_be_user(name)):
        return None
    if has_role(name) or common_words(name)[0] > 1:
        return None
    return name


def _may_be_user(name: str) -> bool:
    """Whether a text may be a user name: no number, time, long line or label of the software."""
    return not _NO_USER.search(name) and not is_interface_label(name)


def _stated_name(node: LexborNode) -> str | None:
    """The name in an element that is marked as naming a writer."""
    stated = node.attributes
    for attribute in _NAME_ATTRIBUTES:
        if value := stated.get(attribute):
            return _checked(value)
    if not _is_certain(node) and not _WRITER_LABEL.search(stated.get("class") or ""):
        return None
    inner = node.css_first('[itemprop~="name"]')
    if inner is not None:
        return _checked(inner.attributes.get("content") or inner.text())
    if _SAYS_WHERE.match(node.text()):
        return None
    for link in node.css("a[href]"):
        if name := _checked(link.text()):
            return name
    return _checked(node.text(separator=" "))


def _is_certain(node: LexborNode) -> bool:
    """Whether an attribute of an element says that it names a writer."""
    stated = node.attributes
    marks = " ".join(stated.get(name) or "" for name in ("itemprop", "rel"))
    return "author" in marks.split() or any(map(stated.get, _NAME_ATTRIBUTES))


def _marks_of(node: LexborNode) -> tuple[str | None, ...]:
    """The tags and classes of an element and the one around it, which recur in each post."""
    around = node.parent
    outer = (around.tag, around.attributes.get("class")) if around is not None else ()
    return (node.tag, node.attributes.get("class"), *outer)


def _checked(text: str) -> str | None:
    """A text as a user name; None if it is empty, too long, or a label."""
    name = _SAYS_WHO.sub("", plain_text(text), count=1)
    is_short = 1 < len(name) <= _MAX_NAME_CHARS and len(name.split()) <= _MAX_NAME_WORDS
    return name if is_short and not name.endswith(":") and not is_nobody(name) else None


def _is_elsewhere(node: LexborNode) -> bool:
    """Whether an element stands in a menu, a quotation or a list of other threads."""
    at: LexborNode | None = node
    if node.tag == "body":  # names the reader
        return True
    for _ in range(_MAX_LEVELS_UP):
        if at is None or at.tag in ("body", "html"):
            return False
        label = f"{at.attributes.get('class') or ''} {at.attributes.get('id') or ''}"
        if at.tag in _OTHER_TAGS or _OTHER_PLACE.search(label):
            return True
        at = at.parent
    return False
