"""Reads the words that forum software writes around posts, as patterns for whole lines."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cleaners.rules.line_features import LineFeatures, cached_on_line

MARKS = " .!›»→▸▼▾+:…·•|#\u00a0"
"""The signs at the ends of labels, which the patterns leave out."""

MAX_CONTROL_CHARS = 40
"""The length of the longest line with what a reader of a post can do."""

_POST_NUMBER = re.compile(r"#\s?\d{1,6}|\d{1,6}\s?(?:#|楼|樓|층)")
# “4 posts • Page 1 of 1”, “查看: 312 | 回复: 3”
_COUNTS = r"\d+ \w+ [•·|] \w+ \d+ \w+ \d+$|\w+[:：] ?\d+ ?\| ?\w+[:：] ?\d+$"


@dataclass(frozen=True, slots=True)
class ForumWording:
    """Patterns for the lines of profiles, notices and controls, in case-folded text.

    `own_control` finds a control that only forums have in a row of controls.
    """

    fact: re.Pattern[str]
    detail: re.Pattern[str]
    notices: re.Pattern[str]
    controls: re.Pattern[str]
    own_control: re.Pattern[str]


@cache
def forum_wording() -> ForumWording:
    """The patterns, which are compiled once."""
    path = files("cleaners") / "data" / "forum.json"
    lists: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    lists["all_controls"] = lists["controls"] + lists["common_controls"]
    facts, details, ranks, notices, controls, own_controls = (
        "|".join(map(re.escape, sorted(map(_folded, lists[key]), key=len, reverse=True)))
        for key in ("facts", "details", "ranks", "notices", "all_controls", "controls")
    )
    return ForumWording(
        fact=re.compile(
            rf"({facts})\s*(?:[:：]\s*\S.{{0,40}}|[:：]?\s*\d[\d.,\s]{{0,9}}k?|[:：]?)"
        ),
        detail=re.compile(rf"(?:{details})\s*(?:[:：].{{0,40}}|\d[\d.,]*)?|(?:{ranks})"),
        notices=re.compile(rf"{notices}|{_COUNTS}"),
        controls=re.compile(rf"(?:{controls})(?:[\s|·•/,›-]+(?:{controls}|\d+))*"),
        own_control=re.compile(rf"(?<!\w)(?:{own_controls})(?!\w)"),
    )


@cached_on_line
def is_post_control(line: LineFeatures) -> bool:
    """Whether a line is the number of a post, or only what a reader of it can do: “Reply Quote”."""
    if len(line.text) > MAX_CONTROL_CHARS:
        return False
    number = _POST_NUMBER.match(line.text)
    label = line.text[number.end() :] if number else line.text
    bare = label.casefold().strip(MARKS)
    return (number is not None and not bare) or (
        forum_wording().controls.fullmatch(bare) is not None
    )


def is_forum_control(line: LineFeatures) -> bool:
    """Whether a line is controls of a post, of which one is on no other page than a thread.

    News and shops also have “Share” or “Follow” below each entry, but not “Quote”.
    """
    return is_post_control(line) and (
        _POST_NUMBER.match(line.text) is not None
        or forum_wording().own_control.search(line.text.casefold()) is not None
    )


def _folded(label: str) -> str:
    return label.casefold().rstrip(MARKS)
