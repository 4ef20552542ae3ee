"""Formats numbers and makes text harmless for people, in the same way everywhere."""

from __future__ import annotations

import re

# C0 and C1 controls, DEL, line and paragraph separators, and characters that override or isolate
# the direction of text (Boucher and Anderson, "Trojan Source", 2021).
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)


def counted(number: int, noun: str) -> str:
    """A number with its noun in the singular or plural.

    >>> counted(1, "page"), counted(2000, "page")
    ('1 page', '2,000 pages')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def escape_controls(text: str, keep: str = "") -> str:
    r"""Replace each character that could control a terminal or a page by a visible symbol.

    Characters in `keep` stay.

    >>> escape_controls("red: \x1b[31m")
    'red: ␛[31m'
    >>> escape_controls("over\u202eride")
    'over<U+202E>ride'
    """
    return _CONTROLS.sub(lambda match: match[0] if match[0] in keep else _sign(match[0]), text)


def _sign(control: str) -> str:
    number = ord(control)
    if number < 32:
        return chr(0x2400 + number)
    return "␡" if number == 127 else f"<U+{number:04X}>"
