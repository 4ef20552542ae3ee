"""Reads authors and dates from elements whose class, id, rel or itemprop labels them as such."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from cleaners.encoding.control_chars import strip_control_chars
from cleaners.metadata.author_statements import metadata_authors
from cleaners.rules.author_names import is_label
from cleaners.rules.byline_labels import labels_writer, names_other_work
from cleaners.rules.bylines import people
from cleaners.rules.interface_labels import is_interface_label

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

# Elements that name an author, and the attributes that label them.
_AUTHOR_SELECTOR = (
    '[rel~="author"],[itemprop~="author"],[class*="author" i],[class*="byline" i],[id*="author" i]'
)
_AUTHOR_TAGS = frozenset("a address b cite div em h1 h2 h3 h4 h5 h6 li p span strong td".split())
_AUTHOR_ATTRIBUTES = frozenset(("class", "id", "rel", "itemprop"))
_AUTHOR_NAME = re.compile(r"author[-_]{0,2}(?:(?:bio|box|card|info)[-_]{0,2})?(?:full[-_]?)?name")
_NOT_AUTHOR_WORDS = re.compile(r"related|comment|avatar|share|more-|footer", re.I)
# The profile of the author, and the elements in it that may have the name.
_PROFILE = re.compile(
    r"authors?[-_]{0,2}(?:bio|box|card|info|profile)(?![a-z]|[-_]{0,2}name)", re.I
)
_PROFILE_NAME, _MAX_PROFILE_NAMES = "h2,h3,h4,h5,h6,strong,b,a[href]", 4
# A text that an element for a name may have instead: a date, a label, an account of the software.
_NO_AUTHOR = re.compile(r"\d|[:?!]$|^\W*$")
# The ranks of a name in a profile, and of one that isn't a person's, such as “Quay Boats Team”.
_IN_PROFILE, _ANY_NAME = 3, 4
_MAX_NAME_WORDS = 4
_MAX_AUTHOR_CHARS = 120  # an element with this much text or more is no byline
_MAX_AUTHOR_ELEMENTS = 60
_STORY_LIST_WORDS = re.compile(
    r"related|comment|popular|most-?read|trending|recommend|latest|river|more-(?:stories|news|from)",
    re.I,
)
# Ancestors of an element, and headings in each of them, that are searched for another headline.
_MAX_LEVELS_UP, _MAX_HEADINGS = 8, 20
_HEADLINE_WORDS = 4  # from this many words on, a heading is a headline
_TOPIC = re.compile(r"(?<!\S)(?:category|tag|topic)-\S+")
_MAX_TEASER_CHARS = 1500  # characters of an element that has only another story's teaser
_INLINE_TAG = re.compile(r"<[^<>]*>")
_DATE_SELECTOR = '[itemprop~="datePublished"],[itemprop~="dateCreated"],[itemprop~="dateModified"]'
_REPLY_TYPE = re.compile(r"/(?:Answer|Comment|UserComments|Review)\b")
_MAX_DATE_ELEMENTS = 40
_MIN_HEADLINE_CHARS = 10


@dataclass(frozen=True, slots=True)
class Authors:
    """Names of authors. `are_doubtful` is True if they may be sites or accounts, not people."""

    names: tuple[str, ...] = ()
    are_doubtful: bool = False


def labelled_authors(
    tree: LexborHTMLParser, titles: Set[str], language: str | None = None
) -> Authors:
    """The authors in the element with the most reliable label; empty if there are none.

    `titles` are the page's titles in the form of `letters_only`; `language` is the stated one.
    """
    found: dict[int, tuple[str, ...]] = {}
    for node in tree.css(_AUTHOR_SELECTOR)[:_MAX_AUTHOR_ELEMENTS]:
        names = {
            name: value or ""
            for name, value in node.attributes.items()
            if name in _AUTHOR_ATTRIBUTES
        }
        label = " ".join(names.values())
        is_name = _AUTHOR_NAME.search(label.lower())
        if node.tag not in _AUTHOR_TAGS or (_NOT_AUTHOR_WORDS.search(label) and not is_name):
            continue
        if _PROFILE.search(label):
            if _IN_PROFILE not in found and not is_of_another_story(node, titles):
                found |= _names_in_profile(node, language)
            continue
        rank = _author_rank(names)
        if rank in found or is_of_another_story(node, titles):
            continue
        text = plain_text(node.text(separator=" "))
        if not 2 < len(text) < _MAX_AUTHOR_CHARS or names_other_work(text):
            continue
        if authors := metadata_authors([text], language, strict=True):
            found[rank] = authors
            if rank == 0:
                break
        elif is_name and _may_be_team(text, language):
            found.setdefault(_ANY_NAME, people(metadata_authors([text], language)))
    rank = min(found, default=_ANY_NAME)
    return Authors(found.get(rank, ()), are_doubtful=rank == _ANY_NAME)


def _names_in_profile(node: LexborNode, language: str | None) -> dict[int, tuple[str, ...]]:
    """The first name of a person in the profile of the author, by its rank; empty if none."""
    for inner in node.css(_PROFILE_NAME)[:_MAX_PROFILE_NAMES]:
        text = plain_text(inner.text(separator=" "))
        if not 2 < len(text) < _MAX_AUTHOR_CHARS or names_other_work(text):
            continue
        authors = metadata_authors([text], language, strict=True)
        if authors and not any(map(is_label, authors)) and not is_interface_label(text, language):
            return {_IN_PROFILE: authors}
    return {}


def _may_be_team(text: str, language: str | None) -> bool:
    """Whether a text may name a team or an account: it is short, and no date and no label."""
    is_short = len(text.split()) <= _MAX_NAME_WORDS
    says_label = labels_writer(text) is not None or is_interface_label(text, language)
    return is_short and not says_label and not _NO_AUTHOR.search(text)


def is_of_another_story(node: LexborNode, titles: Set[str]) -> bool:
    """Whether an element belongs to another story, in a list of stories."""
    at = node.parent
    for _ in range(_MAX_LEVELS_UP):
        if at is None or at.tag in ("body", "html") or at.css_first("h1") is not None:
            return False
        if _STORY_LIST_WORDS.search(frame_label(at)):
            return True
        headings = at.css("h2,h3,h4") if at.tag != "li" else at.css("h2,h3,h4,a[href]")
        texts = [heading.text() for heading in headings[:_MAX_HEADINGS]]
        if any(letters_only(text) in title for text in texts for title in titles if len(text) > 9):
            return False
        # In an element with more text, the headings may be those within the page's own story.
        is_long = bool(headings) and len(at.text()) > _MAX_TEASER_CHARS
        if is_long and at.tag == "article":
            return False
        for heading, text in zip(headings, texts, strict=False):
            n_words = len(text.split())
            if (n_words >= _HEADLINE_WORDS and not is_long) or (
                n_words > 2 and _is_linked(heading)
            ):
                return True
        at = at.parent
    return False


def frame_label(node: LexborNode) -> str:
    """The class and id of an element, without the names of a post's topics that WordPress adds."""
    return _TOPIC.sub("", f"{node.attributes.get('class')} {node.attributes.get('id')}")


