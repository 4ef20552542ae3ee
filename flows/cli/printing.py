"""Writes for a person: colours only on terminals, a page's own control characters made harmless."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable
from typing import TextIO

_STYLES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}

# C0 and C1 controls, DEL, line and paragraph separators, and what overrides or isolates the
# direction of text (Boucher and Anderson, "Trojan Source", 2021); tab and newline may stay.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_HARMFUL_IN_LINE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)

_PIPE_WIDTH = 100


class Printer:
    """Writes lines to a stream, with colour if a person looks at it and wants any."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.terminal = self.stream.isatty()
        self.colour = (
            self.terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        )
        self.width = max(40, shutil.get_terminal_size((_PIPE_WIDTH, 24)).columns)

    def line(self, text: str = "") -> None:
        """Writes one line."""
        self.stream.write(text + "\n")

    def paint(self, text: str, *styles: str) -> str:
        """The text in a colour or weight, or as it is where colours aren't wanted."""
        if not self.colour or not text or not styles:
            return text
        return f"\x1b[{';'.join(_STYLES[style] for style in styles)}m{text}\x1b[0m"

    def json(self, value: object) -> None:
        """Writes a value as one line of JSON, and at once."""
        self.line(self.as_json(value))
        self.stream.flush()

    def json_list(self, values: Iterable[object]) -> None:
        """Writes values as one line of JSON, each as it comes."""
        lead = "["
        for value in values:
            self.stream.write(lead + self.as_json(value))
            lead = ", "
        self.line("[]" if lead == "[" else "]")

    def as_json(self, value: object) -> str:
        """A value as JSON in UTF-8, or escaped where the stream can't hold that."""
        encoding = getattr(self.stream, "encoding", None) or "utf-8"
        utf8 = encoding.lower().replace("-", "") == "utf8"
        return json.dumps(value, ensure_ascii=not utf8, allow_nan=False)


def on_stderr() -> Printer:
    """For what is not the answer: complaints, and notes on the answer."""
    return Printer(sys.stderr)


def harmless(text: str, lines: bool = False) -> str:
    r"""The text with whatever could steer a terminal shown as a sign; newlines stay if `lines`.

    >>> harmless("red: \x1b[31m")
    'red: ␛[31m'
    >>> harmless("over\u202eride")
    'over<U+202E>ride'
    """
    return (_HARMFUL if lines else _HARMFUL_IN_LINE).sub(_sign, text)


def _sign(match: re.Match[str]) -> str:
    number = ord(match.group())
    if number < 32:
        return chr(0x2400 + number)
    return "␡" if number == 127 else f"<U+{number:04X}>"


def cells(text: str) -> int:
    """How many columns of a terminal a line takes: East Asian characters take two, accents none."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return 0 if unicodedata.category(character) in ("Mn", "Me", "Cf") else 1


def shorten(text: str, width: int, keep_end: bool = False) -> str:
    """The text within `width` columns, with … for what is left out at its end, or at its start."""
    if cells(text) <= width:
        return text
    kept, used = [], 1
    for character in reversed(text) if keep_end else text:
        used += _cells(character)
        if used > width:
            break
        kept.append(character)
    return "…" + "".join(reversed(kept)) if keep_end else "".join(kept) + "…"


def tell_person(what: str) -> None:
    """Says on stderr, at once, how things stand."""
    on_stderr().line(f"presswash: {harmless(what)}")
    sys.stderr.flush()
