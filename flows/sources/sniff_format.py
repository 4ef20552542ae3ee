"""Detects the format of a file from its first bytes if its name doesn't tell."""

from __future__ import annotations

import codecs
import os
import re
import stat
from pathlib import Path

from cleaners.model import Media
from flows.sources.errors import ReadError
from flows.sources.file_formats import Format, format_of, media_type_of
from flows.sources.remote import is_remote, open_file
from flows.sources.streams import open_decompressed

SNIFFED_BYTES = 1 << 16
# Telegram exports a chat as messages.html, messages2.html and so on.
_CHAT_NAME = "messages"
# The formats of files that are found by their content alone. Those of tables and chats aren't here:
# a log or a script may look like one.
_FOUND_BY_CONTENT = frozenset({Format.MAIL, Format.MHTML, Format.WARC, Format.ARC})
_MAIL_OR_ARCHIVE_START = (b"From ", b"WARC/", b"filedesc://")
# The endings of copies that tools leave beside a page.
LEFTOVER_ENDINGS = (".orig", ".bak", ".tmp", ".part", ".crdownload", "~")

# The first bytes of binary formats. Those of a tar archive are at offset 257 (POSIX.1-1988, ustar).
_MAGIC = (
    (b"PK\x03\x04", Format.ZIP),
    (b"PAR1", Format.PARQUET),
    (b"WARC/", Format.WARC),
    (b"filedesc://", Format.ARC),
)
_TAR_MAGIC = slice(257, 262), b"ustar"

