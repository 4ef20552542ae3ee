"""Bytes to text: which encoding, who said so, and the repairs made on the way.

The order of trust: a byte order mark; UTF-8, where the bytes are valid UTF-8, since no other
text looks like it by chance; the declaration of the server or the page, where the bytes agree
with it; detection from the bytes.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from cleaners.model import Decoded, Media, Rejection, Stage

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"""<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I)

# What browsers read for these names (WHATWG Encoding Standard, "Names and labels").
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# C0 and C1 controls but tab and line feed; terminal escapes; marks that only browsers use.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u2060\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]*>")
_RUNS = re.compile(r"[^\x00-\x7f]{2,}|[\x80-\x9f]")
_NEWLINES = re.compile(r"\r\n?|\x85|\u2028|\u2029|\x0b|\x0c")


class _Reading(NamedTuple):
    """One reading of the bytes; `lossy` says that some of them were no characters in it."""

    text: str
    encoding: str
    source: str
    lossy: bool


def decode(payload: bytes, media: Media, charset: str | None = None) -> Decoded:
    """The text of `payload`; `charset` is what the server declared, if it did.

    Raises Rejection (stage decode) where no reading of the bytes gives text.
    """
    read = _read(payload, media, charset)
    repairs = [f"bytes that are not {read.encoding} were replaced"] if read.lossy else []
    # Mojibake first: what looks like a control character may be the half of a broken letter.
    text, mended = _mend(read.text, media)
    repairs += mended
    text, controls = _tidy(text)
    if controls:
        repairs.append("control characters were removed")
    if not text.strip():
        raise Rejection(Stage.DECODE, "EmptyInput", "there is nothing in it but white space")
    return Decoded(text, read.encoding, read.source, tuple(repairs))


def _read(payload: bytes, media: Media, charset: str | None) -> _Reading:
    return (
        _by_mark(payload)
        or _by_utf8(payload)
        or _by_declaration(payload, media, charset)
        or _by_content(payload)
    )


def _by_mark(payload: bytes) -> _Reading | None:
    for mark, encoding in _MARKS:
        if payload.startswith(mark):
            text = payload[len(mark) :].decode(encoding, "replace")
            return _Reading(text, encoding, "byte order mark", "\ufffd" in text)
    return None


def _by_utf8(payload: bytes) -> _Reading | None:
    """UTF-8 where the bytes are, but for a torn end or a few places; UTF-16 by its NUL bytes."""
    if (wide := _wide(payload)) is not None:
        return _Reading(payload.decode(wide, "replace"), wide, "content", False)
    try:
        return _Reading(payload.decode("utf-8"), "utf-8", "content", False)
    except UnicodeDecodeError:
        if _mostly_utf8(payload):
            return _Reading(payload.decode("utf-8", "replace"), "utf-8", "content", True)
    return None


def _by_declaration(payload: bytes, media: Media, charset: str | None) -> _Reading | None:
    for name, source in _declared(payload, media, charset):
        try:
            return _Reading(payload.decode(name), name, source, False)
        except UnicodeDecodeError:
            continue
    return None


def _by_content(payload: bytes) -> _Reading:
    from resiliparse.parse.encoding import detect_encoding

    detected = _codec(detect_encoding(payload) or "") or "cp1252"
    text = payload.decode(detected, "replace")
    return _Reading(text, detected, "content", "\ufffd" in text)


def _wide(payload: bytes) -> str | None:
    """UTF-16 without a mark: NUL bytes in every other place."""
    head = payload[:4096]
    if head.count(0) < max(2, len(head) // 5):
        return None
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def _mostly_utf8(payload: bytes) -> bool:
    """Whether multi-byte sequences are right nine times out of ten, or in all but one place."""
    text = payload.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = sum(1 for char in text if char > "\x7f") - wrong
    return right > 9 * wrong or (wrong == 1 and right > 0)


def _declared(payload: bytes, media: Media, charset: str | None) -> list[tuple[str, str]]:
    """The known encodings that the server and the page name, most trusted first."""
    named = [(charset, "HTTP header")]
    if media is Media.HTML and (match := _META.search(payload[:8192])):
        named.append((match[1].decode("ascii"), "meta declaration"))
    found = []
    for name, source in named:
        if name and (known := _codec(name)) and known != "utf-8":
            found.append((known, source))
    return found


def _codec(name: str) -> str | None:
    """Python's name for an encoding, widened as browsers do; None for one that isn't a text's."""
    try:
        info = codecs.lookup(name.strip())
        b"a".decode(info.name)
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(info.name, info.name)


def _tidy(text: str) -> tuple[str, bool]:
    """Line ends made normal, terminal escapes and control characters taken out."""
    text = _NEWLINES.sub("\n", text)
    tidied = _CONTROLS.sub("", _ESCAPES.sub("", text) if "\x1b" in text else text)
    return tidied, len(tidied) != len(text)


def _mend(text: str, media: Media) -> tuple[str, list[str]]:
    """Mojibake repaired by ftfy, line by line; entities only where the text is not HTML."""
    entities = media is Media.TEXT and "&" in text and not _TAG.search(text)
    if text.isascii() and not entities:
        return text, []
    import ftfy
    from ftfy.badness import is_bad

    def suspect(part: str) -> bool:
        if entities and "&" in part:
            return True
        # A letter read wrongly is two and more, none of them ASCII: most of a page needs no look.
        return not part.isascii() and is_bad(" ".join(_RUNS.findall(part)))

    if not suspect(text):
        return text, []
    config = ftfy.TextFixerConfig(
        unescape_html=entities,
        uncurl_quotes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        fix_line_breaks=False,
        fix_surrogates=True,
        remove_control_chars=False,
        remove_terminal_escapes=False,
        normalization=None,
    )
    plans: dict[str, int] = {}
    lines = []
    for line in text.split("\n"):
        if not suspect(line):
            lines.append(line)
            continue
        fixed = ftfy.fix_and_explain(line, config)
        lines.append(fixed.text)
        if fixed.text != line and fixed.explanation:
            plan = ", ".join(f"{step.action} {step.parameter}" for step in fixed.explanation)
            plans[plan] = plans.get(plan, 0) + 1
    mended = "\n".join(lines)
    return mended, [f"ftfy ({plan}) on {n} lines" for plan, n in sorted(plans.items())]
