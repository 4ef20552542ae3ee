"""Decodes UTF-8 that has invalid bytes, or words or lines in another encoding.

Invalid (“stray”) bytes are held as the surrogates that `surrogateescape` makes of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from cleaners.encoding.detect import detect_encoding, non_ascii_sample
from cleaners.encoding.language_model import language_model
from cleaners.encoding.replacement import (
    DecodedBytes,
    EncodingSource,
    decode_with_replacement,
    replacement_note,
)

_STRAY_BYTES = re.compile("[\udc80-\udcff]+")
# Anchored at the start of a word, with possessive quantifiers, to stay linear on long words.
_WORD_WITH_STRAY = re.compile(r"(?<!\S)[^\s\udc80-\udcff]*+[\udc80-\udcff]\S*+")
_CESU_8_PAIR = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_TYPOGRAPHIC_PUNCTUATION = frozenset("‚„…‹‘’“”•–—›€™«» ")
# A payload may be UTF-8 if more than this share of its non-ASCII bytes is valid UTF-8.
_MIN_UTF8_SHARE = 0.5
# The lower share that is enough if all of these bytes are in lines without stray bytes.
_MIN_LINE_UTF8_SHARE = 0.1
# A payload is UTF-8 if it has this many valid non-ASCII bytes for each stray byte. Lines without
# stray bytes count as evidence only if they have at least this many valid bytes in total.
_MIN_UTF8_PER_STRAY = 6
# A word decoded in another encoding is accepted only below this cost, in nats per character.
_MAX_WORD_NATS = 7.0
# Lines of valid UTF-8 count as evidence only below this cost, in nats per character.
_MAX_UTF8_LINE_NATS = 10.0


class _ByteLine(NamedTuple):
    """A line with its stray bytes as surrogates, and its numbers of UTF-8 and stray bytes.

    `utf8_bytes` counts only non-ASCII characters.
    """

    text: str
    utf8_bytes: int
    stray_bytes: int

    @property
    def is_other_encoding(self) -> bool:
        """Whether the whole line is in another encoding than UTF-8."""
        return self.stray_bytes > 1 and self.stray_bytes > self.utf8_bytes


def decode_mixed_utf8(
    payload: bytes, html: bool, source: str = EncodingSource.CONTENT
) -> DecodedBytes | None:
    r"""The payload decoded as UTF-8 if most of it, or whole lines of it, are UTF-8; otherwise None.

    Lines and words in another encoding are decoded in the most plausible one. Bytes that are
    invalid in both become U+FFFD.

    >>> payload = "Сад зацвёл.\n".encode() + "Зима прошла.".encode("cp1251")
    >>> decode_mixed_utf8(payload, html=False)[:2]
    ('Сад зацвёл.\nЗима прошла.', 'utf-8')
    """
    try:
        return DecodedBytes(payload.decode("utf-8"), "utf-8", source)
    except UnicodeDecodeError:
        pass
    if b"\xed" in payload:  # CESU-8: characters above U+FFFF as two surrogates of three bytes each
        payload = _CESU_8_PAIR.sub(_join_surrogates, payload)
    lines = [_byte_line(line) for line in payload.decode("utf-8", "surrogateescape").split("\n")]
    if not _is_mostly_utf8(payload, lines, html):
        return None
    others = [line.text for line in lines if line.is_other_encoding]
    words = [
        word
        for line in lines
        if not line.is_other_encoding
        for word in _WORD_WITH_STRAY.findall(line.text)
    ]
    encoding = (
        detect_encoding(_to_bytes("\n".join(others or words)), html) if others or words else "utf-8"
    )
    counts = {"lost": 0, "read": 0}

    def word(match: re.Match[str]) -> str:
        read = _read_word(match[0], encoding)
        counts["lost" if read is None else "read"] += 1
        return _to_bytes(match[0]).decode("utf-8", "replace") if read is None else read

    read = [
        decode_with_replacement(_to_bytes(line.text), encoding)
        if line.is_other_encoding
        else _WORD_WITH_STRAY.sub(word, line.text)
        for line in lines
    ]
    notes = [replacement_note("utf-8")] if counts["lost"] else []
    for number, what in ((len(others), "line"), (counts["read"], "word")):
        if number:
            notes.append(
                f"{number} {what}{'s were' if number > 1 else ' was'} decoded as {encoding}"
            )
    return DecodedBytes("\n".join(read), "utf-8", source, tuple(notes))


def _is_mostly_utf8(payload: bytes, lines: Sequence[_ByteLine], html: bool) -> bool:
    """Whether too much is valid UTF-8, overall or in whole lines, to be a coincidence."""
    right, stray = sum(line.utf8_bytes for line in lines), sum(line.stray_bytes for line in lines)
    if right >= _MIN_UTF8_PER_STRAY * stray:
        return True
    if right > _MIN_UTF8_SHARE * (right + stray) and any(
        not line.is_other_encoding for line in lines
    ):
        sample = non_ascii_sample(payload, html)
        other = decode_with_replacement(sample, detect_encoding(payload, html))
        score = language_model().score
        return score(sample.decode("utf-8", "replace")).cost < score(other).cost
    whole = [line for line in lines if line.utf8_bytes and not line.stray_bytes]
    inside = sum(line.utf8_bytes for line in whole)
    if inside < _MIN_UTF8_PER_STRAY or inside < _MIN_LINE_UTF8_SHARE * (right + stray):
        return False
    return (
        language_model().score("\n".join(line.text for line in whole)[:1000]).nats_per_char
        < _MAX_UTF8_LINE_NATS
    )


def _join_surrogates(match: re.Match[bytes]) -> bytes:
    both = match[0].decode("utf-8", "surrogatepass")
    return both.encode("utf-16", "surrogatepass").decode("utf-16").encode()


def _byte_line(text: str) -> _ByteLine:
    stray = sum(map(_is_stray, text))
    right = sum(len(char.encode()) for char in text if char > "\x7f" and not _is_stray(char))
    return _ByteLine(text, right, stray)


def _is_stray(char: str) -> bool:
    return "\udc80" <= char <= "\udcff"


def _read_word(word: str, encoding: str) -> str | None:
    """A word with stray bytes, decoded in another encoding; None if the result is implausible."""
    if any(char > "\x7f" and not _is_stray(char) for char in word):
        # The word also has valid UTF-8, so only punctuation may be in another encoding.
        read = [
            decode_with_replacement(_to_bytes(stray), encoding)
            for stray in _STRAY_BYTES.findall(word)
        ]
        if not all(char in _TYPOGRAPHIC_PUNCTUATION for part in read for char in part):
            return None
        return _STRAY_BYTES.sub(
            lambda match: decode_with_replacement(_to_bytes(match[0]), encoding), word
        )
    read_word = decode_with_replacement(_to_bytes(word), encoding)
    if all(char in _TYPOGRAPHIC_PUNCTUATION or char < "\x80" for char in read_word):
        return read_word
    if "\ufffd" in read_word or sum(map(str.isalpha, read_word)) < 2:
        return None
    return read_word if language_model().score(read_word).nats_per_char < _MAX_WORD_NATS else None


def _to_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