_PROLOG = re.compile(rb"\s+|<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_FEED_ROOT = re.compile(rb"<(?:[A-Za-z][\w.-]*:)?(?:rss|feed|RDF)[\s>]")
_JSON_START = re.compile(rb"""\s*(?:\{\s*["}]|\[\s*(?:[\[{"\]]|-?[\d.]+\s*,\s*[-\d\[{"]))""")
_MAIL_LINE = re.compile(rb"([A-Za-z][A-Za-z0-9-]*):[ \t]?[^\n]*\n(?:[ \t][^\n]*\n)*")
_MAIL_FIELDS = frozenset(
    (b"from", b"to", b"subject", b"date", b"received", b"return-path", b"message-id",
     b"mime-version", b"delivered-to", b"content-type", b"snapshot-content-location")
)  # fmt: skip
_HTML_START = re.compile(
    rb"(?:\s|<!--.*?-->|<\?xml[^>]*>)*<(?:!doctype\s+html|html|head|body)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_HTML_TAG = re.compile(rb"<(?:html|body)[\s>]", re.IGNORECASE)
_ANY_TAG = re.compile(rb"<(?!doc\b)[!a-zA-Z]", re.IGNORECASE)
_ROOT = re.compile(rb"<([\w:.-]+)")
_XML_ROOTS = frozenset(("mediawiki", "urlset", "sitemapindex", "svg", "opml", "rss", "feed"))
# Occurs in Telegram's HTML export.
_CHAT_PAGE = re.compile(rb'<div class="page_body chat_page"')


def format_of_named_file(path: str) -> Format:
    """The format of a file that the user named: by its name or, failing that, its first bytes."""
    form = format_of(path)
    if form not in (None, Format.PAGE):
        return form
    return sniff_format(read_head(path)) or Format.PAGE


def format_of_found_file(path: str) -> Format | None:
    """The format of a file found in a folder; None if it isn't to be read.

    The name decides. A file of unknown type is read if it begins like HTML, mail or a web archive:
    mail programs name a mailbox "Inbox", and a message "1714730400.M1".
    """
    form, name = format_of(path), Path(path).name
    if form is Format.PAGE and may_hold_records(name):
        return format_of_named_file(path)
    if form is None and not name.endswith(LEFTOVER_ENDINGS):
        return format_by_content(read_head(path))
    return form


def format_by_content(head: bytes) -> Format | None:
    r"""The format of a file of unknown type, if it is HTML, mail or a web archive; else None.

    >>> format_by_content(b"From: a@b.c\nSubject: News\n\nText"), format_by_content(b"Text")
    (<Format.MAIL: 10>, None)
    """
    if looks_like_html(head):
        return Format.PAGE
    if not (head.startswith(_MAIL_OR_ARCHIVE_START) or _MAIL_LINE.match(head)):
        return None
    found = sniff_format(head)
    return found if found in _FOUND_BY_CONTENT else None


def may_hold_records(name: str) -> bool:
    """Whether a file may hold articles or a chat, by its name: `a.txt`, `messages2.html`."""
    is_chat = name.rpartition("/")[2].startswith(_CHAT_NAME)
    return is_chat or media_type_of(name) is Media.TEXT


def read_head(path: str, n_bytes: int = SNIFFED_BYTES, is_packed: bool = False) -> bytes:
    """The first bytes of a regular file; b"" if they can't be read.

    They are decompressed unless `is_packed`.
    """
    try:
        if not is_remote(path) and not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116
            return b""
        with open_file(path) if is_packed else open_decompressed(path) as stream:
            return stream.read(n_bytes)
    except (OSError, ValueError, ReadError):
        # The error is reported when the input is read.
        return b""


def sniff_format(head: bytes) -> Format | None:
    """The format that the first bytes show; None for a single page or an unknown format.

    >>> sniff_format(b'[{"title": "A"}]'), sniff_format(b"<p>Text"), sniff_format(b"WARC/1.0")
    (<Format.JSON: 7>, None, <Format.WARC: 5>)
    """
    for magic, form in _MAGIC:
        if head.startswith(magic):
            return form
    place, magic = _TAR_MAGIC
    if head[place] == magic:
        return Format.TAR
    return _sniff_text(_as_utf8(head))


def _sniff_text(head: bytes) -> Format | None:
    if _is_chat_log(head):
        return Format.CHAT_LOG
    if _JSON_START.match(head):
        return Format.JSON
    if head.startswith(b"From ") and is_mail(head.partition(b"\n")[2]):
        return Format.MAIL
    if is_mail(head):
        return Format.MHTML if _is_mhtml(head[:4096].lower()) else Format.MAIL
    if _FEED_ROOT.match(head, _after_prolog(head)):
        return Format.FEED
    if root_element(head) == "mediawiki":
        return Format.WIKI
    if _CHAT_PAGE.search(head[:8192]):
        return Format.CHAT
    return Format.DUMP if _holds_documents(head) else None


def _is_chat_log(head: bytes) -> bool:
    from flows.sources.chat_lines import is_chat_log

    return is_chat_log(head.decode("utf-8", "replace").splitlines())


def _holds_documents(head: bytes) -> bool:
    """Whether a text that isn't HTML holds several articles."""
    from cleaners.rules.documents import may_hold_documents

    is_html = _ANY_TAG.match(head.lstrip()) is not None
    return not is_html and may_hold_documents(head.decode("utf-8", "replace").split("\n"))


def looks_like_html(head: bytes) -> bool:
    """Whether a file begins like a complete HTML page.

    >>> looks_like_html(b"<!-- saved --><!DOCTYPE html>"), looks_like_html(b"<svg><title>")
    (True, False)
    """
    return _HTML_START.match(_as_utf8(head)) is not None


def is_mail(head: bytes) -> bool:
    """Whether the bytes begin with mail headers (RFC 5322), at least two of them known ones."""
    names = []
    at = 0
    while line := _MAIL_LINE.match(head, at):
        names.append(line[1].lower())
        at = line.end()
    is_whole = not head[at:].strip() or head.startswith((b"\r\n", b"\n"), at)
    return is_whole and len(_MAIL_FIELDS.intersection(names)) >= 2


def _is_mhtml(head: bytes) -> bool:
    """Whether a message, given its lower-case head, is a page that a browser saved."""
    is_sent = any(f"\n{name}:".encode() in head for name in ("to", "received", "delivered-to"))
    return b"snapshot-content-location:" in head or (b"content-location:" in head and not is_sent)


def root_element(head: bytes) -> str | None:
    """The name of an XML file's root element; None for HTML, XHTML and anything else.

    >>> root_element(b"<?xml version='1.0'?><!-- x --><mediawiki version='1'>")
    'mediawiki'
    """
    head = _as_utf8(head)
    name = _ROOT.match(head, _after_prolog(head))
    if name is None:
        return None
    root = name[1].decode("ascii", "replace").rpartition(":")[2]
    is_declared = head.lstrip().startswith(b"<?xml") and not _HTML_TAG.search(head)
    return root if is_declared or root in _XML_ROOTS else None


def _after_prolog(head: bytes) -> int:
    """The offset of the root element of an XML file."""
    at = 0
    while before := _PROLOG.match(head, at):
        at = before.end()
    return at


def _as_utf8(head: bytes) -> bytes:
    """The bytes without a byte order mark; UTF-16 is converted to UTF-8."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace").encode()
    return head.removeprefix(codecs.BOM_UTF8)
