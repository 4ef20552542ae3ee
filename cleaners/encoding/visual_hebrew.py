"""Turns Hebrew in visual order into reading order, as old pages in ISO 8859-8 need it.

Such text is stored as it is shown, from left to right. Five Hebrew letters have another form at the
end of a word: where they begin words instead, the lines run backwards.
"""

from __future__ import annotations

import re
from html import escape, unescape

_FINAL = "ךםןףץ"
_STARTS = re.compile(rf"(?<![\u05d0-\u05ea])[{_FINAL}](?=[\u05d0-\u05ea])")
_ENDS = re.compile(rf"(?<=[\u05d0-\u05ea])[{_FINAL}](?![\u05d0-\u05ea])")
_HEBREW = re.compile("[\u05d0-\u05ea]")
_TAG_OR_LINE_END = re.compile(r"(<[^<>]*>|\n)")
# What runs from left to right within a line: words in other letters, numbers, times and dates.
_LEFT_TO_RIGHT = re.compile(
    r"[%°]?[^\W_\u05d0-\u05ea]+(?:[^\w\s][^\W_\u05d0-\u05ea]+| [A-Za-z][^\W_\u05d0-\u05ea]*)*%?"
)
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_MIN_FINALS = 3  # words that begin with a final form


def repair_visual_hebrew(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with its Hebrew lines in reading order, and a note if that changed it.

    >>> repair_visual_hebrew("םינש 12 ירחא םירשגה םיחתפנ בוש")[0]
    'שוב נפתחים הגשרים אחרי 12 שנים'
    """
    if text.isascii() or not _HEBREW.search(text):
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