def _is_linked(node: LexborNode) -> bool:
    inside = node.tag == "a" or (node.parent is not None and node.parent.tag == "a")
    return inside or node.css_first("a[href]") is not None


def _author_rank(names: dict[str, str]) -> int:
    """How reliably an element's attributes say that it names the author: 0 (best) to 2."""
    label = f"{names.get('class')} {names.get('id')}".lower()
    if {"author"} & {names.get("rel"), names.get("itemprop")} or _AUTHOR_NAME.search(label):
        return 0
    return 1 if "byline" in label else 2


def plain_text(text: str) -> str:
    """A value without tags, entities, control characters and repeated blanks."""
    if "&" in text:
        text = unescape(text)
    text = " ".join((_INLINE_TAG.sub("", text) if "<" in text else text).split())
    return text if text.isprintable() else strip_control_chars(text)[0].strip()


def letters_only(text: str) -> str:
    """The letters and digits of a text, case folded, for comparisons."""
    return "".join(char for char in text.casefold() if char.isalnum())


def labelled_dates(tree: LexborHTMLParser, titles: Set[str]) -> dict[str, str]:
    """The first value of each date property in the page's microdata, by lower-case name.

    Dates of answers, comments and other stories are left out. `titles` are the page's titles in the
    form of `letters_only`.
    """
    found: dict[str, str] = {}
    for node in tree.css(_DATE_SELECTOR)[:_MAX_DATE_ELEMENTS]:
        stated = node.attributes
        name = (stated.get("itemprop") or "").split()[0].lower()
        value = stated.get("content") or stated.get("datetime") or node.text()
        if name in found or not value.strip() or _is_in_reply(node):
            continue
        if _has_headline_of(_item_around(node), titles) or not is_of_another_story(node, titles):
            found[name] = " ".join(value.split())
    return found


def _item_around(node: LexborNode) -> LexborNode | None:
    """The microdata item that an element is in."""
    at: LexborNode | None = node
    while at is not None and not at.attributes.get("itemtype"):
        at = at.parent
    return at


def _is_in_reply(node: LexborNode) -> bool:
    item = _item_around(node)
    return item is not None and bool(_REPLY_TYPE.search(item.attributes.get("itemtype") or ""))


def _has_headline_of(item: LexborNode | None, titles: Set[str]) -> bool:
    """Whether the headline of a microdata item is a title of the page."""
    headline = item.css_first('[itemprop~="headline"]') if item is not None else None
    if headline is None:
        return False
    letters = letters_only(headline.attributes.get("content") or headline.text())
    return len(letters) >= _MIN_HEADLINE_CHARS and any(letters in title for title in titles)
