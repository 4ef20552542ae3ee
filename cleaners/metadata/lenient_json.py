"""Parses invalid JSON with the errors that are common in web pages.

The parser makes a single pass without backtracking, so its time is linear. JSON repair libraries
take minutes for some inputs of a few kilobytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

_MAX_CHARS = 200_000  # longer scripts are skipped
_MAX_VALUES = 60  # values of one script that are parsed
_MAX_DEPTH = 60  # levels of nested objects and arrays
_QUOTE_REFERENCE = re.compile(r"&(?:amp;)?(?:quot|#0*34|#[xX]0*22);")
_OTHER_QUOTE = re.compile("['“”„]")  # used if a script has no straight double quotes
_OPENING = re.compile(r"[{\[]")
_WRAPPING = re.compile(r"\s*(?:(?://|/\*)?\s*<!(?:\[CDATA\[|--)\s*(?:\*/)?)?")
_GAP = re.compile(
    r"(?:[\s\u200b\u2060\ufeff]|(?://)?\s?(?:\]\]>|-->|<!\[CDATA\[)|<!--.*?(?:-->|\Z)"
    r"|/\*.*?(?:\*/|\Z)|//[^\n]*)*",
    re.S,
)
_COLON = re.compile(r"=>|[:=]")
_BARE_NAME = re.compile(r"[\w$@.-]{1,80}")
_BARE_VALUE = re.compile(r"[^,;{}\[\]\n\"]{1,200}")
_WORDS = {"true": True, "false": False, "null": None, "none": None, "undefined": None, "nan": None}
_KEY = r"(?:\"[^\"\\\n]{1,80}\"\s*+:|[A-Za-z_$@][\w$@]{0,40}\s*+:\s*+[\"'\[{\dtfn-])"
# A string ends at a quote that is followed by what may follow a value, or before a key on the next
# line. Other quotes are part of the string. Escaped characters are matched first, to skip them.
_NEXT_LINE = r"(?<!\s)\\?\"?[ \t\r]*+[,;]?[ \t\r]*+\n\s*+(?=\"[^\"\\\n]{1,80}\"\s*+:)"
_END_IN_OBJECT = re.compile(
    rf"{_NEXT_LINE}|\\.|\"(?=\s*(?:[,;]\s*(?:{_KEY}|[}}\],;]|//|/\*|<!--|\Z)"
    rf"|[}}\]]\s*(?:[,;}}\]{{/<-]|\Z|\"[^\"\n]{{1,80}}\"\s*:)|{_KEY}|//|/\*|\Z))",
    re.S,
)
_END_IN_ARRAY = re.compile(
    rf"{_NEXT_LINE}|\\.|\"(?=\s*(?:[,;]\s*(?:[\"'{{\[\]\d}}tfn/-]|\Z)|[\]}}\"{{]|:\s*[\"{{\[]|\Z))",
    re.S,
)
_END_OF_KEY = re.compile(r"\\.|\"|\n", re.S)
_END_OF_OTHER = re.compile(r"\\.|['“”„](?=\s*(?:[,:;}\]]|\Z))|\n", re.S)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([^u]))", re.S)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": " ", "f": " "}


def read_json_values(text: str) -> Iterator[Any]:
    """The objects and arrays at the top level of a script; what can't be parsed is skipped.

    Unescaped quotes inside a string are kept. A truncated script is closed at its end.

    >>> list(read_json_values('{"a": "say "no" to it" "b": [1,],};{"a": 2}'))
    [{'a': 'say "no" to it', 'b': [1]}, {'a': 2}]
    """
    if len(text) > _MAX_CHARS:
        return
    references = len(_QUOTE_REFERENCE.findall(text))
    if references > text.count('"'):
        text = unescape(unescape(text))
    if '"' not in text:
        text = _OTHER_QUOTE.sub('"', text)
    wrapping = _WRAPPING.match(text)
    reader = _Reader(text, wrapping.end() if wrapping else 0)
    for _ in range(_MAX_VALUES):
        opening = _OPENING.search(text, reader.at)
        if opening is None:
            return
        reader.at = opening.start()
        try:
            yield reader.value(_MAX_DEPTH)
        except RecursionError:
            return


class _Reader:
    """Parses one value after another from `text`, starting at index `at`."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at

    def value(self, depth: int, *, in_array: bool = False) -> Any:
        """The value at this index; raises RecursionError if it is nested too deeply."""
        if not depth:
            raise RecursionError
        match self._next():
            case "{":
                return self._object(depth)
            case "[":
                return self._array(depth)
            case '"':
                return self._string(_END_IN_ARRAY if in_array else _END_IN_OBJECT)
            case "'" | "“" | "”" | "„":
                return self._string(_END_OF_OTHER)
        return self._bare_value()

    def _next(self) -> str:
        """The character after white space and comments; empty at the end of the text."""
        if found := _GAP.match(self.text, self.at):
            self.at = found.end()
        return self.text[self.at : self.at + 1]

    def _next_part(self) -> str:
        """The character after white space, comments and commas; empty at the end of the text."""
        while (char := self._next()) and char in ",;":
            self.at += 1
        return char

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self.at += 1
        while (char := self._next_part()) and char not in "}]":
            start = self.at
            if (key := self._key(char)) is not None:
                colon = _COLON.match(self.text, self.at) if self._next() else None
                self.at = colon.end() if colon else self.at
                if self._next() in (",", ";", "}", "]", ""):
                    found.setdefault(key, None)
                else:
                    found[key] = self.value(depth - 1)
            self.at = max(self.at, start + 1)
        if char == "}":
            self.at += 1
        return found

    def _key(self, char: str) -> str | None:
        if char == '"':
            return self._string(_END_OF_KEY)
        if char in "'“”„":
            return self._string(_END_OF_OTHER)
        bare = _BARE_NAME.match(self.text, self.at)
        self.at = bare.end() if bare else self.at
        return bare[0] if bare else None

    def _array(self, depth: int) -> list[Any]:
        found: list[Any] = []
        self.at += 1
        while (char := self._next_part()) and char not in "}]":
            start = self.at
            value = self.value(depth - 1, in_array=True)
            if isinstance(value, str) and self._next() == ":":
                self.at = start  # this is a key, so the closing bracket of the array is missing
                return found
            found.append(value)
            self.at = max(self.at, start + 1)
        if char == "]":
            self.at += 1
        return found

    def _string(self, end_of_string: re.Pattern[str]) -> str:
        start = self.at + 1
        end = len(self.text)
        self.at = end
        for found in end_of_string.finditer(self.text, start):
            if found[0][0] != "\\" or "\n" in found[0]:
                end, self.at = found.start(), found.end()
                break
        raw = self.text[start:end]
        if "\\" not in raw:
            return raw
        text = _ESCAPE.sub(_unescaped, raw)
        # Characters above U+FFFF are escaped as two surrogates, which UTF-16 joins.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")

    def _bare_value(self) -> Any:
        found = _BARE_VALUE.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        text = found[0].strip()
        if text.casefold() in _WORDS:
            return _WORDS[text.casefold()]
        return int(text) if text.isdecimal() and text.isascii() else text


def _unescaped(found: re.Match[str]) -> str:
    code, char = found.groups()
    return chr(int(code, 16)) if code else _ESCAPED.get(char, char)
