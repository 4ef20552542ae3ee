"""Converts Hebrew from visual order, as in old ISO 8859-8 pages, to logical (reading) order.

Text in visual order is stored as it appears on screen, from left to right, so every line runs
backwards. Five Hebrew letters have a special form at the end of a word. If they are mostly found at
the start of words, the text is in visual order.
"""

from __future__ import annotations

import re
from html import escape, unescape

from cleaners.encoding.distinct_chars import unusual_chars

_FINAL = "ךםןףץ"
_STARTS = re.compile(rf"(?<![\u05d0-\u05ea])[{_FINAL}](?=[\u05d0-\u05ea])")
_ENDS = re.compile(rf"(?<=[\u05d0-\u05ea])[{_FINAL}](?![\u05d0-\u05ea])")
_HEBREW = re.compile("[\u05d0-\u05ea]")
_TAG_OR_LINE_END = re.compile(r"(<[^<>]*>|\n)")
# Text that runs from left to right within a Hebrew line: foreign words, numbers, times and dates.
_LEFT_TO_RIGHT = re.compile(
    r"[%°]?[^\W_\u05d0-\u05ea]+(?:[^\w\s][^\W_\u05d0-\u05ea]+| [A-Za-z][^\W_\u05d0-\u05ea]*)*%?"
)
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
# Text is in visual order only if at least this many words start with a final form.
_MIN_FINALS = 3


def repair_visual_hebrew(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with its Hebrew lines in logical order, and a note if any line changed.

    >>> repair_visual_hebrew("םינש 12 ירחא םירשגה םיחתפנ בוש")[0]
    'שוב נפתחים הגשרים אחרי 12 שנים'
    """
    if not _HEBREW.search(unusual_chars(text)):
        return text, ()
    starts = len(_STARTS.findall(text))
    if starts < _MIN_FINALS or starts <= 3 * len(_ENDS.findall(text)):
        return text, ()
    parts = [
        part if part.startswith("<") or not _HEBREW.search(part) else _reversed(part)
        for part in _TAG_OR_LINE_END.split(text)
    ]
    return "".join(parts), ("Hebrew in visual order was reversed",)


def _reversed(line: str) -> str:
    if "&" in line:
        return escape(_reversed(unescape(line).replace("&", "\x00")), quote=False).replace(
            "\x00", "&amp;"
        )
    turned = line[::-1].translate(_MIRRORED)
    return _LEFT_TO_RIGHT.sub(lambda found: found[0][::-1].translate(_MIRRORED), turned)
