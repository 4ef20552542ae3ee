"""Detects whether a capture's bytes are an HTML page, plain text, or neither."""

from __future__ import annotations

import re

from cleaners.model import Capture, Media, Rejection, Stage

# The first bytes of files that crawls save as pages by mistake.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf1", "a rich text document (RTF)"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x1f\x8b", "gzip-compressed data"),
    (b"BZh", "bzip2-compressed data"),
    (b"\xfd7zXZ\x00", "xz-compressed data"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"ID3", "an MP3 sound"),
    (b"OggS", "an Ogg sound or film"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"wOFF", "a web font"),
    (b"wOF2", "a web font"),
    (b"\x00\x00\x01\x00", "an icon"),
)
_RIFF, _FTYP = "a picture, sound or film", "a film or a picture"
# Signatures made of printable letters. An article can start with them too: “ID3 tags explained”.
_TEXT_LIKE_SIGNATURES = frozenset(
    ("a GIF picture", "bzip2-compressed data", "an MP3 sound", "an Ogg sound or film", "a web font")
) | {_RIFF, _FTYP}
# Control bytes that occur in text: white space, the bell, and ISO 2022 escapes and shifts.
_TEXT_CONTROLS = frozenset((7, 8, 9, 10, 12, 13, 14, 15, 27))
_OTHER_CONTROLS = bytes(byte for byte in range(32) if byte not in _TEXT_CONTROLS)
_HTML_TAG = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|title|div|p|span|article|table|script|h[1-6]|a\s)",
    re.IGNORECASE,
)


def detect_media(capture: Capture) -> Media:
    """The declared media type of a capture, or a guess from its first 4 KiB."""
    if capture.media_type is not None:
        return capture.media_type
    head = capture.payload[:4096]
    if b"\x00" in head:  # probably UTF-16, where each ASCII character has a NUL byte
        head = head.replace(b"\x00", b"")
    return Media.HTML if _HTML_TAG.search(head) else Media.TEXT


def reject_non_pages(payload: bytes) -> None:
    """Raise Rejection (stage decode) for empty payloads and binary formats."""
    if not payload.strip(b" \t\r\n\f\v\x00\xef\xbb\xbf\xff\xfe"):
        raise Rejection(Stage.DECODE, "EmptyInput", "it contains only white space")
    if (what := _file_type(payload)) and not (
        what in _TEXT_LIKE_SIGNATURES and _reads_as_text(payload)
    ):
        raise Rejection(Stage.DECODE, "NotText", f"it is {what}, not a page")
    if _looks_binary(payload):
        raise Rejection(Stage.DECODE, "NotText", "it is binary data, not text")


def _file_type(payload: bytes) -> str | None:
    """The file format whose signature the payload starts with, or None."""
    if payload[:4] == b"RIFF" and payload[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        return _RIFF
    if payload[4:8] == b"ftyp":
        return _FTYP
    return next((what for magic, what in _SIGNATURES if payload.startswith(magic)), None)


def _reads_as_text(payload: bytes) -> bool:
    """Whether the first 512 bytes are valid UTF-8 without control characters."""
    head = payload[:512]
    if any(byte < 32 and byte not in _TEXT_CONTROLS for byte in head):
        return False
    text = head.decode("utf-8", "ignore")  # the last character may be cut off
    return len(head) - len(text.encode()) < 4 and "\x7f" not in text


def _looks_binary(payload: bytes) -> bool:
    """Whether over 3 % of the first 8 KiB are control bytes that don't occur in text.

    UTF-16 and UTF-32 text has many such bytes, so it is recognised first.
    """
    head = payload[:8192]
    controls = len(head) - len(head.translate(None, _OTHER_CONTROLS))
    if controls <= 0.03 * len(head):
        return False
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return False
    from cleaners.encoding.utf16 import detect_utf16

    return detect_utf16(payload) is None
