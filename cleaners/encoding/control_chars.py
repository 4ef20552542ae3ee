"""Takes out what nobody reads: control characters, terminal escapes, marks that hold no place."""

from __future__ import annotations

import re

_NEWLINES = ("\r\n", "\r", "\x85", "\u2028", "\u2029", "\x0b", "\x0c")
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[()*+\-./][0-9A-Za-z]"
    r"|[PX^_][^\x1b\n]*\x1b\\|[ -/]*[0-~])|\x9b[0-?]*[ -/]*[@-~]"
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufff9-\ufffc\ufffe\uffff\ud800-\udfff]")
_INVISIBLE = re.compile("[\xad\u200b\u2060-\u2064\u180e\ufeff]")
# A joiner or non-joiner stays beside letters that it shapes, and in emoji; elsewhere it is chrome.
_PLAIN = "\x00-\u058f\u1e00-\u200b\u2010-\u206f"
_JOINERS = re.compile(f"(?<![^{_PLAIN}])[\u200c\u200d]+(?![^{_PLAIN}])")
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(shy|ZeroWidthSpace|lrm|rlm)\b);?")
_NAMED = {"shy": "\xad", "ZeroWidthSpace": "\u200b", "lrm": "\u200e", "rlm": "\u200f"}
_UNSEEN = re.compile(f"[\x01-\x08\x0b\x0e-\x1f\x7f]|{_INVISIBLE.pattern}|{_DIRECTIONS.pattern}")


def unseen_read(markup: str) -> str:
    r"""Markup with its references to characters that nobody sees read, so that they can go.

    >>> unseen_read("har&shy;bour &#8217; &#x202E;") == "har\xadbour &#8217; \u202e"
    True
    """
    return _REFERENCE.sub(_read_if_unseen, markup) if "&" in markup else markup


def _read_if_unseen(found: re.Match[str]) -> str:
    number, hexadecimal, name = found.groups()
    code = int(number) if number else int(hexadecimal, 16) if hexadecimal else 0
    character = _NAMED[name] if name else chr(code) if code < 0x110000 else ""
    return character if _UNSEEN.fullmatch(character) else found[0]


def tidy(text: str) -> tuple[str, tuple[str, ...]]:
    r"""The text with line ends made normal and nothing unseen in it, and what was taken out.

    >>> tidy("one\r\ntwo\x1b[31m red\x1b[0m\x07")
    ('one\ntwo red', ('control characters were removed',))
    >>> tidy("می\u200cروم 👩\u200d🚒 plain\u200c text")[0]
    'می\u200cروم 👩\u200d🚒 plain text'
    """
    for newline in _NEWLINES:
        if newline in text:
            text = text.replace(newline, "\n")
    if text.replace("\n", "").replace("\t", "").replace("\xa0", "").isprintable():
        return text, ()  # nearly every page, and this look is the fastest there is
    if text.isascii():
        seen = text
    else:
        seen = _INVISIBLE.sub("", text)
        if "\u200c" in seen or "\u200d" in seen:
            seen = _JOINERS.sub("", seen)
        if _DIRECTIONS.search(seen) and not _RIGHT_TO_LEFT.search(seen):
            seen = _DIRECTIONS.sub("", seen)
    tidied = _CONTROLS.sub("", _ESCAPES.sub("", seen) if _has_escapes(seen) else seen)
    notes = []
    if len(tidied) != len(seen):
        notes.append("control characters were removed")
    if len(seen) != len(text):
        notes.append("invisible characters were removed")
    return tidied, tuple(notes)


def _has_escapes(text: str) -> bool:
    return "\x1b" in text or "\x9b" in text
