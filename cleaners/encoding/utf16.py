"""Encodings told by their form: UTF-16 and UTF-32 without a mark, and those that use escapes."""

from __future__ import annotations

import re

from cleaners.encoding.language_model import tables

_HEAD = 4096  # bytes that are looked at
_SHORTEST = 4
_NO_TEXT = bytes({*range(32)} - {*b"\t\n\r\f\x1b"})
_FEW = 0.01  # share of control bytes that text in bytes may have
_SOUND, _SOUND_WIDE = 5.5, 10.5  # nats a character up to which a reading is text
_LEAST_READ = 4  # characters read for each that is lost
_JAPANESE, _KOREAN = re.compile(rb"\x1b(?:\$[@AB]|\$\([A-Q]|\([IJ])"), b"\x1b$)C"
_HZ = re.compile(rb"~\{(?:[\x21-\x7d][\x21-\x7e])+~\}")


def wide_encoding(payload: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: by its NUL bytes, or where only that reading is text.

    >>> wide_encoding("Night ferry".encode("utf-16-le")), wide_encoding(b"Night ferry")
    ('utf-16-le', None)
    >>> wide_encoding("昨天傍晚，老茶厂重新开门。".encode("utf-16-be"))
    'utf-16-be'
    """
    head = payload[:_HEAD]
    if len(head) < _SHORTEST or (head.isascii() and not head.translate(None, _PLAIN)):
        return None
    if head.count(0) > 0.45 * len(head):
        for encoding, zeros in (("utf-32-le", (2, 3)), ("utf-32-be", (0, 1))):
            if all(head[place::4].count(0) > 0.9 * (len(head) // 4) for place in zeros):
                return encoding
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > 0.4 * (len(head) // 2) and min(even, odd) < 0.05 * len(head):
        return "utf-16-le" if odd > even else "utf-16-be"
    controls = len(head) - len(head.translate(None, _NO_TEXT))
    if controls <= _FEW * len(head):
        return None
    sound = [
        (rate, encoding)
        for encoding in ("utf-16-le", "utf-16-be")
        if (rate := _rate(head, encoding)) is not None
    ]
    return min(sound)[1] if sound else None


_PLAIN = bytes({*range(32, 127)} | {*b"\t\n\r\f\x1b"})


def _rate(head: bytes, encoding: str) -> float | None:
    """How far a reading is from text, 0 to 1; None where it is none."""
    text = head[: len(head) // 2 * 2].decode(encoding, "ignore")
    if len(text) < len(head) // 2 - 2 or not text.strip():
        return None
    score = tables().score(text[:800])
    rate = score.rate / (_SOUND_WIDE if score.script == "wide" else _SOUND)
    return rate if rate < 1 else None


def escaped_encoding(payload: bytes) -> str | None:
    r"""An encoding whose bytes are all ASCII, told by its escapes: ISO-2022-JP, -KR or HZ.

    >>> escaped_encoding("渡し船".encode("iso2022_jp")), escaped_encoding(b"\x1b[31mred\x1b[0m")
    ('iso2022_jp', None)
    """
    if _KOREAN in payload:
        candidates = ["iso2022_kr"]
    elif _JAPANESE.search(payload):
        candidates = ["iso2022_jp", "iso2022_jp_2", "iso2022_jp_ext", "iso2022_jp_2004"]
    elif b"~{" in payload and payload.isascii() and _HZ.search(payload):
        candidates = ["hz"]
    else:
        return None
    for encoding in candidates:
        text = payload.decode(encoding, "replace")
        lost = text.count("\ufffd")
        if sum(char > "\x7f" for char in text) > _LEAST_READ * lost:
            return encoding
    return None
