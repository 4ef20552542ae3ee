"""Reads a page from a member of a .zip or .tar archive."""

from __future__ import annotations

import re
from datetime import datetime
from enum import Enum, auto
from pathlib import Path, PurePath
from typing import IO

from cleaners.model import Capture, StatedFacts
from flows.sources.archives.reader import NestedArchive, ReadOptions, Skipped, record_locator
from flows.sources.discover import InputRef
from flows.sources.errors import too_large
from flows.sources.file_formats import (
    SINGLE_PAGE_FORMATS,
    Format,
    format_of,
    kind_of_name,
    media_type_of,
)
from flows.sources.mhtml import extract_mhtml_page
from flows.sources.non_pages import refuse_non_pages
from flows.sources.saved_page import with_saved_address
from flows.sources.sniff_format import (
    LEFTOVER_ENDINGS,
    SNIFFED_BYTES,
    decompress_page,
    format_by_content,
    format_of_named_file,
    may_hold_records,
    sniff_format,
)
from flows.sources.streams import MAX_UNPACKED_BYTES, too_large_to_unpack
from flows.sources.web_archive import extract_web_archive_page

_ARCHIVES = frozenset({Format.ZIP, Format.TAR, Format.WARC, Format.ARC, Format.MAIL})
# What the content of a text, or of a page of a chat's export, may be instead of a page.
_RECORDS = frozenset(
    {Format.DUMP, Format.CHAT_LOG, Format.CHAT, Format.MAIL, Format.WARC, Format.ARC}
)
# Telegram's export of a chat, or of all of them. Other programs give files this name as well.
_CHAT_EXPORT = "result.json"
_CHAT_EXPORT_HEAD = re.compile(rb'"messages"\s*:\s*\[|"chats"\s*:\s*\{|"personal_information"\s*:')


class MemberKind(Enum):
    """What a member is according to its name; for UNKNOWN the first bytes decide."""

    PAGE = auto()
    ARCHIVE = auto()
    UNKNOWN = auto()
    OTHER = auto()


def kind_of_member(name: str) -> MemberKind:
    """What a member is according to its name; a hidden file is neither page nor archive."""
    last = name.rstrip("/").rpartition("/")[2]
    if last.startswith(".") or "__MACOSX/" in name:
        return MemberKind.OTHER
    form = format_of(name)
    if form in SINGLE_PAGE_FORMATS:
        return MemberKind.PAGE
    if form in _ARCHIVES or last == _CHAT_EXPORT:
        return MemberKind.ARCHIVE
    may_be_page = form is None and not last.endswith(LEFTOVER_ENDINGS)
    return MemberKind.UNKNOWN if may_be_page else MemberKind.OTHER


def unpacked_archive(
    ref: InputRef, name: str, file: IO[bytes], folder: str
) -> NestedArchive | Skipped:
    """Copy an archive within an archive into a folder; raises ReadError over 4 GiB.

    A file that only has the name of a chat's export is skipped.
    """
    form = format_of(name)
    assert form is not None
    piece = file.read(SNIFFED_BYTES)
    if form not in _ARCHIVES and not _CHAT_EXPORT_HEAD.search(piece):
        return Skipped(kind_of_name(name))
    # The copy keeps the extensions, which determine how it is read.
    path = Path(folder) / f"archive{''.join(PurePath(name).suffixes[-3:])}"
    left = MAX_UNPACKED_BYTES
    with path.open("wb") as copy:
        while piece:
            left -= len(piece)
            if left < 0:
                raise too_large_to_unpack()
            copy.write(piece)
            piece = file.read(1 << 20)
    form = format_of_named_file(str(path))
    return NestedArchive(InputRef(record_locator(ref, name), str(path), form))


def page_from_member(
    ref: InputRef,
    name: str,
    content: bytes,
    modified_at: datetime | None,
    options: ReadOptions,
    folder: str,
) -> Capture | NestedArchive:
    """The page in a member, decompressed according to its name; raises ReadError.

    A text with several articles, or with a chat, is copied into the folder, as an archive. So is
    mail or a web archive whose name doesn't show what it is.
    """
    if len(content) > options.max_bytes:
        raise too_large(options.max_bytes)
    content, damage = decompress_page(content, name, options.max_bytes)
    locator = record_locator(ref, name)
    head, form = content[:SNIFFED_BYTES], format_of(name)
    if may_hold_records(name):
        form = sniff_format(head)
    elif form is None:
        form = format_by_content(head)
    if form in _RECORDS:
        path = Path(folder) / "records"
        path.write_bytes(content)
        return NestedArchive(InputRef(locator, str(path), form))
    stated = StatedFacts(notes=(damage,)) if damage else None
    capture = Capture(locator, content, media_type_of(name), captured_at=modified_at, stated=stated)
    if Format.MHTML in (form, format_of(name)):
        return extract_mhtml_page(capture)
    if Format.WEBARCHIVE in (form, format_of(name)):
        return extract_web_archive_page(capture)
    refuse_non_pages(capture)
    return with_saved_address(capture)
