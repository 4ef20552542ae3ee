"""Reads JSON that breaks the rules in the ways that web pages do.

Python's decoder says where it stopped and what it expected there. Each repair changes the text at
that place, and the decoder starts again. The libraries for such text take minutes for some inputs
of a few kilobytes, so the number of repairs is limited instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

_MAX_REPAIRS = 60  # for one script
_MAX_REPAIRED_CHARS = 200_000  # characters of a script that is repaired
_DECODER = json.JSONDecoder(strict=False)
_WRAPPING = re.compile(r"^\s*(?:(?://|/\*)?\s*<!(?:\[CDATA\[|--)\s*(?:\*/)?)?\s*")
_BETWEEN_VALUES = re.compile(r"(?:[\s;,]|(?://|/\*)?\s*(?:\]\]>|-->)\s*(?:\*/)?)*")
# A string, or a comment outside strings.
_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\Z)|/\*.*?(?:\*/|\Z)|//[^\n]*', re.S)
_KEY = re.compile(r'"[^"\n]{1,80}"\s*:')
_BARE_KEY = re.compile(r"'([^'\"\n]{1,80})'(?=\s*:)|([A-Za-z_$][\w$]{0,80})(?=\s*:)")
_OTHER_QUOTE = re.compile("['“”]")  # where a script has no straight double ones
_SINGLE_QUOTED = re.compile(r"'((?:[^'\"\\\n]|\\.)*)'(?=\s*[,}\]])")


def read_json_values(text: str) -> Iterator[Any]:
    """The values in a script, one after the other; those before the first that can't be read.

    >>> list(read_json_values('{"a": "say "no" to it" "b": [1,],};{"a": 2}'))
    [{'a': 'say "no" to it', 'b': [1]}, {'a': 2}]
    """
    text = _WRAPPING.sub("", text, count=1)
    if "&quot;" in text and text.count('"') < text.count("&quot;"):
        text = unescape(text)
    if '"' not in text:
        text = _OTHER_QUOTE.sub('"', text)
    at, repairs = 0, 0
    while True:
        found = _BETWEEN_VALUES.match(text, at)
        at = found.end() if found else at
        if at >= len(text):
            return
        try:
            value, at = _DECODER.raw_decode(text, at)
        except json.JSONDecodeError as error:
            repaired = _without_comments(text, at) if not repairs else text
            if repaired == text and len(text) < _MAX_REPAIRED_CHARS:
                repaired = _repair(text, error, at)
            repairs += 1
            if repaired == text or repairs > _MAX_REPAIRS:
                return
            text = repaired
        except (RecursionError, ValueError):  # too deep, or a number of thousands of digits
            return
        else:
            yield value


def _without_comments(text: str, start: int) -> str:
    if "/*" not in text and "//" not in text:
        return text
    rest = _STRING_OR_COMMENT.sub(lambda m: m[0] if m[0][0] == '"' else " ", text[start:])
    return text[:start] + rest


def _repair(text: str, error: json.JSONDecodeError, start: int) -> str:
    """The text with the fault at an error's place repaired; as it is where that isn't possible."""
    at = error.pos
    match error.msg.split(maxsplit=2)[:2]:
        case ["Invalid", "\\escape" | "\\escape:" | "\\uXXXX"]:
            return f"{text[:at]}\\{text[at:]}"
        case ["Illegal", "trailing"]:
            return text[:at] + text[at + 1 :]
        case ["Expecting", "':'"]:
            return _escape_quotes(text, at, start, 3)
        case ["Expecting", "','"]:
            return _repair_after_value(text, at, start)
        case ["Expecting", "value" | "property"]:
            return _repair_before_value(text, at, start)
    return text


def _repair_after_value(text: str, at: int, start: int) -> str:
    """A comma where it is missing, or a backslash before the quote that ended the value."""
    before, following = text[:at].rstrip(), text[at : at + 1]
    if following == ";":
        return f"{text[:at]},{text[at + 1 :]}"
    if before.endswith(('"', "}", "]")) and (_KEY.match(text, at) or following in ("{", "[")):
        return f"{text[:at]},{text[at:]}"
    return _escape_quotes(text, at, start, 1) if before.endswith('"') else text


def _repair_before_value(text: str, at: int, start: int) -> str:
    """One comma less, quotes around a bare name, or a backslash before the quote above."""
    before, rest = text[:at].rstrip(), text[at:]
    if rest.lstrip()[:1] in ("}", "]", ",") and before.endswith(","):
        return before[:-1] + rest
    if rest[:1] in (",", "}") and before.endswith(":"):
        return f"{text[:at]}null{rest}"
    bare = _SINGLE_QUOTED.match(rest) or _BARE_KEY.match(rest)
    if bare:
        return f'{text[:at]}"{bare[bare.lastindex or 0]}"{rest[bare.end() :]}'
    return _escape_quotes(text, at, start, 1)


def _escape_quotes(text: str, end: int, start: int, which: int) -> str:
    """The text with a backslash before the last unescaped quote before `end`.

    With `which` 3, before the second and the third from the end: those around `", "` in a string.
    """
    places: list[int] = []
    at = end
    while len(places) < which:
        at = text.rfind('"', start, at)
        if at < 0:
            return text
        if text[at - 1 : at] != "\\":
            places.append(at)
    for place in places[-2:]:
        text = f"{text[:place]}\\{text[place:]}"
    return text
