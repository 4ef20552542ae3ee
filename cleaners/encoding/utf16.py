"""Detects encodings by byte structure: UTF-16 and UTF-32 without a BOM, ISO-2022 and HZ."""

from __future__ import annotations

import re

from cleaners.encoding.language_model import language_model

# Bytes at the start of the payload that are examined.
_UTF16_SAMPLE_BYTES = 4096
_MIN_BYTES = 4
_CONTROL_BYTES = bytes({*range(32)} - {*b"\t\n\r\f\x1b"})
# Bytes with at most this share of control bytes are not UTF-16.
_MAX_CONTROL_SHARE = 0.01
# Highest cost of plausible text, in nats per character: of other scripts, and of East Asian ones.
_MAX_TEXT_NATS, _MAX_CJK_TEXT_NATS = 5.5, 10.5
# Non-ASCII characters that a codec must decode for each invalid one.
_MIN_READ_PER_LOST = 4
_ISO_2022_JP, _ISO_2022_KR = re.compile(rb"\x1b(?:\$[@AB]|\$\([A-Q]|\([IJ])"), b"\x1b$)C"
_HZ_RUN = re.compile(rb"~\{(?:[\x21-\x7d][\x21-\x7e])+~\}")


def detect_utf16(payload: bytes) -> str | None:
    """The UTF-16 or UTF-32 encoding of bytes without a BOM; None for other bytes.

    NUL bytes decide for Latin text. Other text is decoded and must be plausible.

    >>> detect_utf16("Night ferry".encode("utf-16-le")), detect_utf16(b"Night ferry")
    ('utf-16-le', None)
    >>> detect_utf16("昨天傍晚，老茶厂重新开门。".encode("utf-16-be"))
    'utf-16-be'
    """
    head = payload[:_UTF16_SAMPLE_BYTES]
    if len(head) < _MIN_BYTES or (head.isascii() and not head.translate(None, _ASCII_TEXT_BYTES)):
        return None
    if head.count(0) > 0.45 * len(head):
        for encoding, zeros in (("utf-32-le", (2, 3)), ("utf-32-be", (0, 1))):
            if all(head[place::4].count(0) > 0.9 * (len(head) // 4) for place in zeros):
                return encoding
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > 0.4 * (len(head) // 2) and min(even, odd) < 0.05 * len(head):
        return "utf-16-le" if odd > even else "utf-16-be"
    controls = len(head) - len(head.translate(None, _CONTROL_BYTES))
    if controls <= _MAX_CONTROL_SHARE * len(head):
        return None
    sound = [
        (rate, encoding)
        for encoding in ("utf-16-le", "utf-16-be")
        if (rate := _relative_cost(head, encoding)) is not None
    ]
    return min(sound)[1] if sound else None


_ASCII_TEXT_BYTES = bytes({*range(32, 127)} | {*b"\t\n\r\f\x1b"})


def _relative_cost(head: bytes, encoding: str) -> float | None:
    """The cost of the decoded text as a share of the limit, 0 to 1; None if it is not text."""
    text = head[: len(head) // 2 * 2].decode(encoding, "ignore")
    if len(text) < len(head) // 2 - 2 or not text.strip():
        return None
    score = language_model().score(text[:800])
    rate = score.nats_per_char / (_MAX_CJK_TEXT_NATS if score.script == "wide" else _MAX_TEXT_NATS)
    return rate if rate < 1 else None


def detect_escaped(payload: bytes) -> str | None:
    r"""The codec of ISO-2022-JP, ISO-2022-KR or HZ text, by its escapes; None for other bytes.

    >>> detect_escaped("渡し船".encode("iso2022_jp")), detect_escaped(b"\x1b[31mred\x1b[0m")
    ('iso2022_jp', None)
    """
    if _ISO_2022_KR in payload:
        candidates = ["iso2022_kr"]
    elif _ISO_2022_JP.search(payload):
        candidates = ["iso2022_jp", "iso2022_jp_2", "iso2022_jp_ext", "iso2022_jp_2004"]
    elif b"~{" in payload and payload.isascii() and _HZ_RUN.search(payload):
        candidates = ["hz"]
    else:
        return None
    for encoding in candidates:
        text = payload.decode(encoding, "replace")
        lost = text.count("\ufffd")
        if sum(char > "\x7f" for char in text) > _MIN_READ_PER_LOST * lost:
            return encoding
    return None
