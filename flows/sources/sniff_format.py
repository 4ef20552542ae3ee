"""Detects the format of a file from its first bytes if its name doesn't tell."""

from __future__ import annotations

import codecs
import os
import re
import stat
from pathlib import Path

from cleaners.model import Media
from flows.sources.errors import ReadError, ReadErrorKind
from flows.sources.file_formats import (
    Format,
    extension_of,
    format_of,
    media_type_of,
    split_compression,
)
from flows.sources.remote import is_remote, open_file
from flows.sources.streams import (
    decompress,
    decompress_up_to_damage,
    open_decompressed,
    sniff_compression,
)

SNIFFED_BYTES = 1 << 16
# Telegram exports a chat as messages.html, messages2.html and so on.
_CHAT_NAME = "messages"
# The formats of files that are found by their content alone. Those of tables and chats aren't here:
# a log or a script may look like one.
_FOUND_BY_CONTENT = frozenset({Format.MAIL, Format.MHTML, Format.WARC, Format.ARC})
_MAIL_OR_ARCHIVE_START = (b"From ", b"WARC/", b"filedesc://")
# How many times a page may be compressed, as in a.html.gz.gz.
_MAX_LAYERS = 3
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
_SHOWN_BY_MAGIC = frozenset(
    {Format.ZIP, Format.TAR, Format.PARQUET, Format.WARC, Format.ARC, Format.WEBARCHIVE}
)
_FORMAT_NAMES = {
    Format.PAGE: "a page",
    Format.ZIP: "a ZIP archive",
    Format.TAR: "a tar archive",
    Format.PARQUET: "a Parquet file",
    Format.WARC: "a WARC file",
    Format.ARC: "an ARC file",
    Format.JSON: "JSON",
    Format.CSV: "a table",
    Format.FEED: "a feed",
    Format.MAIL: "mail",
    Format.MHTML: "an MHTML file",
    Format.WEBARCHIVE: "a .webarchive file",
    Format.WIKI: "a MediaWiki dump",
}
# The formats that the content shows beyond doubt, whatever the name says.
_CERTAIN = frozenset({Format.PAGE, Format.JSON, Format.CSV, Format.FEED, Format.WIKI})
# Messages may begin with anything.
_MESSAGES = frozenset({Format.MAIL, Format.MHTML})
# Formats that files with the ending of another format usually have: text with several articles.
_USUAL_NAMES = frozenset(
    (Format.PAGE, form) for form in (Format.CHAT, Format.CHAT_LOG, Format.DUMP)
)
# Column names by which a table is known if its name doesn't show that it is one.
_PAGE_COLUMNS = frozenset("html text content body article raw_html full_text".split())
_FACT_COLUMNS = frozenset("url link title headline date published author id language".split())

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
    """The format of a file that the user named: by its first bytes or, failing that, its name."""
    form, head = format_of(path), read_head(path)
    if form in (None, Format.PAGE):
        return sniff_format(head) or (Format.CSV if _is_table(head) else Format.PAGE)
    return _corrected(form, path, head)


def name_note(path: str, form: Format) -> str:
    """A note for the records of a file if its name shows another format than its content."""
    named = format_of(path)
    if named in (None, form) or (named, form) in _USUAL_NAMES:
        return ""
    ending = extension_of(path)
    return f"its name ends in {ending}, but it is {_FORMAT_NAMES.get(form, 'another format')}"


def _corrected(form: Format, path: str, head: bytes) -> Format:
    """The format that a name shows, or another that the content shows beyond doubt."""
    if shown := _by_magic(head):
        return shown
    if form is Format.ZIP and _ends_as_zip(path):
        # Programs that unpack themselves, and pages of SingleFile, begin with something else.
        return form
    if form in _MESSAGES:
        return Format.PAGE if looks_like_html(head) else form
    found = Format.PAGE if looks_like_html(head) else sniff_format(head)
    if found is None and form is Format.JSON and _is_table(head):
        found = Format.CSV
    return found if found in _CERTAIN else form


def _ends_as_zip(path: str) -> bool:
    import zipfile

    try:
        with open_file(path) as file:
            return zipfile.is_zipfile(file)
    except (OSError, ReadError):
        return True


def _is_table(head: bytes) -> bool:
    r"""Whether a text begins like a table with a column of pages.

    >>> _is_table(b"url,text\nhttps://example.org/a,A ship\n"), _is_table(b"A ship, text\nB, c\n")
    (True, False)
    """
    first, _, rest = _as_utf8(head).decode("utf-8", "replace").lstrip("\r\n").partition("\n")
    for separator in "\t,;|":
        names = [name.strip('" \r\ufeff') for name in first.split(separator)]
        is_row = rest.partition("\n")[0].count(separator) >= len(names) - 1 or '"' in rest[:1000]
        if 2 <= len(names) <= 100 and is_row and f"{separator} " not in first:
            plain = {name.lower() for name in names}
            return bool(plain & _PAGE_COLUMNS and plain & _FACT_COLUMNS)
    return False


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
    return _corrected(form, path, read_head(path)) if form in _SHOWN_BY_MAGIC else form


def format_by_content(head: bytes) -> Format | None:
    r"""The format of a file of unknown type, if it is HTML, mail or a web archive; else None.

    >>> format_by_content(b"From: a@b.c\nSubject: News\n\nText"), format_by_content(b"Text")
    (<Format.MAIL: 11>, None)
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
        with (
            open_file(path) if is_packed else open_decompressed(path, ignore_damage=True) as stream
        ):
            return stream.read(n_bytes)
    except (OSError, ValueError, ReadError):
        # The error is reported when the input is read.
        return b""


def decompress_page(content: bytes, name: str, max_bytes: int) -> tuple[bytes, str | None]:
    """Decompress a page as often as its first bytes show, and return it with a note or None.

    A page whose compressed data is damaged is read up to there. Raises ReadError, also for a file
    that is named as compressed, and neither is nor begins like HTML.
    """
    named = split_compression(name)[1]
    for _ in range(_MAX_LAYERS):
        extension = sniff_compression(content) or ("" if looks_like_html(content) else named)
        if not extension:
            break
        try:
            content, named = decompress(content, extension, max_bytes), ""
        except ReadError as error:
            if error.kind is not ReadErrorKind.DAMAGED:
                raise
            part = decompress_up_to_damage(content, extension, max_bytes)
            is_text = media_type_of(name) is Media.TEXT and part and b"\x00" not in part
            if not (is_text or looks_like_html(part)):
                raise
            return part, f"{error}; what precedes that is read"
    return content, None


def sniff_format(head: bytes) -> Format | None:
    """The format that the first bytes show; None for a single page or an unknown format.

    >>> sniff_format(b'[{"title": "A"}]'), sniff_format(b"<p>Text"), sniff_format(b"WARC/1.0")
    (<Format.JSON: 8>, None, <Format.WARC: 6>)
    """
    return _by_magic(head) or _sniff_text(_as_utf8(head))


def _by_magic(head: bytes) -> Format | None:
    for magic, form in _MAGIC:
        if head.startswith(magic):
            return form
    place, magic = _TAR_MAGIC
    if head[place] == magic:
        return Format.TAR
    is_property_list = head.startswith((b"bplist00", b"<?xml"))
    return Format.WEBARCHIVE if is_property_list and b"WebMainResource" in head[:4096] else None


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
    return _HTML_START.match(_as_utf8(head[:SNIFFED_BYTES])) is not None


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
