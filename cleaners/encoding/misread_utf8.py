"""Repairs UTF-8 that was decoded in an East Asian encoding, or that has correct text beside it.

Other text is valid UTF-8 by chance only for a character or two, so validity is evidence enough.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaners.encoding.distinct_chars import unusual_chars

_EAST_ASIAN = ("gb18030", "cp932", "big5hkscs", "cp949")
_EAST_ASIAN_CHAR = re.compile("[\u3040-\u9fff\uac00-\ud7a3\uff61-\uff9f]")
_INSIDE_WORD = re.compile(
    f"(?<=[A-Za-z]){_EAST_ASIAN_CHAR.pattern}|{_EAST_ASIAN_CHAR.pattern}(?=[A-Za-z])"
)
# Placeholder for an unknown byte: the line has U+FFFD, so the original byte is lost.
_LOST = b"\x1a"
_LOST_RUN = re.compile("\ufffd\x1a+|\x1a+\ufffd|\x1a")
# Shorter lines are not examined.
_MIN_CHARS = 6
# Longer lines are first judged by their first East Asian characters.
_MAX_SHORT_CHARS = 40
# Non-ASCII characters that a repair must recover.
_MIN_DECODED = 3
# Lost characters that a repair may have, per recovered one. Correct text would lose nearly all.
_MAX_LOST_SHARE = 0.3
# A UTF-8 sequence, written as Latin-1 characters. One of its bytes may be lost, and A0 may have
# become a blank. The last two forms are truncated sequences, but not an accented letter before
# another letter.
_SEQUENCE = re.compile(
    "[\xc2-\xdf][\x80-\xbf\x1a]|[\xe0-\xef][\x80-\xbf\x1a]{2}|[\xf0-\xf4][\x80-\xbf\x1a]{3}"
    "|\xc3 (?=[ .,;:!?)]|$)|[\xc2-\xdf](?![A-Za-z])|[\xe0-\xef][\x80-\xbf]"
)


def repair_east_asian(text: str) -> tuple[str, tuple[str, ...]]:
    r"""The text with its lines of misread UTF-8 repaired, and a note for each encoding.

    A misread line is UTF-8 that was decoded in an East Asian encoding.

    >>> repair_east_asian("鑰佹湪妗ラ噸鏂板紑")
    ('老木桥重新开', ('1 line of utf-8 read as gb18030',))
    """
    if not _EAST_ASIAN_CHAR.search(unusual_chars(text)):
        return text, ()
    lines = text.split("\n")
    counts: dict[str, int] = {}
    for i, line in enumerate(lines):
        if len(line) < _MIN_CHARS or line.isascii() or not (likely := _possible_encodings(line)):
            continue
        for encoding in likely:
            if (turned := _turned(line, encoding)) is not None:
                lines[i] = turned
                counts[encoding] = counts.get(encoding, 0) + 1
                break
    if not counts:
        return text, ()
    notes = (f"{n} line{'s' * (n > 1)} of utf-8 read as {name}" for name, n in counts.items())
    return "\n".join(lines), tuple(notes)


def _possible_encodings(line: str) -> Sequence[str]:
    """The East Asian encodings in which a line of UTF-8 may have been decoded; usually none."""
    first = _EAST_ASIAN_CHAR.search(line)
    if first is None:
        return ()
    found: Sequence[str] = _EAST_ASIAN
    if len(line) > _MAX_SHORT_CHARS:
        # The first characters are enough to recognise correct text: almost none are valid UTF-8.
        head = line[first.start() : first.start() + _MIN_CHARS].replace("\ufffd", "")
        found = [
            encoding
            for encoding in _EAST_ASIAN
            if not head.encode(encoding, "ignore").decode("utf-8", "ignore").isascii()
        ]
    if not found:
        return ()
    # In mostly Latin text, mojibake stands inside words; separate characters are real names.
    foreign = len(_EAST_ASIAN_CHAR.findall(line))
    are_names = foreign < len(line) / 3 and len(_INSIDE_WORD.findall(line)) < foreign / 2
    return () if are_names else found


def _turned(line: str, encoding: str) -> str | None:
    """The repaired line, or None if it isn't UTF-8 that was decoded in this encoding."""
    parts = (part.encode(encoding, "ignore") for part in line.split("\ufffd"))
    decoded = _LOST_RUN.sub("\ufffd", _LOST.join(parts).decode("utf-8", "replace"))
    sound = sum(char > "\x7f" and char != "\ufffd" for char in decoded)
    if sound < _MIN_DECODED or decoded.count("\ufffd") > _MAX_LOST_SHARE * sound:
        return None
    if "\ufffd" in decoded[:-1] and "\ufffd" not in line:
        return None
    return decoded


def reverse_sequences(text: str, as_bytes: str) -> str:
    r"""The text with its complete UTF-8 sequences decoded; all other characters are kept.

    `as_bytes` is as long as `text`. It has the original byte of each character as a Latin-1
    character, or a character above U+00FF if there was none.

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
