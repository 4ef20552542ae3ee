"""Cases for the measurement of encodings, built from paragraphs written for it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cleaners.encoding.codec_names import charset_characters

PARAGRAPHS = Path(__file__).with_name("paragraphs.txt")

_WESTERN = "cp1252 latin-1 iso8859-15 mac_roman"
_CENTRAL = "cp1250 iso8859-2 cp852"
ENCODINGS = {
    "ru": "cp1251 koi8-r cp866 iso8859-5 mac_cyrillic",
    "kk": "ptcp154 kz1048",
    "uk": "cp1251 koi8-u iso8859-5 mac_cyrillic",
    "bg": "cp1251 koi8-r cp866 iso8859-5 mac_cyrillic",
    "sr-Cyrl": "cp1251 iso8859-5 cp855 mac_cyrillic",
    "sr-Latn": f"{_CENTRAL} mac_croatian",
    "fr": f"{_WESTERN} cp850",
    "de": f"{_WESTERN} cp850",
    "es": f"{_WESTERN} cp850",
    "cs": f"{_CENTRAL} mac_latin2",
    "pl": f"{_CENTRAL} mac_latin2",
    "tr": "cp1254 iso8859-9 cp857 mac_turkish",
    "el": "cp1253 iso8859-7 cp737 mac_greek",
    "ja": "shift_jis cp932 euc_jp iso2022_jp",
    "zh-Hans": "gb2312 gbk gb18030 hz",
    "zh-Hant": "big5 cp950 gb18030",
    "ko": "euc_kr cp949 johab iso2022_kr",
    "ar": "cp1256 iso8859-6",
    "he": "cp1255 iso8859-8 cp862",
    "vi": "cp1258",
    "th": "tis-620 cp874",
    "en": _WESTERN,
}
"""The usual encodings of each language; UTF-8 and UTF-16 without a mark come to each."""

UNICODE = ("utf-8", "utf-16-le", "utf-16-be")

_ALL = " ".join(ENCODINGS)
PAIRS = (
    *((f"utf-8 {read}", _ALL) for read in "cp1252 latin-1 cp1251 cp1250 cp1253 cp1254".split()),
    *((f"utf-8 {read}", _ALL) for read in "koi8-r cp866 mac_roman".split()),
    *((f"cp1251 {read}", "ru uk bg sr-Cyrl") for read in "latin-1 cp1252 koi8-r".split()),
    *((f"koi8-r {read}", "ru bg") for read in "cp1251 latin-1".split()),
    ("cp866 cp1251", "ru bg"),
    ("cp1250 latin-1", "cs pl sr-Latn"),
    ("cp1253 latin-1", "el"),
    ("cp1256 latin-1", "ar"),
)
"""What bytes were, what they were read as, and the languages that it is measured in."""

MORE_PAIRS = (
    *((f"utf-8 {read}", _ALL) for read in "cp437 cp850 cp1256 cp1257 mac_cyrillic".split()),
    *((f"cp1251 {read}", "ru uk bg sr-Cyrl") for read in "cp866 iso8859-5 mac_roman".split()),
    *((f"koi8-u {read}", "uk") for read in "cp1251 latin-1 cp866".split()),
    *((f"cp866 {read}", "ru bg") for read in "latin-1 cp1252 koi8-r cp437".split()),
    *((f"mac_cyrillic {read}", "ru bg") for read in "cp1251 latin-1".split()),
    *((f"{was} {read}", "kk") for was in ("ptcp154", "kz1048") for read in ("cp1251", "latin-1")),
    *((f"{was} cp1252", "cs pl sr-Latn") for was in ("cp1250", "iso8859-2", "cp852")),
    *((f"cp1254 {read}", "tr") for read in ("latin-1", "cp1252")),
    *((f"cp1255 {read}", "he") for read in ("latin-1", "cp1252")),
    *((f"cp874 {read}", "th") for read in ("latin-1", "cp1252")),
    *((f"cp1252 {read}", "fr de es") for read in "cp1251 cp437 cp850 cp1250".split()),
    *((f"mac_roman {read}", "fr de es") for read in ("latin-1", "cp1252")),
    ("gb18030 latin-1", "zh-Hans"),
    ("big5 latin-1", "zh-Hant"),
    ("cp932 latin-1", "ja"),
    ("cp949 latin-1", "ko"),
)
"""Others that are met, measured beside them."""

_PAGE = (
    "<!DOCTYPE html><html><head><title>{title}</title>"
    '<link rel="stylesheet" href="/style/main.css"></head><body>'
    '<div class="menu"><a href="/">Home</a> | <a href="/contact.html">Contact</a></div>'
    '<div class="story"><p>{text}</p></div><div class="footer">Copyright 2003</div></body></html>'
)
_PLAIN = {
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys("‘’", "'"),
    **dict.fromkeys("—–־", "-"),
    "…": "...",
    "€": "EUR",
    "،": ",",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A text in an encoding, as plain text or as a page that doesn't declare it."""

    language: str
    encoding: str
    html: bool
    text: str
    payload: bytes


def paragraphs() -> dict[str, list[str]]:
    """The paragraphs of each language."""
    found: dict[str, list[str]] = {}
    language = ""
    for part in PARAGRAPHS.read_text("utf-8").split("\n\n"):
        text = part.strip()
        if text.startswith("["):
            head, _, text = text.partition("\n")
            language = head.strip("[]")
        if text and not text.startswith("#"):
            found.setdefault(language, []).append(text)
    return found


def cases(lengths: tuple[int, ...] = (150, 300)) -> Iterator[Case]:
    """Every paragraph, cut to each length, in every encoding of its language, plain and as HTML."""
    for language, texts in paragraphs().items():
        for encoding in (*ENCODINGS[language].split(), *UNICODE):
            for paragraph in texts:
                for length in lengths:
                    text = typed(paragraph[:length].rstrip(), encoding)
                    if text is None or (text.isascii() and encoding not in UNICODE):
                        continue
                    page = _PAGE.format(title=text.split(".")[0][:60], text=text)
                    for html, content in ((False, text), (True, page)):
                        # What cp1258 writes as two characters is one when it is read.
                        whole = unicodedata.normalize("NFC", content)
                        yield Case(language, encoding, html, whole, content.encode(encoding))


def typed(text: str, encoding: str) -> str | None:
    """The text as it would be typed in an encoding that lacks some punctuation; None if letters."""
    found = []
    for char in text:
        form = next((f for f in _forms(char) if _has(encoding, f)), None)
        if form is None:
            return None
        found.append(form)
    return "".join(found)


def _forms(char: str) -> Iterator[str]:
    yield char
    if char in _PLAIN:
        yield _PLAIN[char]
    whole = unicodedata.normalize("NFD", char)
    for tone in "\u0300\u0301\u0303\u0309\u0323":
        if tone in whole:
            yield unicodedata.normalize("NFC", whole.replace(tone, "")) + tone


def _has(encoding: str, text: str) -> bool:
    try:
        return text.encode(encoding).decode(encoding) == text
    except UnicodeError:
        return False


def broken(text: str, was: str, read: str) -> tuple[str, str] | None:
    """A text and what comes of reading its bytes wrongly; None where that changes or loses none."""
    whole = text if was == "utf-8" else typed(text, was)
    if whole is None:
        return None
    wrong = "".join(charset_characters(read)[byte] for byte in whole.encode(was))
    return None if wrong == whole or "\ufffd" in wrong else (whole, wrong)
