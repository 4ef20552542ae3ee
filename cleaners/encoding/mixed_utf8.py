"""UTF-8 that isn't all UTF-8: a character torn off, bytes gone bad, lines in another encoding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from cleaners.encoding.detect import detect, sample_of
from cleaners.encoding.language_model import tables
from cleaners.encoding.reading import CONTENT, Reading, decoded, replaced

_STRAY = re.compile("[\udc80-\udcff]+")
# Begins where a word does, and gives nothing back: a long word is looked at once.
_WORD = re.compile(r"(?<!\S)[^\s\udc80-\udcff]*+[\udc80-\udcff]\S*+")
_PAIRED = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_PUNCTUATION = frozenset("‚„…‹‘’“”•–—›€™«» ")
_MOSTLY = 0.5  # share of the bytes beyond ASCII that are UTF-8 where that is no chance
_SOME = 0.1  # the same where whole lines are
_LEAST = 6  # bytes in those lines, or for each stray byte where those are all there is
_SOUND = 7.0  # nats a character that a word in another encoding may cost
_SOUND_LINES = 10.0  # the same of the lines in UTF-8


class _Line(NamedTuple):
    """A line, with stray bytes as surrogates, and how much of it is UTF-8 and how much isn't."""

    text: str
    right: int
    stray: int

    @property
    def other(self) -> bool:
        """Whether it is a line in another encoding, as a whole."""
        return self.stray > 1 and self.stray > self.right


def utf8(payload: bytes, html: bool, source: str = CONTENT) -> Reading | None:
    r"""Bytes as UTF-8, where all or most of them are, or whole lines; None where they aren't.

    Lines and words that are something else are read as what they are most likely to be; a byte
    that is nothing becomes U+FFFD.

    >>> utf8("Сад зацвёл.\n".encode() + "Зима прошла.".encode("cp1251"), html=False)[:2]
    ('Сад зацвёл.\nЗима прошла.', 'utf-8')
    """
    try:
        return Reading(payload.decode("utf-8"), "utf-8", source)
    except UnicodeDecodeError:
        pass
    if b"\xed" in payload:  # characters past U+FFFF as two surrogates, three bytes each (CESU-8)
        payload = _PAIRED.sub(_joined, payload)
    lines = [_line(line) for line in payload.decode("utf-8", "surrogateescape").split("\n")]
    if not _is_utf8(payload, lines, html):
        return None
    others = [line.text for line in lines if line.other]
    words = [word for line in lines if not line.other for word in _WORD.findall(line.text)]
    encoding = detect(_bytes("\n".join(others or words)), html) if others or words else "utf-8"
    counts = {"lost": 0, "read": 0}

    def word(match: re.Match[str]) -> str:
        read = _read(match[0], encoding)
        counts["lost" if read is None else "read"] += 1
        return _bytes(match[0]).decode("utf-8", "replace") if read is None else read

    read = [
        decoded(_bytes(line.text), encoding) if line.other else _WORD.sub(word, line.text)
        for line in lines
    ]
    notes = [replaced("utf-8")] if counts["lost"] else []
    for number, what in ((len(others), "line"), (counts["read"], "word")):
        if number:
            notes.append(f"{number} {what}{'s were' if number > 1 else ' was'} read as {encoding}")
    return Reading("\n".join(read), "utf-8", source, tuple(notes))


def _is_utf8(payload: bytes, lines: Sequence[_Line], html: bool) -> bool:
    """Whether so much is UTF-8, all over or in whole lines, that chance doesn't do it."""
    right, stray = sum(line.right for line in lines), sum(line.stray for line in lines)
    if right >= _LEAST * stray:
        return True
    if right > _MOSTLY * (right + stray) and any(not line.other for line in lines):
        sample = sample_of(payload, html)
        other = decoded(sample, detect(payload, html))
        score = tables().score
        return score(sample.decode("utf-8", "replace")).cost < score(other).cost
    whole = [line for line in lines if line.right and not line.stray]
    inside = sum(line.right for line in whole)
    if inside < _LEAST or inside < _SOME * (right + stray):
        return False
    return tables().score("\n".join(line.text for line in whole)[:1000]).rate < _SOUND_LINES


def _joined(match: re.Match[bytes]) -> bytes:
    both = match[0].decode("utf-8", "surrogatepass")
    return both.encode("utf-16", "surrogatepass").decode("utf-16").encode()


def _line(text: str) -> _Line:
    stray = sum(map(_is_stray, text))
    right = sum(len(char.encode()) for char in text if char > "\x7f" and not _is_stray(char))
    return _Line(text, right, stray)


def _is_stray(char: str) -> bool:
    return "\udc80" <= char <= "\udcff"


def _read(word: str, encoding: str) -> str | None:
    """A word with stray bytes in another encoding, where that makes a word of it."""
    if any(char > "\x7f" and not _is_stray(char) for char in word):
        # UTF-8 and more in one word: only punctuation may have come from elsewhere.
        read = [decoded(_bytes(stray), encoding) for stray in _STRAY.findall(word)]
        if not all(char in _PUNCTUATION for part in read for char in part):
            return None
        return _STRAY.sub(lambda match: decoded(_bytes(match[0]), encoding), word)
    read_word = decoded(_bytes(word), encoding)
    if all(char in _PUNCTUATION or char < "\x80" for char in read_word):
        return read_word
    if "\ufffd" in read_word or sum(map(str.isalpha, read_word)) < 2:
        return None
    return read_word if tables().score(read_word).rate < _SOUND else None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
