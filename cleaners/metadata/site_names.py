"""Separates a page's title from the name of its site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from urllib.parse import urlsplit

from cleaners.text.unspaced import UNSPACED_CHAR

_UNSPACED_CHAR = re.compile(UNSPACED_CHAR)
# Separators between a headline and the name of the site or section.
SITE_SEPARATOR = re.compile(
    r"\s+(?:[-–—―|¦ǀ•·●▪*★»›«‹/<>~→►▶▷▸]|::|_)\s+|\s*[|｜：]+\s*|(?P<colon>:)\s+"
    r"|(?<=[^\x00-\u02ff])(?:[-–—_／/](?=[^\x00-\u02ff])|_(?=\w))|\s+\[(?=[^\[\]]+\]$)"
)
_VIEW_LABEL = re.compile(
    r"^.{0,80}?(?:view topic|view forum|просмотр темы|перегляд теми|thema anzeigen|ver tema"
    r"|voir le sujet|zobacz temat|leggi argomento|visualizza argomento|bekijk onderwerp"
    r"|konuyu görüntüle) ?[-–:•] ",
    re.IGNORECASE,
)
# Site names are not searched in longer titles, or only up to this length, to limit the time.
MAX_TITLE_CHARS = 500


def strip_site_name(title: str, own: Set[str], others: Iterable[str] = ()) -> str:
    """A title without the site's name, or cut to its start if that is one of `others`.

    `own` are the names of the site in the form of `folded_title`; `others` are other titles of the
    page. Titles over 500 characters are returned unchanged, to limit the time.
    """
    joints = list(SITE_SEPARATOR.finditer(title)) if len(title) <= MAX_TITLE_CHARS else []
    if not joints:
        return title
    rests = {folded_title(other) for other in others}
    for joint in joints:
        before, after = title[: joint.start()], title[joint.end() :]
        if not joint["colon"] and is_whole(before) and folded_title(before) in rests:
            return before
        if before and folded_title(after.rstrip("]")) in own:
            return strip_site_name(before, own)
        if after and folded_title(before) in own:
            return strip_site_name(after, own)
    return title


def with_site_before(title: str, stated: Iterable[str], own: Set[str]) -> str:
    """A title with the site's name before it, as in a stated one: “The Quay: news of Orwell”.

    `own` are the names of the site in the form of `folded_title`.
    """
    for one in stated:
        for joint in SITE_SEPARATOR.finditer(one[:MAX_TITLE_CHARS]):
            if folded_title(one[: joint.start()]) in own and one.startswith(title, joint.end()):
                return one[: joint.end() + len(title)]
    return title


def is_front_page(url: str | None) -> bool:
    """Whether a URL is that of a site's front page."""
    return url is not None and urlsplit(url).path in ("", "/")


def without_view_label(title: str) -> str:
    """A title without what phpBB writes before it.

    >>> without_view_label("Quay Boats • View topic - Pump stops")
    'Pump stops'
    """
    return _VIEW_LABEL.sub("", title, count=1)


def is_whole(part: str) -> bool:
    """Whether part of a title is long enough for a headline: 2 words, or 4 Thai or Han letters."""
    return " " in part or len(_UNSPACED_CHAR.findall(part)) > 3


def folded_title(text: str) -> str:
    """The letters and digits of a title, case folded, for comparisons."""
    return "".join(c for c in text.casefold() if c.isalnum())
