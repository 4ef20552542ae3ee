"""Reverses UTF-8 that was decoded in an East Asian encoding, or with sound characters beside it.

Text in another encoding is valid UTF-8 by chance only for a character or two, so what is valid
needs no other evidence.
"""

from __future__ import annotations

import re

_EAST_ASIAN = ("gb18030", "cp932", "big5hkscs", "cp949")
_EAST_ASIAN_CHAR = re.compile("[\u3040-\u9fff\uac00-\ud7a3\uff61-\uff9f]")
_INSIDE_WORD = re.compile(
    f"(?<=[A-Za-z]){_EAST_ASIAN_CHAR.pattern}|{_EAST_ASIAN_CHAR.pattern}(?=[A-Za-z])"
)
_LOST = b"\x1a"  # stands for a character whose byte is unknown
_LOST_RUN = re.compile("\ufffd\x1a+|\x1a+\ufffd|\x1a")
_MIN_CHARS = 6  # characters of a line that is looked at
_MIN_DECODED = 3  # characters beyond ASCII that come out
_MAX_LOST_SHARE = 0.3  # of the characters that come out; of sound text nearly all are lost
# A character of UTF-8 as Latin-1, with a byte that was lost, or a blank that was A0; and what is
# left of one that was lost, but no accented letter before another letter.
_SEQUENCE = re.compile(
    "[\xc2-\xdf][\x80-\xbf\x1a]|[\xe0-\xef][\x80-\xbf\x1a]{2}|[\xf0-\xf4][\x80-\xbf\x1a]{3}"
    "|\xc3 (?=[ .,;:!?)]|$)|[\xc2-\xdf](?![A-Za-z])|[\xe0-\xef][\x80-\xbf]"
)


def repair_east_asian(text: str) -> tuple[str, tuple[str, ...]]:
    r"""The text with its lines of UTF-8 that were read in an East Asian encoding repaired.

    >>> repair_east_asian("鑰佹湪妗ラ噸鏂板紑")
    ('老木桥重新开', ('1 line of utf-8 read as gb18030',))
    """
    if text.isascii() or not _EAST_ASIAN_CHAR.search(text):
        return text, ()
    lines = text.split("\n")
    counts: dict[str, int] = {}
    for i, line in enumerate(lines):
        if len(line) >= _MIN_CHARS and _EAST_ASIAN_CHAR.search(line):
            for encoding in _EAST_ASIAN:
                if (turned := _turned(line, encoding)) is not None:
                    lines[i] = turned
                    counts[encoding] = counts.get(encoding, 0) + 1
                    break
    notes = (f"{n} line{'s' * (n > 1)} of utf-8 read as {name}" for name, n in counts.items())
    return "\n".join(lines), tuple(notes)


def _turned(line: str, encoding: str) -> str | None:
    """The line as UTF-8, if its bytes in an encoding are that."""
    # The first characters tell sound text, of which nearly nothing is valid.
    first = _EAST_ASIAN_CHAR.search(line)
    start = first.start() if first else 0
    head = line[start : start + _MIN_CHARS].replace("\ufffd", "").encode(encoding, "ignore")
    if len(line) > 40 and head.decode("utf-8", "ignore").isascii():
        return None
    # In a line of Latin letters they stand inside words, or are names.
    foreign = len(_EAST_ASIAN_CHAR.findall(line))
    if foreign < len(line) / 3 and len(_INSIDE_WORD.findall(line)) < foreign / 2:
        return None
    parts = (part.encode(encoding, "ignore") for part in line.split("\ufffd"))
    decoded = _LOST_RUN.sub("\ufffd", _LOST.join(parts).decode("utf-8", "replace"))
    sound = sum(char > "\x7f" and char != "\ufffd" for char in decoded)
    if sound < _MIN_DECODED or decoded.count("\ufffd") > _MAX_LOST_SHARE * sound:
        return None
    if "\ufffd" in decoded[:-1] and "\ufffd" not in line:
        return None
    return decoded


def reverse_sequences(text: str, as_bytes: str) -> str:
    r"""Only the whole UTF-8 characters of a text decoded; all others stay as they are.

    `as_bytes` has for each character of `text` the byte that it was, as Latin-1, or a character
    beyond that where it was none.

    >>> reverse_sequences("cafÃ© – Ã  Paris", "cafÃ© \x96 Ã  Paris")
    'café – à Paris'
    """
    parts: list[str] = []
    at = 0
    for found in _SEQUENCE.finditer(as_bytes):
        whole = found[0].replace("\xc3 ", "\xc3\xa0").encode("latin-1").decode("utf-8", "replace")
        parts += [text[at : found.start()], _LOST_RUN.sub("\ufffd", whole)]
        at = found.end()
    return "".join([*parts, text[at:]])
