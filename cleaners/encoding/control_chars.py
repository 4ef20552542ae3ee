"""Removes control characters, terminal escapes and invisible characters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaners.encoding.distinct_chars import unusual_chars

_NEWLINES = ("\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")
_NO_NEWLINES = {ord(newline[0]): None for newline in _NEWLINES}
_TERMINAL_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[()*+\-./][0-9A-Za-z]"
    r"|[PX^_][^\x1b\n]*\x1b\\|[ -/]*[0-~])|\x9b[0-?]*[ -/]*[@-~]"
)
_CONTROL_CHARS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufff9-\ufffc\ufffe\uffff\ud800-\udfff]")
_INVISIBLE_CHARS = re.compile("[\xad\u200b\u2060-\u2064\u180e\ufeff]")
# A zero-width joiner or non-joiner is kept next to emoji and letters whose shape depends on it.
_UNJOINED_SCRIPTS = "\x00-\u058f\u1e00-\u200b\u2010-\u206f"
_JOINERS = re.compile(f"(?<![^{_UNJOINED_SCRIPTS}])[\u200c\u200d]+(?![^{_UNJOINED_SCRIPTS}])")
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(shy|ZeroWidthSpace|lrm|rlm)\b);?")
_NAMED_REFERENCES = {"shy": "\xad", "ZeroWidthSpace": "\u200b", "lrm": "\u200e", "rlm": "\u200f"}
_UNSEEN_CHAR = re.compile(
    f"[\x01-\x08\x0b\x0e-\x1f\x7f]|{_INVISIBLE_CHARS.pattern}|{_DIRECTION_MARKS.pattern}"
)


def unescape_invisible(markup: str) -> str:
    r"""The markup with character references to invisible characters decoded, for later removal.

    >>> unescape_invisible("har&shy;bour &#8217; &#x202E;") == "har\xadbour &#8217; \u202e"
    True
    """
    if "&" not in markup or not any(map(_invisible, set(_REFERENCE.findall(markup)))):
        return markup
    return _REFERENCE.sub(lambda found: _invisible(found.groups("")) or found[0], markup)


def _invisible(reference: Sequence[str]) -> str:
    """The invisible character that the groups of `_REFERENCE` stand for; empty for other ones."""
    number, hexadecimal, name = reference
    code = int(number) if number else int(hexadecimal, 16) if hexadecimal else 0
    character = _NAMED_REFERENCES[name] if name else chr(code) if code < 0x110000 else ""
    return character if _UNSEEN_CHAR.fullmatch(character) else ""


def strip_control_chars(text: str) -> tuple[str, tuple[str, ...]]:
    r"""The text with LF line ends and without invisible characters, and notes on the removals.

    >>> strip_control_chars("one\r\ntwo\x1b[31m red\x1b[0m\x07")
    ('one\ntwo red', ('control characters were removed',))
    >>> strip_control_chars("می\u200cروم 👩\u200d🚒 plain\u200c text")[0]
    'می\u200cروم 👩\u200d🚒 plain text'
    """
    unusual = unusual_chars(text)
    for newline in _NEWLINES:
        if newline[0] in unusual:
            text = text.replace(newline, "\n")
    unusual = unusual.translate(_NO_NEWLINES)
    seen = text
    if _INVISIBLE_CHARS.search(unusual):
        seen = _INVISIBLE_CHARS.sub("", seen)
    if "\u200c" in unusual or "\u200d" in unusual:
        seen = _JOINERS.sub("", seen)
    if _DIRECTION_MARKS.search(unusual):
        # Line by line, so that one line doesn't affect the others.
        seen = "\n".join(
            line if _RIGHT_TO_LEFT.search(line) else _DIRECTION_MARKS.sub("", line)
            for line in seen.split("\n")
        )
    tidied = seen
    if _CONTROL_CHARS.search(unusual):
        tidied = _TERMINAL_ESCAPES.sub("", tidied) if _has_escapes(tidied) else tidied
        tidied = _CONTROL_CHARS.sub("", tidied)
    notes = []
    if len(tidied) != len(seen):
        notes.append("control characters were removed")
    if len(seen) != len(text):
        notes.append("invisible characters were removed")
    return tidied, tuple(notes)


def _has_escapes(text: str) -> bool:
    return "\x1b" in text or "\x9b" in text
